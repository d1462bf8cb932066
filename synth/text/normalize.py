"""Text as it is written to text as espeak-ng reads it: words, numbers and plain punctuation.

Done here: Unicode and typographic variants, quotes, brackets, marks between digits, times,
abbreviations and signs of ``languages``. Left to espeak-ng: whole numbers and decimal fractions
(in the base form: it knows no case endings), capitals and letters read by name, Roman numerals.
Read by nobody, so reported: letters of another alphabet, signs without a word in the language,
Russian ordinals with an ending (``9-ой``), numbers with several marks (dates, versions).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .languages import Forms, Language, language_of
from .symbols import UnknownSymbols

STRESS_MARK = "\u0301"
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
QUOTES = '«»„“”"‹›‟'
APOSTROPHES = "’ʼ‘`´‛"
VARIANTS = {
    **dict.fromkeys(QUOTES, " "),
    **dict.fromkeys(APOSTROPHES, "'"),
    **dict.fromkeys("‐‑−", "-"),
    **dict.fromkeys("–—―", " – "),
    **dict.fromkeys("()[]{}", ", "),
    **dict.fromkeys("¡¿", " "),
    "…": "... ",
    "×": " × ",
}
PUNCTUATION = ".,!?;:–"
CURRENCIES = "$€£¥"
MANY_FROM = 5  # Slavic: the third form from five on


def normalize(text: str, language: str) -> str:
    """The text in words, digits and ``. , ! ? ; : –``, single spaces, nothing else.

    Stress marks (U+0301 after a Cyrillic vowel) are kept.

    Raises:
        UnknownSymbols: listing every symbol that has no reading in the language.
        SynthError: for a language that cannot be read here.
    """
    known = language_of(language)
    plain = plain_characters(text)
    plain = expand_abbreviations(plain, known)
    plain = plain_apostrophes(plain, known)
    plain = plain_numbers(plain, known, text)
    plain = words_for_symbols(plain, known)
    plain = re.sub(r"(?<![\w'])-+|-+(?![\w'])", " – ", plain)
    refuse_unknown(plain, known, text)
    plain = re.sub(r"\s+(?=[.,!?;:])", "", plain)
    return re.sub(r"\s+", " ", plain).strip()


def plain_characters(text: str) -> str:
    """Composed letters; one character for each kind of quote, dash, space and bracket."""
    composed = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    composed = "".join(VARIANTS.get(char, char) for char in composed)
    return re.sub(r"[^\S ]", " ", composed)


@lru_cache(maxsize=64)
def abbreviation_pattern(code: str) -> re.Pattern[str]:
    """Matches a language's abbreviations, the longest first, with any spaces inside."""
    names = sorted(language_of(code).abbreviations, key=len, reverse=True)
    parts = [r"\s*".join(re.escape(part) for part in name.split()) for name in names]
    return re.compile(rf"(?<![\w.])({'|'.join(parts) or '(?!)'})(?!\w)", re.IGNORECASE)


def expand_abbreviations(text: str, language: Language) -> str:
    """Abbreviations in words; one that ends the text leaves its period."""
    words = {re.sub(r"\s", "", name): word for name, word in language.abbreviations.items()}

    def expand(found: re.Match[str]) -> str:
        word = words[re.sub(r"\s", "", found[0]).lower()]
        ends = found[0].endswith(".") and not text[found.end() :].strip(" ,")
        return word + ("." if ends else "")

    return abbreviation_pattern(language.code).sub(expand, text)


def plain_apostrophes(text: str, language: Language) -> str:
    """Without apostrophes that are quotes: all of them, or those that touch no letter."""
    if language.apostrophes:
        return re.sub(r"(?<!\w)'(?!\w)|(?<=[.,!?])'", " ", text)
    return text.replace("'", " ")


def plain_numbers(text: str, language: Language, whole: str) -> str:
    """Digits in a row, at most one decimal mark, the language's own; times as two numbers."""
    spaces_and_marks = f"[ {re.escape(language.thousands)}]"
    thousands = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:{spaces_and_marks}\d{{3}})+(?![\d])")
    text = thousands.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    text = re.sub(r"(?<!\d)(\d{1,2}):(\d{2})(?![\d:])", r"\1 \2", text)
    refused = re.findall(r"\d+(?:[.,:]\d+){2,}", text)
    if language.code in {"ru", "uk", "be", "bg"}:
        refused += re.findall(r"\d+-[^\W\d]+", text)
    if refused:
        raise UnknownSymbols(refused, where=f"The reading of {language.code}", text=whole)
    return re.sub(r"(?<=\d)[.,](?=\d)", language.decimal_mark, text)


def words_for_symbols(text: str, language: Language) -> str:
    """Signs in words, in the form that the number beside them asks for."""
    number = r"(\d[\d.,]*(?<![.,]))"
    currency = rf"([{re.escape(CURRENCIES)}])\s*{number}"
    text = re.sub(currency, r"\2 \1", text)
    for symbol, forms in language.symbols.items():

        def counted(found: re.Match[str], forms: Forms = forms) -> str:
            return f"{found[1]} {form_for(found[1], forms, language)} "

        text = re.sub(rf"{number}\s*{re.escape(symbol)}", counted, text)
        text = text.replace(symbol, f" {forms[0]} ")
    return text


def form_for(number: str, forms: Forms, language: Language) -> str:
    """The word's form after a number: 1 dollar, 2 dollars; Russian 21 доллар, 3,5 доллара."""
    if len(forms) == 1:
        return forms[0]
    if not number.isdigit():
        return forms[1]
    count = int(number)
    if not language.slavic_plurals:
        return forms[0] if count == 1 else forms[1]
    if language.code == "ru":  # the last digit decides, but for 11-14
        count = count % 100 if 11 <= count % 100 <= 14 else count % 10
    if count == 1:
        return forms[0]
    return forms[1] if 1 < count < MANY_FROM else forms[2]


def refuse_unknown(text: str, language: Language, whole: str) -> None:
    """Raises UnknownSymbols if anything is left that is not read."""
    allowed = set(language.alphabet) | set(PUNCTUATION) | set("0123456789 -")
    if language.apostrophes:
        allowed.add("'")
    if language.code in {"ru", "uk", "be", "bg"}:
        allowed.add(STRESS_MARK)
    unknown = [char for char in text if char.lower() not in allowed]
    if unknown:
        raise UnknownSymbols(unknown, where=f"The alphabet of {language.code}", text=whole)

"""The languages whose text can be read: alphabet, number marks, abbreviations, signs in words.

What espeak-ng reads well is left to it: whole numbers, decimal fractions with the language's own
mark, letters by name, Roman numerals where it knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import SynthError

ENGLISH_LETTERS = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"

# One form of a word, or forms for 1, 2-4 and 5 or more (Slavic) or for 1 and more.
Forms = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """How one language is written.

    ``alphabet``: its letters, lower case, with those of common loan words. ``thousands``: marks
    that may stand between groups of three digits besides spaces. ``symbols``: signs and the
    words they are read as. ``apostrophes``: whether words are written with them.
    """

    code: str
    voice: str
    alphabet: str
    decimal_mark: str = ","
    thousands: str = ""
    apostrophes: bool = False
    slavic_plurals: bool = False
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, Forms] = field(default_factory=dict)


RUSSIAN = Language(
    "ru",
    "ru",
    RUSSIAN_LETTERS,
    slavic_plurals=True,
    abbreviations={
        "и т. д.": "и так далее",
        "и т. п.": "и тому подобное",
        "и др.": "и другие",
        "т. е.": "то есть",
        "т. к.": "так как",
        "т. н.": "так называемый",
        "до н. э.": "до нашей эры",
        "н. э.": "нашей эры",
        "см.": "смотри",
        "напр.": "например",
        "ул.": "улица",
        "им.": "имени",
        "гг.": "годы",
        "стр.": "страница",
        "руб.": "рублей",
        "тыс.": "тысяч",
        "млн": "миллионов",
        "млрд": "миллиардов",
        "км": "километров",
        "кг": "килограммов",
    },
    symbols={
        "%": ("процент", "процента", "процентов"),
        "$": ("доллар", "доллара", "долларов"),
        "£": ("фунт", "фунта", "фунтов"),
        "¥": ("иена", "иены", "иен"),
        "€": ("евро",),
        "№": ("номер",),
        "§": ("параграф",),
        "&": ("и",),
        "+": ("плюс",),
        "=": ("равно",),
        "°": ("градус", "градуса", "градусов"),
    },
)
CZECH = Language(
    "cs",
    "cs",
    ENGLISH_LETTERS + "áčďéěíňóřšťúůýžöüä",
    slavic_plurals=True,
    abbreviations={
        "atd.": "a tak dále",
        "apod.": "a podobně",
        "např.": "například",
        "tj.": "to jest",
        "tzv.": "takzvaný",
        "tzn.": "to znamená",
        "mj.": "mimo jiné",
        "resp.": "respektive",
        "popř.": "popřípadě",
        "př. n. l.": "před naším letopočtem",
        "n. l.": "našeho letopočtu",
        "č.": "číslo",
        "str.": "strana",
        "tis.": "tisíc",
        "mil.": "milionů",
        "kč": "korun",
    },
    symbols={
        "%": ("procento", "procenta", "procent"),
        "$": ("dolar", "dolary", "dolarů"),
        "£": ("libra", "libry", "liber"),
        "¥": ("jen", "jeny", "jenů"),
        "€": ("euro", "eura", "eur"),
        "§": ("paragraf",),
        "&": ("a",),
        "+": ("plus",),
        "=": ("rovná se",),
        "@": ("zavináč",),
        "/": ("lomeno",),
        "\\": ("zpětné lomítko",),
        "°": ("stupeň", "stupně", "stupňů"),
    },
)
DUTCH = Language(
    "nl",
    "nl",
    ENGLISH_LETTERS + "áàâäçéèêëíïîóöôúüûñ",
    thousands=".",
    apostrophes=True,
    abbreviations={
        "bijv.": "bijvoorbeeld",
        "bv.": "bijvoorbeeld",
        "d.w.z.": "dat wil zeggen",
        "enz.": "enzovoort",
        "o.a.": "onder andere",
        "m.a.w.": "met andere woorden",
        "i.p.v.": "in plaats van",
        "t/m": "tot en met",
        "nl.": "namelijk",
        "dhr.": "de heer",
        "mevr.": "mevrouw",
        "dr.": "doctor",
        "blz.": "bladzijde",
        "nr.": "nummer",
        "ca.": "circa",
        "km": "kilometer",
        "kg": "kilogram",
    },
    symbols={
        "%": ("procent",),
        "$": ("dollar",),
        "£": ("pond",),
        "¥": ("yen",),
        "€": ("euro",),
        "§": ("paragraaf",),
        "№": ("nummer",),
        "&": ("en",),
        "+": ("plus",),
        "=": ("is",),
        "@": ("apenstaartje",),
        "/": ("schuine streep",),
        "\\": ("backslash",),
        "°": ("graad", "graden"),
    },
)
BRITISH = Language(
    "en",
    "en-gb",
    ENGLISH_LETTERS + "éèêëàâçïôöüñ",
    decimal_mark=".",
    thousands=",",
    apostrophes=True,
    abbreviations={
        "e.g.": "for example",
        "i.e.": "that is",
        "etc.": "et cetera",
        "mr.": "mister",
        "mrs.": "missis",
        "ms.": "miz",
        "dr.": "doctor",
        "vs.": "versus",
        "km": "kilometers",
        "kg": "kilograms",
    },
    symbols={
        "%": ("percent",),
        "$": ("dollar", "dollars"),
        "£": ("pound", "pounds"),
        "¥": ("yen",),
        "€": ("euro", "euros"),
        "№": ("number",),
        "§": ("section",),
        "&": ("and",),
        "+": ("plus",),
        "=": ("equals",),
        "@": ("at",),
        "/": ("slash",),
        "°": ("degree", "degrees"),
    },
)

# Languages with an alphabet and number marks alone: signs and abbreviations are reported there.
_PLAIN: tuple[tuple[str, str, str], ...] = (  # code, letters, thousands mark
    ("be", "абвгдеёжзійклмнопрстуўфхцчшыьэюя", ""),
    ("bg", "абвгдежзийклмнопрстуфхцчшщъьюяѝ", ""),
    ("ca", ENGLISH_LETTERS + "àçèéíïòóúü·", "."),
    ("da", ENGLISH_LETTERS + "æøåéü", "."),
    ("de", ENGLISH_LETTERS + "äöüßéèàç", "."),
    ("el", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "."),
    ("es", ENGLISH_LETTERS + "áéíñóúü", "."),
    ("fr", ENGLISH_LETTERS + "àâæçéèêëîïôœùûüÿ", ""),
    ("it", ENGLISH_LETTERS + "àèéìíîòóùú", "."),
    ("pl", ENGLISH_LETTERS + "ąćęłńóśźż", ""),
    ("pt", ENGLISH_LETTERS + "áâãàçéêíóôõúü", "."),
    ("ro", ENGLISH_LETTERS + "ăâîșțşţ", "."),
    ("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", ""),
)
_WITH_APOSTROPHES = frozenset({"be", "ca", "fr", "it", "uk"})

LANGUAGES: Mapping[str, Language] = {
    **{one.code: one for one in (RUSSIAN, CZECH, DUTCH, BRITISH)},
    **{
        code: Language(code, code, letters, thousands=mark, apostrophes=code in _WITH_APOSTROPHES)
        for code, letters, mark in _PLAIN
    },
}


def language_of(code: str) -> Language:
    """The language with this ISO 639-1 code.

    Raises:
        SynthError: for a language that cannot be read here.
    """
    if code not in LANGUAGES:
        raise SynthError(
            f"Expected a language of {', '.join(sorted(LANGUAGES))}, got {code!r}.",
            code="unknown_language",
            field="language",
        )
    return LANGUAGES[code]

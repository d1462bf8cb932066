"""Text to phonemes: normalized, cut into clauses, transcribed, in one phone set, with pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import SynthError
from .clauses import Clause, clauses_of
from .espeak import SpokenWord, transcribe
from .festvox import festvox_words
from .languages import language_of
from .normalize import normalize
from .phones import FESTVOX_RU, IPA, PAUSE, PHONE_SETS, Phone, phone_of, word_segments
from .repairs import repair
from .symbols import UnknownSymbols


@dataclass(frozen=True)
class Word:
    """Phones ``start`` to ``end`` (excluded) of the symbols.

    ``text`` is empty where espeak-ng joins or splits words (``к нему``, numbers). ``language``
    names the language whose rules were used, empty for the text's own.
    """

    start: int
    end: int
    text: str = ""
    language: str = ""


@dataclass(frozen=True)
class Pause:
    """The pause at ``position`` in the symbols; ``mark`` is the punctuation before it.

    ``strength``: ``edge`` before the first word, ``minor`` in a sentence, ``major`` at its end.
    """

    position: int
    mark: str
    strength: str


@dataclass(frozen=True)
class Phonemes:
    """What is said: ``symbols`` (P,) with ``pau`` at both ends and at punctuation.

    Recordings may pause between any two words and may not pause at every mark: an aligner
    treats inner pauses as optional. Symbols carry stress (``ˈa``, or ``aa`` in the corpus' set).
    """

    symbols: tuple[str, ...]
    words: tuple[Word, ...]
    pauses: tuple[Pause, ...]
    language: str
    phone_set: str

    @property
    def phones(self) -> tuple[Phone, ...]:
        """What is known about each symbol."""
        return tuple(phone_of(symbol, self.phone_set) for symbol in self.symbols)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The symbols without pauses."""
        return tuple(symbol for symbol in self.symbols if symbol != PAUSE)


def phonemes_of(text: str, language: str, *, phone_set: str | None = None) -> Phonemes:
    """The phonemes of one text.

    Args:
        text: as written; for ``festvox-ru`` a U+0301 after a vowel decides the stress.
        language: ISO 639-1 code, one of ``languages.LANGUAGES``.
        phone_set: ``ipa`` (also the default) or ``festvox-ru``, for Russian alone.
    Raises:
        UnknownSymbols: listing letters, signs or phones that have no reading.
        SynthError: if espeak-ng is missing, or for an unknown language or an empty text.
        ValueError: for another phone set.
    """
    found = phonemes_of_all([text], language, phone_set=phone_set)[0]
    if isinstance(found, UnknownSymbols):
        raise found
    return found


def phonemes_of_all(
    texts: Sequence[str], language: str, *, phone_set: str | None = None
) -> list[Phonemes | UnknownSymbols]:
    """The same of many texts by one call of espeak-ng.

    Returns: for each text its phonemes, or the error that lists its unknown symbols.
    """
    wanted = phone_set or IPA
    check_phone_set(wanted, language)
    read = [read_clauses(text, language) for text in texts]
    clauses = [clause for one in read if not isinstance(one, UnknownSymbols) for clause in one]
    voice = language_of(language).voice
    spoken = iter(transcribe([clause.text for clause in clauses], voice))
    found: list[Phonemes | UnknownSymbols] = []
    for one in read:
        if isinstance(one, UnknownSymbols):
            found.append(one)
            continue
        words = [repair(clause, next(spoken), language) for clause in one]
        found.append(assemble(one, words, language, wanted))
    return found


def check_phone_set(phone_set: str, language: str) -> None:
    """Raises ValueError unless the set exists and fits the language."""
    if phone_set not in PHONE_SETS:
        raise ValueError(f"Expected a phone set of {', '.join(PHONE_SETS)}, got {phone_set!r}.")
    if phone_set == FESTVOX_RU and language != "ru":
        raise ValueError(f"The phone set {FESTVOX_RU} is Russian, the text is {language!r}.")


def read_clauses(text: str, language: str) -> tuple[Clause, ...] | UnknownSymbols:
    """The clauses of a text, or the error that says what cannot be read."""
    try:
        clauses = clauses_of(normalize(text, language))
    except UnknownSymbols as error:
        return error
    if not clauses:
        raise SynthError(
            f"Expected a text with words, got {text!r}: nothing to say.",
            code="empty_text",
            field="text",
        )
    return clauses


def assemble(
    clauses: Sequence[Clause],
    spoken: Sequence[Sequence[SpokenWord]],
    language: str,
    phone_set: str,
) -> Phonemes | UnknownSymbols:
    """Clauses and their words as one string of symbols between pauses."""
    try:
        phones = words_in(phone_set, clauses, spoken)
    except UnknownSymbols as error:
        return error
    symbols = [PAUSE]
    words: list[Word] = []
    pauses = [Pause(0, "", "edge")]
    for clause, read, said in zip(clauses, spoken, phones, strict=True):
        texts = clause.words if len(clause.words) == len(read) else ("",) * len(read)
        for text, word, segments in zip(texts, read, said, strict=True):
            words.append(Word(len(symbols), len(symbols) + len(segments), text, word.language))
            symbols.extend(segments)
        pauses.append(Pause(len(symbols), clause.mark, clause.pause))
        symbols.append(PAUSE)
    return Phonemes(tuple(symbols), tuple(words), tuple(pauses), language, phone_set)


def words_in(
    phone_set: str, clauses: Sequence[Clause], spoken: Sequence[Sequence[SpokenWord]]
) -> list[list[tuple[str, ...]]]:
    """The phones of each word of each clause in the phone set."""
    if phone_set == FESTVOX_RU:
        return festvox_words(clauses, spoken)
    return [[word_segments(word.units) for word in words] for words in spoken]

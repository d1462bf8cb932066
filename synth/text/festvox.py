"""espeak-ng's Russian in the festvox-ru corpus' own 50 phones, and the corpus' label files.

Consonants are espeak-ng's (``CONSONANTS`` below), and so is stress where neither the text nor
``stress.py`` says better. Which vowel it is and which consonants are soft follows the letters, and
how far a vowel is reduced follows the corpus' own rule (``reduced``): espeak-ng draws these lines
elsewhere.
Source: festvox/msu_ru_nsh_lexicon.scm and dict/msu_ru_nsh_dict.scm of Debian's festvox-ru 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from .clauses import Clause
from .espeak import SpokenWord
from .normalize import STRESS_MARK
from .phones import (
    FESTVOX_PHONES,
    FESTVOX_RU,
    FESTVOX_SYMBOLS,
    IPA,
    PAUSE,
    phone_of,
    word_segments,
)
from .stress import marked_word
from .symbols import UnknownSymbols

# espeak-ng's consonant without ``ʲ`` and ``ː``: the corpus' hard and soft phone.
CONSONANTS = {
    "p": ("p", "pp"),
    "b": ("b", "bb"),
    "t": ("t", "tt"),
    "d": ("d", "dd"),
    "k": ("k", "kk"),
    "ɡ": ("g", "gg"),
    "f": ("f", "ff"),
    "v": ("v", "vv"),
    "s": ("s", "ss"),
    "z": ("z", "zz"),
    "x": ("h", "hh"),
    "m": ("m", "mm"),
    "n": ("n", "nn"),
    "ŋ": ("n", "nn"),
    "l": ("l", "ll"),
    "ɫ": ("l", "ll"),
    "ɭ": ("l", "ll"),
    "r": ("r", "rr"),
    "ʃ": ("sh", "sh"),
    "ʒ": ("zh", "zh"),
    "ɕ": ("sch", "sch"),
    "ʑ": ("zz", "zz"),
    "ts": ("c", "c"),
    "dz": ("c", "c"),
    "tʃ": ("ch", "ch"),
    "dʒ": ("ch", "ch"),
    "j": ("j", "j"),
}
# espeak-ng's vowels, where no letter says better: the corpus' vowel before reduction.
VOWELS = {
    **dict.fromkeys("ʌaɑɐəæ", "a"),
    **dict.fromkeys("oɔɵ", "o"),
    **dict.fromkeys("eɛ", "e"),
    **dict.fromkeys("iɪ", "i"),
    **dict.fromkeys("yɨ", "y"),
    **dict.fromkeys("uʉʊ", "u"),
}
VOWEL_LETTERS = dict(zip("аеёиоуыэюя", "aeoiouyeua", strict=True))
# Consonants with a hard and a soft phone, by place: letters and phones of one place may match.
_PLACES = (
    ("p", "бп"),
    ("f", "вф"),
    ("t", "дт"),
    ("s", "зс"),
    ("k", "гкх"),
    *zip("lmnr", "лмнр", strict=True),
)
PLACES = {letter: place for place, letters in _PLACES for letter in letters}
PAIRS = {symbol: pair for pair in CONSONANTS.values() if len(set(pair)) == 2 for symbol in pair}
PLACES_OF_PHONES = {
    symbol: PLACES[letter]
    for letter, hard in zip("бпвфдтзсгкхлмнр", "bpvfdtzsgkhlmnr", strict=True)
    for symbol in PAIRS[hard]
}
# The corpus' rule of voicing (msu_ru::reducelist, voicelist, voicelesslist): before c, f and v
# nothing changes.
_VOICELESS_AND_VOICED = "p:b pp:bb t:d tt:dd k:g kk:gg f:v ff:vv s:z ss:zz sh:zh"
VOICED_OF = dict(pair.split(":") for pair in _VOICELESS_AND_VOICED.split())
DEVOICED = {voiced: voiceless for voiceless, voiced in VOICED_OF.items()}
VOICED = frozenset(DEVOICED) - {"v", "vv"}
VOICELESS = frozenset(VOICED_OF) - {"f", "ff"} | {"sch", "ch", "h", "hh"}
LAST_VOICED = {"б": "b", "в": "v", "д": "d", "ж": "ʒ", "з": "z", "г": "ɡ"}
SOFTENING_LETTERS = tuple("яёюиье")
ALWAYS_STRESSED = "ё"
# Words that the corpus' lexicon leaves without stress (dict/msu_ru_nsh_dict.scm, stress 0).
_UNSTRESSED = (
    "а и б бы де ж же ла ли не чтоб чтобы без безо в для до из изо к ко меж на о обо ото "
    "передо пред при с через во за над об от перед по под со у"
)
UNSTRESSED_WORDS = frozenset(_UNSTRESSED.split())
SINGLED = frozenset({"b", "r", "n", "m", "s", "k", "p"})  # written double, spoken single


@dataclass(frozen=True)
class Label:
    """One phone of a label file: from when to when it sounds."""

    symbol: str
    start_s: float
    end_s: float


@dataclass
class Sound:
    """One phone on its way from espeak-ng's set to the corpus'.

    ``symbol``: a consonant of the corpus, or a vowel without stress and reduction.
    """

    symbol: str
    is_vowel: bool
    is_soft: bool = False
    is_stressed: bool = False
    word: int = 0


def read_labels(path: Path) -> tuple[Label, ...]:
    """The phones of a ``.lab`` file (times are ends, in seconds).

    Raises:
        UnknownSymbols: for a phone that the set has not.
    """
    lines = path.read_text(encoding="utf-8").partition("#")[2].split("\n")
    labels: list[Label] = []
    start_s = 0.0
    for fields in (line.split() for line in lines):
        if len(fields) != 3:
            continue
        if fields[2] not in FESTVOX_SYMBOLS:
            raise UnknownSymbols([fields[2]], where=f"The phone set {FESTVOX_RU}", text=path.name)
        end_s = float(fields[0])
        labels.append(Label(fields[2], start_s, end_s))
        start_s = end_s
    return tuple(labels)


def festvox_words(
    clauses: Sequence[Clause], spoken: Sequence[Sequence[SpokenWord]]
) -> list[list[tuple[str, ...]]]:
    """The corpus' phones of every word espeak-ng read, clause by clause.

    Reduction looks across words but not across pauses.

    Raises:
        UnknownSymbols: listing every phone of espeak-ng's that has no counterpart.
    """
    return [
        words_of_sounds(clause_sounds(clause, words), len(words))
        for clause, words in zip(clauses, spoken, strict=True)
    ]


def clause_sounds(clause: Clause, words: Sequence[SpokenWord]) -> list[Sound]:
    """A clause's sounds with the vowels' letters and stresses settled."""
    sounds = [sound for k, word in enumerate(words) for sound in sounds_of(word, k, clause.text)]
    settle_vowels(sounds, clause.words)
    if len(words) == len(clause.words):
        for k, word in enumerate(clause.words):
            settle_softness([sound for sound in sounds if sound.word == k], word)
        voice_clitics(sounds, clause.words)
    assimilate(sounds, clause.words if len(words) == len(clause.words) else ())
    return single_doubles(sounds)


def voice_clitics(sounds: Sequence[Sound], words: Sequence[str]) -> None:
    """Unstressed words keep their written last consonant: ``перед объявлением`` has a ``d``."""
    for k, word in enumerate(words):
        said = [sound for sound in sounds if sound.word == k]
        hard = CONSONANTS.get(LAST_VOICED.get(word.lower()[-1:], ""))
        if word.lower() in UNSTRESSED_WORDS and said and hard and not said[-1].is_vowel:
            said[-1].symbol = hard[said[-1].is_soft]


def assimilate(sounds: Sequence[Sound], words: Sequence[str]) -> None:
    """Obstruents take the voicing of the next one, within words and after unstressed words."""
    for first, second in reversed(list(pairwise(sounds))):
        is_joined = first.word == second.word or (
            bool(words) and words[first.word].lower() in UNSTRESSED_WORDS
        )
        if is_joined and second.symbol in VOICELESS:
            first.symbol = DEVOICED.get(first.symbol, first.symbol)
        elif is_joined and second.symbol in VOICED:
            first.symbol = VOICED_OF.get(first.symbol, first.symbol)


def sounds_of(word: SpokenWord, position: int, text: str) -> list[Sound]:
    """One word's sounds by the mapping tables."""
    sounds, unknown = [], []
    for segment in word_segments(word.units):
        phone = phone_of(segment, IPA)
        base = phone.folded.replace("ʲ", "")
        if base in VOWELS:
            sounds.append(Sound(VOWELS[base], True, False, phone.stress > 0, position))
        elif base in CONSONANTS:
            symbol = CONSONANTS[base][phone.is_soft]
            sounds.append(Sound(symbol, False, FESTVOX_PHONES[symbol].is_soft, False, position))
        else:
            unknown.append(segment)
    if unknown:
        raise UnknownSymbols(unknown, where=f"The phone set {FESTVOX_RU}", text=text)
    return sounds


def settle_vowels(sounds: Sequence[Sound], words: Sequence[str]) -> None:
    """Give each vowel what its letter says, if letters and vowels are equally many."""
    vowels = [sound for sound in sounds if sound.is_vowel]
    letters = [letter for word in words for letter in vowel_letters(word)]
    if len(letters) != len(vowels):
        return
    for sound, (letter, is_marked, is_clitic) in zip(vowels, letters, strict=True):
        sound.symbol = VOWEL_LETTERS[letter]
        if is_clitic:
            sound.is_stressed = False
        elif is_marked is not None:
            sound.is_stressed = is_marked


def settle_softness(sounds: Sequence[Sound], word: str) -> None:
    """Make a word's consonants soft before я ё ю и ь е and hard elsewhere, as the corpus does.

    espeak-ng also softens before soft consonants and misses some ``ль`` and ``хи``. Letters and
    consonants are matched in order by place of articulation; what matches none stays.
    """
    plain = word.lower().replace(STRESS_MARK, "")
    places = [k for k, letter in enumerate(plain) if letter in PLACES]
    consonants = [sound for sound in sounds if sound.symbol in PLACES_OF_PHONES]
    written = "".join(PLACES[plain[k]] for k in places)
    said = "".join(PLACES_OF_PHONES[sound.symbol] for sound in consonants)
    for block in SequenceMatcher(None, written, said, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            letter, sound = places[block.a + offset], consonants[block.b + offset]
            sound.is_soft = plain[letter + 1 : letter + 2] in SOFTENING_LETTERS
            sound.symbol = PAIRS[sound.symbol][sound.is_soft]


def vowel_letters(word: str) -> list[tuple[str, bool | None, bool]]:
    """The vowel letters of a word; whether a mark stresses each; whether none may be.

    The mark is a written one, an ``ё`` or the lexicon's; the second is None without any. A word
    of one vowel is stressed.
    """
    is_clitic = word.lower() in UNSTRESSED_WORDS
    lower = marked_word(word)
    positions = [k for k, letter in enumerate(lower) if letter in VOWEL_LETTERS]
    marked = {k for k in positions if lower[k + 1 : k + 2] == STRESS_MARK}
    marked = marked or {k for k in positions if lower[k] == ALWAYS_STRESSED}
    if len(positions) == 1:
        marked = set(positions)
    return [(lower[k], k in marked if marked else None, is_clitic) for k in positions]


def single_doubles(sounds: Sequence[Sound]) -> list[Sound]:
    """Without the first of two equal consonants within a word (``нн`` is one ``n``)."""
    kept: list[Sound] = []
    for sound in sounds:
        before = kept[-1] if kept else None
        if (
            before
            and not sound.is_vowel
            and before.word == sound.word
            and sound.symbol in {before.symbol, before.symbol * 2}
            and before.symbol in SINGLED
        ) or (before and (before.symbol, sound.symbol) == ("d", "c")):
            kept.pop()
        kept.append(sound)
    return kept


def words_of_sounds(sounds: Sequence[Sound], n_words: int) -> list[tuple[str, ...]]:
    """The final phones of each word."""
    words: list[list[str]] = [[] for _ in range(n_words)]
    for k, sound in enumerate(sounds):
        symbol = final_vowel(sounds, k) if sound.is_vowel else sound.symbol
        words[sound.word].append(symbol)
    return [tuple(word) for word in words]


def final_vowel(sounds: Sequence[Sound], position: int) -> str:
    """The vowel at ``position`` with its stress or reduction."""
    vowel = sounds[position]
    if vowel.is_stressed:
        return vowel.symbol * 2
    before = sounds[position - 1] if position else None
    after = sounds[position + 1] if position + 1 < len(sounds) else None
    following = next((one for one in sounds[position + 1 :] if one.is_vowel), None)
    bare = before is None or after is None or before.is_vowel or before.symbol == "j"
    is_soft = before is not None and before.is_soft
    return reduced(
        vowel.symbol,
        bare=bare,
        pretonic=following is not None and following.is_stressed,
        after_soft=is_soft,
    )


def reduced(vowel: str, *, bare: bool, pretonic: bool, after_soft: bool) -> str:
    """An unstressed vowel by the corpus' rule (msu_ru::postlex_reduce_vowel).

    Args:
        vowel: one of a, e, i, o, u, y.
        bare: beside a pause, after a vowel or after j: hardly reduced.
        pretonic: the next vowel is stressed.
        after_soft: after a soft consonant.
    """
    if vowel in "ao" and (bare or pretonic):
        return "a"
    if vowel in "yiu" and (bare or pretonic):
        return vowel
    if vowel == "e" and bare:
        return "e"
    if vowel == "e" and pretonic:
        return "i" if after_soft else "y"
    if vowel == "u":
        return "ur"
    return "ae" if after_soft else "ay"


def spoken_symbols(labels: Sequence[Label]) -> tuple[str, ...]:
    """The phones of a label file without its pauses."""
    return tuple(label.symbol for label in labels if label.symbol != PAUSE)

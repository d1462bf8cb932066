"""Every phone there is: vowel or consonant, voiced, manner, stress, reduction, what it folds to.

Two phone sets. ``IPA`` is what espeak-ng writes, cut into segments: any letter of ``VOWELS`` or
``CONSONANTS`` with modifiers, a vowel with ``ˈ`` or ``ˌ`` before it when stressed, so that the
set is open but each of its phones is known. ``FESTVOX_RU`` is the closed set of the festvox-ru
corpus, 50 phones and the pause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .symbols import UnknownSymbols

IPA, FESTVOX_RU = "ipa", "festvox-ru"
PHONE_SETS = (IPA, FESTVOX_RU)
PAUSE = "pau"
PRIMARY, SECONDARY = "ˈ", "ˌ"

VOWELS = frozenset("iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝ")
MANNERS = {  # voiced and voiceless letters of each manner (IPA chart, 2020)
    "stop": ("bdɖɟɡɢ", "ptʈckqʔ"),
    "fricative": ("βvðzʒʐʑʝɣʁʕɦ", "ɸfθsʃʂɕçxχħhʍ"),
    "nasal": ("mɱnɳɲŋɴ", ""),
    "lateral": ("lɫɭʎʟ", "ɬ"),
    "approximant": ("ʋɹɻjɰwɥ", ""),
    "trill": ("rʀʙ", ""),
    "tap": ("ɾɽ", ""),
}
CONSONANTS = {
    letter: (manner, voiced)
    for manner, letters in MANNERS.items()
    for voiced, group in zip((True, False), letters, strict=True)
    for letter in group
}
AFFRICATES = frozenset({"ts", "dz", "tʃ", "dʒ", "tɕ", "dʑ", "tʂ", "dʐ", "ʈʂ", "ɖʐ", "pf", "cç"})
SOFT, LONG, NASALIZED, RAISED, VOICELESS, SYLLABIC = (
    "ʲ",
    "ː",
    "\u0303",
    "\u031d",
    "\u030a",
    "\u0329",
)
NON_SYLLABIC = "\u032f"
MODIFIERS = frozenset({SOFT, LONG, NASALIZED, RAISED, VOICELESS, SYLLABIC, NON_SYLLABIC})
DROPPED = frozenset("\u032a\u033b\u0361\u035c-^")  # dental, laminal, ties and espeak's variants
# Not IPA but written by espeak-ng 1.51 where a phoneme has no IPA name of its own.
RESPELLED = {'u"': "ʉ", "ε": "ɛ", "?": "ʔ", "g": "ɡ"}
SOFTENERS = frozenset({"ʲ", "ɪ^"})  # units that soften the consonant before: Russian рь is r, ɪ^


@dataclass(frozen=True)
class Phone:
    """One phone and what later stages ask about it.

    ``manner`` is ``vowel``, ``pause`` or a key of ``MANNERS`` or ``affricate``. ``stress``: 0
    none, 1 primary, 2 secondary. ``reduction``: 0 full, 1 first, 2 second degree (known for
    FESTVOX_RU alone, else 0). ``folded`` is the phone without stress, reduction and length.
    """

    symbol: str
    phone_set: str
    manner: str
    is_voiced: bool
    folded: str
    stress: int = 0
    reduction: int = 0
    is_soft: bool = False
    is_long: bool = False

    @property
    def is_vowel(self) -> bool:
        """Whether the phone is a vowel or a diphthong."""
        return self.manner == "vowel"

    @property
    def is_pause(self) -> bool:
        """Whether nothing is said."""
        return self.manner == "pause"

    @property
    def is_consonant(self) -> bool:
        """Whether the phone is neither vowel nor pause."""
        return not (self.is_vowel or self.is_pause)


def phone_of(symbol: str, phone_set: str = IPA) -> Phone:
    """What is known about one phone.

    Raises:
        UnknownSymbols: if the set has no such phone.
        ValueError: for another set.
    """
    if phone_set not in PHONE_SETS:
        raise ValueError(f"Expected a phone set of {', '.join(PHONE_SETS)}, got {phone_set!r}.")
    if symbol == PAUSE:
        return Phone(PAUSE, phone_set, "pause", is_voiced=False, folded=PAUSE)
    if phone_set == IPA:
        return ipa_phone(symbol)
    if symbol not in FESTVOX_PHONES:
        raise UnknownSymbols([symbol], where="The phone set festvox-ru", text=symbol)
    return FESTVOX_PHONES[symbol]


@lru_cache(maxsize=4096)
def ipa_phone(symbol: str) -> Phone:
    """What the letters and modifiers of one IPA segment say."""
    stress = {PRIMARY: 1, SECONDARY: 2}.get(symbol[:1], 0)
    body = symbol[1:] if stress else symbol
    letters = "".join(char for char in body if char not in MODIFIERS)
    manner, voiced = manner_of(letters, symbol)
    return Phone(
        symbol,
        IPA,
        manner,
        is_voiced=voiced and VOICELESS not in body,
        folded=body.replace(LONG, ""),
        stress=stress,
        is_soft=SOFT in body,
        is_long=LONG in body,
    )


def manner_of(letters: str, symbol: str) -> tuple[str, bool]:
    """Manner and voicing of a segment's letters."""
    if letters and set(letters) <= VOWELS:
        return "vowel", True
    if letters in AFFRICATES:
        return "affricate", CONSONANTS[letters[0]][1]
    if letters in CONSONANTS:
        return CONSONANTS[letters]
    raise UnknownSymbols([symbol], where="The phone set ipa", text=symbol)


def word_segments(units: Sequence[str]) -> tuple[str, ...]:
    """The phones of a word from its units; a lone softening mark goes to the consonant before.

    Raises:
        UnknownSymbols: for a letter that is not IPA.
    """
    phones: list[str] = []
    for unit in units:
        if unit in SOFTENERS and phones and ipa_phone(phones[-1]).is_consonant:
            phones[-1] = phones[-1].rstrip(SOFT) + SOFT
        else:
            phones.extend(segments_of(unit))
    return tuple(phones)


def segments_of(unit: str) -> tuple[str, ...]:
    """The phones of one unit of espeak-ng's: ``ja`` is two, ``tʃ`` and ``aʊ`` are one.

    The stress mark goes to the unit's first vowel (or syllabic consonant).

    Raises:
        UnknownSymbols: for a letter that is not IPA.
    """
    stress = next((char for char in unit if char in PRIMARY + SECONDARY), "")
    body = unit.replace(PRIMARY, "").replace(SECONDARY, "")
    for written, meant in RESPELLED.items():
        body = body.replace(written, meant)
    body = unicodedata.normalize("NFD", body).replace("c\u0327", "ç")
    atoms = atoms_of("".join(char for char in body if char not in DROPPED), unit)
    merged: list[str] = []
    for atom in atoms:
        joined = joined_atoms(merged[-1], atom) if merged else None
        if joined is None:
            merged.append(atom)
        else:
            merged[-1] = joined
    return stressed(merged, stress)


def atoms_of(body: str, unit: str) -> list[str]:
    """Letters, each with the modifiers after it; a ``ʲ`` that softens nothing is a ``j``."""
    body = re.sub(f"{SOFT}+", SOFT, body)
    body = re.sub(f"(?<=[{''.join(VOWELS)}]){SOFT}|^{SOFT}", "j", body)
    atoms: list[str] = []
    for char in body:
        if char in MODIFIERS and atoms:
            atoms[-1] += char
        elif char in VOWELS or char in CONSONANTS:
            atoms.append(char)
        else:
            raise UnknownSymbols([char], where="The phone set ipa", text=unit)
    return atoms


def joined_atoms(first: str, second: str) -> str | None:
    """Both as one phone if they are a diphthong, a long vowel or an affricate."""
    if first[0] in VOWELS and second[0] in VOWELS:
        return first + LONG if first == second else first + second
    return first + second if first + second[0] in AFFRICATES else None


def stressed(phones: list[str], stress: str) -> tuple[str, ...]:
    """The phones with the mark before the one that carries the syllable."""
    if not stress:
        return tuple(phones)
    carriers = [k for k, phone in enumerate(phones) if phone[0] in VOWELS or SYLLABIC in phone]
    if not carriers:  # espeak marks a consonant only where the syllable has no vowel
        return tuple(phones)
    return tuple(stress + phone if k == carriers[0] else phone for k, phone in enumerate(phones))


# The corpus' own description: festvox/msu_ru_nsh_phoneset.scm. Its comments on ``ae`` and ``ay``
# are swapped; the rules and the labels have ``ae`` after soft and ``ay`` after hard consonants.
_FESTVOX_VOWELS = {  # symbol: (stress, degree of reduction, folded)
    **{double: (1, 0, double[0]) for double in ("ii", "yy", "uu", "ee", "oo", "aa")},
    **{single: (0, 1, single) for single in ("a", "e", "i", "y", "u")},
    "ae": (0, 2, "i"),
    "ay": (0, 2, "a"),
    "ur": (0, 2, "u"),
}
_FESTVOX_CONSONANTS = {  # manner: (hard or single, soft), voiced ones in the first row
    "stop": (("b d g", "bb dd gg"), ("p t k", "pp tt kk")),
    "fricative": (("v z zh", "vv zz"), ("f s sh h", "ff ss hh sch")),
    "affricate": (("", ""), ("c", "ch")),
    "nasal": (("m n", "mm nn"), ("", "")),
    "lateral": (("l", "ll"), ("", "")),
    "trill": (("r", "rr"), ("", "")),
    "approximant": (("", "j"), ("", "")),
}


def _festvox_phones() -> dict[str, Phone]:
    phones = {
        symbol: Phone(symbol, FESTVOX_RU, "vowel", True, folded, stress, reduction)
        for symbol, (stress, reduction, folded) in _FESTVOX_VOWELS.items()
    }
    for manner, rows in _FESTVOX_CONSONANTS.items():
        for is_voiced, hard_and_soft in zip((True, False), rows, strict=True):
            for is_soft, symbols in zip((False, True), hard_and_soft, strict=True):
                for symbol in symbols.split():
                    phones[symbol] = Phone(
                        symbol, FESTVOX_RU, manner, is_voiced, symbol, is_soft=is_soft
                    )
    return phones


FESTVOX_PHONES = _festvox_phones()
FESTVOX_SYMBOLS = (PAUSE, *sorted(FESTVOX_PHONES))

"""The sounds an aligner tells apart: one small set for the phones of all languages.

Stress, length, softness, reduction and nasality are left out and near neighbors are one sound,
so that what one language taught serves the next. A diphthong is two sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..text.phones import (
    AFFRICATES,
    FESTVOX_RU,
    MODIFIERS,
    PAUSE,
    RAISED,
    VOWELS,
    phone_of,
)
from ..text.symbols import UnknownSymbols

# sound: the letters that are heard as it (IPA chart, 2020; espeak-ng 1.51's use of them)
_LETTERS = {
    "i": "iɪ",
    "ɨ": "ɨɯ",
    "y": "yʏ",
    "ø": "øœɵɞɶ",
    "e": "eɛɘæ",
    "a": "aɑɐʌ",
    "ə": "əɜɚɝɤ",
    "o": "oɔɒ",
    "u": "uʊʉ",
    **{letter: letter for letter in "bkɡʔfθðszɲŋɹcɟɣ"},
    "p": "pɸ",
    "t": "tʈ",
    "d": "dɖ",
    "m": "mɱ",
    "n": "nɳ",
    "v": "vʋβ",
    "ʃ": "ʃʂɕ",
    "ʒ": "ʒʐʑ",
    "x": "xχçħ",
    "h": "hɦ",
    "l": "lɭɫʎʟ",
    "r": "rɾɽ",
    "ʁ": "ʁʀ",
    "j": "jʝ",
    "w": "wɰʍɥ",
}
_SOUND_OF = {letter: sound for sound, letters in _LETTERS.items() for letter in letters}
_AFFRICATES = {"s": "ts", "z": "dz", "ʃ": "tʃ", "ʒ": "dʒ"}  # by the sound they end in
RAISED_R = "r" + RAISED
# Letters that a language's espeak-ng voice writes for another sound.
_OWN = {("ru", "y"): "ɨ", ("be", "y"): "ɨ", ("ru", "ɵ"): "o", ("ru", "ʌ"): "a"}
_FESTVOX = {"y": "ɨ", "g": "ɡ", "h": "x", "c": "ts", "ch": "tʃ", "sh": "ʃ", "zh": "ʒ", "sch": "ʃ"}
SOUNDS = (PAUSE, *sorted({*_SOUND_OF.values(), *_AFFRICATES.values(), RAISED_R}))
_PLACES = {sound: place for place, sound in enumerate(SOUNDS)}


def places_of(sounds: Sequence[str]) -> NDArray[np.intp]:
    """The places (S,) in ``SOUNDS`` of sounds.

    Raises:
        UnknownSymbols: for what is no sound.
    """
    unknown = [one for one in sounds if one not in _PLACES]
    if unknown:
        raise UnknownSymbols(unknown, where="The aligner", text=" ".join(sounds))
    return np.array([_PLACES[one] for one in sounds], dtype=np.intp)


@lru_cache(maxsize=8192)
def sounds_of(symbol: str, phone_set: str, language: str) -> tuple[str, ...]:
    """The sounds, one or two, that a phone is heard as.

    Raises:
        UnknownSymbols: for a phone that the set has not.
    """
    phone = phone_of(symbol, phone_set)
    if phone.is_pause:
        return (PAUSE,)
    if phone_set == FESTVOX_RU:
        hard = phone.folded[:1] if phone.is_soft and len(phone.folded) == 2 else phone.folded
        return (_FESTVOX.get(phone.folded, _FESTVOX.get(hard, hard)),)
    if RAISED in phone.folded:
        return (RAISED_R,)
    letters = "".join(char for char in phone.folded if char not in MODIFIERS)
    heard = tuple(_OWN.get((language, one), _SOUND_OF[one]) for one in letters)
    if letters in AFFRICATES:
        return (_AFFRICATES.get(heard[-1], heard[0]),)
    return merged(heard) if letters[0] in VOWELS else heard[:1]


def merged(sounds: Sequence[str]) -> tuple[str, ...]:
    """The first and last of a vowel's sounds, once where they are the same."""
    return (sounds[0],) if sounds[0] == sounds[-1] else (sounds[0], sounds[-1])

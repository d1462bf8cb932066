"""What may be said, in order: sounds that must come and pauses that may.

Axes: P symbols as they are written, S sounds of a script (a diphthong is two).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..text.phonemes import Phonemes
from ..text.phones import PAUSE
from .sounds import places_of, sounds_of
from .viterbi import Chain

MIN_SOUND_FRAMES = 3  # 30 ms; the labels of festvox-ru have no shorter phone
MIN_HALF_FRAMES = 2  # of a diphthong
MIN_PAUSE_FRAMES = 3  # shorter silence belongs to a stop's closure
MIN_EDGE_FRAMES = 1
UNWRITTEN = -1


@dataclass(frozen=True, eq=False)
class Script:
    """One utterance's sounds (S,), a pause at both ends, and the symbols (P,) they stand for.

    is_optional: (S,) bool, pauses that need not be there; no two of them are neighbors.
    positions: (S,) int, the place among ``written`` of each; ``UNWRITTEN`` for a pause between
        two words that no mark asks for.
    """

    sounds: tuple[str, ...]
    is_optional: NDArray[np.bool_]
    positions: NDArray[np.intp]
    written: tuple[str, ...]

    @property
    def is_pause(self) -> NDArray[np.bool_]:
        """Which sounds are pauses (S,)."""
        return np.array([sound == PAUSE for sound in self.sounds])

    @property
    def least_frames(self) -> NDArray[np.intp]:
        """The fewest frames (S,) of each where it is said."""
        least = np.where(self.is_pause, MIN_PAUSE_FRAMES, MIN_SOUND_FRAMES)
        halves = np.flatnonzero((np.diff(self.positions) == 0) & ~self.is_pause[1:])
        least[halves] = least[halves + 1] = MIN_HALF_FRAMES
        least[[0, -1]] = np.where(self.is_pause[[0, -1]], MIN_EDGE_FRAMES, least[[0, -1]])
        return least

    @property
    def chain(self) -> Chain:
        """The script as Viterbi takes it, its classes being places in ``SOUNDS``."""
        return Chain(places_of(self.sounds), self.least_frames, self.is_optional)


def script_of(phonemes: Phonemes) -> Script:
    """A text's sounds, with a pause allowed between any two words.

    Raises:
        UnknownSymbols: for phones that have no sound.
    """
    places: list[int] = []
    starts = {word.start for word in phonemes.words}
    for place, symbol in enumerate(phonemes.symbols):
        if place in starts and place > 0 and phonemes.symbols[place - 1] != PAUSE != symbol:
            places.append(UNWRITTEN)
        places.append(place)
    return _script(phonemes.symbols, places, (phonemes.phone_set, phonemes.language))


def script_of_symbols(symbols: Sequence[str], phone_set: str, language: str) -> Script:
    """The sounds of a string of phones; its inner pauses are optional.

    Raises:
        ValueError: if it has nothing but pauses, or two pauses in a row.
        UnknownSymbols: for phones that the set has not.
    """
    if not set(symbols) - {PAUSE}:
        raise ValueError(f"Expected phones to be said, got {tuple(symbols)}.")
    if any(a == b == PAUSE for a, b in pairwise(symbols)):
        raise ValueError("Expected single pauses, got two in a row.")
    return _script(symbols, range(len(symbols)), (phone_set, language))


def _script(symbols: Sequence[str], places: Sequence[int], terms: tuple[str, str]) -> Script:
    sounds: list[str] = []
    positions: list[int] = []
    for place in places:
        own = sounds_of(symbols[place], *terms) if place != UNWRITTEN else (PAUSE,)
        sounds.extend(own)
        positions.extend([place] * len(own))
    optional = np.array([sound == PAUSE for sound in sounds])
    optional[[0, -1]] = False
    return Script(tuple(sounds), optional, np.array(positions, dtype=np.intp), tuple(symbols))

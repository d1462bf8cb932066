"""What may be said, in order: phones that must come and pauses that may.

Axes: P symbols of a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..text.phonemes import Phonemes
from ..text.phones import PAUSE

MIN_PHONE_FRAMES = 2  # 20 ms; the labels of festvox-ru have no phone under 30
MIN_PAUSE_FRAMES = 3  # shorter silence belongs to a stop's closure
MIN_EDGE_FRAMES = 1
UNWRITTEN = -1


@dataclass(frozen=True, eq=False)
class Script:
    """Symbols (P,) of one utterance, a pause at both ends.

    is_optional: (P,) bool, pauses that need not be there; no two of them are neighbors.
    positions: (P,) int, where each stood in what it was made from; ``UNWRITTEN`` for a pause
        between two words that no mark asks for.
    """

    symbols: tuple[str, ...]
    is_optional: NDArray[np.bool_]
    positions: NDArray[np.intp]

    @property
    def is_pause(self) -> NDArray[np.bool_]:
        """Which symbols are pauses (P,)."""
        return np.array([symbol == PAUSE for symbol in self.symbols])

    @property
    def least_frames(self) -> NDArray[np.intp]:
        """The fewest frames (P,) that each symbol takes where it is said."""
        least = np.where(self.is_pause, MIN_PAUSE_FRAMES, MIN_PHONE_FRAMES)
        least[[0, -1]] = np.where(self.is_pause[[0, -1]], MIN_EDGE_FRAMES, least[[0, -1]])
        return least


def script_of(phonemes: Phonemes) -> Script:
    """A text's phonemes, with a pause allowed between any two words."""
    places: list[int] = []
    starts = {word.start for word in phonemes.words}
    for place, symbol in enumerate(phonemes.symbols):
        if place in starts and place > 0 and phonemes.symbols[place - 1] != PAUSE != symbol:
            places.append(UNWRITTEN)
        places.append(place)
    symbols = [phonemes.symbols[place] if place != UNWRITTEN else PAUSE for place in places]
    return _script(symbols, np.array(places, dtype=np.intp))


def script_of_symbols(symbols: Sequence[str]) -> Script:
    """A string of phones; its inner pauses are optional.

    Raises:
        ValueError: if it has nothing but pauses, or two pauses in a row.
    """
    if not set(symbols) - {PAUSE}:
        raise ValueError(f"Expected phones to be said, got {tuple(symbols)}.")
    if any(a == b == PAUSE for a, b in pairwise(symbols)):
        raise ValueError("Expected single pauses, got two in a row.")
    return _script(list(symbols), np.arange(len(symbols)))


def _script(symbols: list[str], positions: NDArray[np.intp]) -> Script:
    optional = np.array([symbol == PAUSE for symbol in symbols])
    optional[[0, -1]] = False
    return Script(tuple(symbols), optional, positions)

"""The phones a network knows, and what is known of each.

Axes: K phones, A attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth.align.sounds import SOUNDS

from ..text.phones import FESTVOX_RU, FESTVOX_SYMBOLS, IPA, MANNERS, PAUSE, Phone, phone_of
from ..text.symbols import UnknownSymbols

MANNER_NAMES = ("vowel", "pause", "affricate", *MANNERS)
N_STRESSES, N_REDUCTIONS = 3, 3

Phones = Sequence[str] | NDArray[np.floating]  # symbols (P,), or posteriors (P, K) of them


@dataclass(frozen=True)
class Inventory:
    """``symbols`` (K,) of one phone set, the pause first."""

    symbols: tuple[str, ...]
    phone_set: str

    def __post_init__(self) -> None:
        if self.symbols[:1] != (PAUSE,) or len(set(self.symbols)) != len(self.symbols):
            raise ValueError(f"Expected different phones, {PAUSE!r} first, got {self.symbols}.")

    @cached_property
    def _places(self) -> dict[str, int]:
        return {symbol: place for place, symbol in enumerate(self.symbols)}

    def indices(self, symbols: Sequence[str]) -> NDArray[np.int64]:
        """The place of each symbol (P,).

        Raises:
            UnknownSymbols: listing all that the network was not trained on.
        """
        unknown = [symbol for symbol in symbols if symbol not in self._places]
        if unknown:
            raise UnknownSymbols(unknown, where="The acoustic network", text=" ".join(symbols))
        return np.array([self._places[symbol] for symbol in symbols], dtype=np.int64)

    def given(self, phones: Phones) -> NDArray[np.int64] | NDArray[np.float32]:
        """What networks take for phones: the places (P,) of symbols, or posteriors (P, K).

        Raises:
            UnknownSymbols: for phones the network was not trained on.
            ValueError: for posteriors of another number of phones.
        """
        if not isinstance(phones, np.ndarray):
            return self.indices(phones)
        if phones.ndim != 2 or phones.shape[1] != len(self.symbols):
            raise ValueError(f"Expected posteriors (P, {len(self.symbols)}), got {phones.shape}.")
        return phones.astype(np.float32)

    def attributes(self) -> NDArray[np.float32]:
        """What phones have in common (K, A): manner, voice, stress, reduction, softness, length.

        A phone that is rare, as many stressed ones are, shares these with those that are not.
        """
        return np.stack([attributes_of(phone_of(s, self.phone_set)) for s in self.symbols])


HEARD = Inventory(SOUNDS, IPA)  # of posteriors: the sounds of a recognizer, in its order


def attributes_of(phone: Phone) -> NDArray[np.float32]:
    """One phone's attributes (A,), 0 or 1."""
    row = [phone.manner == name for name in MANNER_NAMES]
    row += [phone.stress == degree for degree in range(N_STRESSES)]
    row += [phone.reduction == degree for degree in range(N_REDUCTIONS)]
    row += [phone.is_voiced, phone.is_soft, phone.is_long]
    return np.array(row, dtype=np.float32)


def are_pauses(given: NDArray[np.number]) -> NDArray[np.bool_]:
    """Which phones (P,) of those given to a network, (P,) or (P, K), are pauses."""
    return (given.argmax(axis=1) if given.ndim == 2 else given) == 0


def inventory_of(symbols: Iterable[str], phone_set: str) -> Inventory:
    """All of a closed phone set; of an open one, what occurs in the symbols."""
    if phone_set == FESTVOX_RU:
        return Inventory(FESTVOX_SYMBOLS, phone_set)
    return Inventory((PAUSE, *sorted(set(symbols) - {PAUSE})), phone_set)

"""The classes an aligner tells apart: phones of one set, whole or folded, and the pause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..text.phones import PAUSE, phone_of
from ..text.symbols import UnknownSymbols

TINY = np.float32(1e-12)


@dataclass(frozen=True)
class Classes:
    """``symbols`` (K,) of the classes, the pause first.

    ``folds``: whether a phone counts as what it is without stress, reduction and length.
    """

    symbols: tuple[str, ...]
    phone_set: str
    folds: bool

    def __post_init__(self) -> None:
        if self.symbols[:1] != (PAUSE,) or len(set(self.symbols)) != len(self.symbols):
            raise ValueError(f"Expected different classes, {PAUSE!r} first, got {self.symbols}.")

    @cached_property
    def _places(self) -> dict[str, int]:
        return {symbol: place for place, symbol in enumerate(self.symbols)}

    def indices(self, symbols: Sequence[str]) -> NDArray[np.intp]:
        """The class of each symbol (P,).

        Raises:
            UnknownSymbols: listing all that no class stands for.
        """
        names = [class_name(symbol, self.phone_set, folds=self.folds) for symbol in symbols]
        unknown = [s for s, name in zip(symbols, names, strict=True) if name not in self._places]
        if unknown:
            raise UnknownSymbols(unknown, where="The aligner", text=" ".join(symbols))
        return np.array([self._places[name] for name in names], dtype=np.intp)


def class_name(symbol: str, phone_set: str, *, folds: bool) -> str:
    """What a phone counts as."""
    return phone_of(symbol, phone_set).folded if folds else symbol


def classes_of(symbols: Iterable[str], phone_set: str, *, folds: bool) -> Classes:
    """The classes that these phones need, in alphabetical order after the pause."""
    names = {class_name(symbol, phone_set, folds=folds) for symbol in set(symbols)}
    return Classes((PAUSE, *sorted(names - {PAUSE})), phone_set, folds)


def fold(classes: Classes) -> tuple[Classes, NDArray[np.intp]]:
    """Folded classes, and for each class (K,) the folded one that it belongs to."""
    if classes.folds:  # a folded symbol need not be a phone of its set
        return classes, np.arange(len(classes.symbols))
    folded = classes_of(classes.symbols, classes.phone_set, folds=True)
    return folded, folded.indices(classes.symbols)


def fold_posteriors(
    posteriors: NDArray[np.float32], folded: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Log posteriors of folded classes from those (T, K) of whole ones; ``folded`` is (K,)."""
    shares = np.zeros((len(folded), int(folded.max()) + 1), np.float32)
    shares[np.arange(len(folded)), folded] = 1.0
    return np.log(np.exp(posteriors) @ shares + TINY)

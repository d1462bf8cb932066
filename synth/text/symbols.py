"""What cannot be read: reported with every symbol at fault, never dropped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ..errors import SynthError


class UnknownSymbols(SynthError):
    """Letters, signs or phones that have no reading here.

    Args:
        symbols: everything that was not known.
        where: what it was looked up in, in words.
        text: the text they stood in.
    """

    def __init__(self, symbols: Iterable[str], *, where: str, text: str) -> None:
        self.symbols = tuple(dict.fromkeys(symbols))
        self.where, self.text = where, text
        listed = ", ".join(f"{symbol!r} ({name_of(symbol)})" for symbol in self.symbols)
        super().__init__(
            f"{where} has no {listed} of {text!r}; write the text without, or in words.",
            code="unknown_symbols",
            field="text",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.symbols, self.where, self.text))


def _rebuild(symbols: tuple[str, ...], where: str, text: str) -> UnknownSymbols:
    return UnknownSymbols(symbols, where=where, text=text)


def name_of(symbol: str) -> str:
    """The Unicode names of a symbol's characters."""
    return " + ".join(unicodedata.name(char, f"U+{ord(char):04X}").lower() for char in symbol)

"""Text columns as whole numbers: a level for each distinct text, a code for each row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mushra.stats.arrays import Codes, Mask

RowCodes = npt.NDArray[np.int32]


class Column(Sequence[str]):
    """A column of texts: `levels`, sorted and every one of them present, and (n,) `codes`.

    Reads as the sequence of its texts. Equal texts share one string, so that a million rows cost
    four bytes each.
    """

    def __init__(self, levels: Sequence[str], codes: npt.ArrayLike) -> None:
        """Levels in any order, used or not; codes are places in them.

        Raises: ValueError for a level twice; IndexError for a code out of range.
        """
        given = np.asarray(codes, dtype=np.int32)
        used = np.zeros(len(levels), dtype=bool)
        used[given] = True
        if len(set(levels)) < len(levels):
            raise ValueError("A column's levels must differ.")
        order = sorted(np.flatnonzero(used).tolist(), key=levels.__getitem__)
        place = np.zeros(len(levels), dtype=np.int32)
        place[order] = np.arange(len(order))
        self.levels = tuple(levels[k] for k in order)
        self.codes: RowCodes = place[given] if len(levels) else given
        self.codes.setflags(write=False)

    @classmethod
    def of(cls, values: Iterable[str]) -> "Column":
        """The column of the given texts; a column is returned as it is."""
        return values if isinstance(values, Column) else Encoder(values).column()

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The texts, row by row."""
        return tuple(map(self.levels.__getitem__, self.codes.tolist()))

    def take(self, rows: Codes) -> "Column":
        """The column of the given rows, with the levels that are left."""
        return Column(self.levels, self.codes[rows])

    def is_in(self, levels: Iterable[str]) -> Mask:
        """(n,) whether a row's text is one of the given."""
        wanted = set(levels)
        return np.array([level in wanted for level in self.levels], dtype=bool)[self.codes]

    def first_row(self, level: str) -> int:
        """The first row with that text. Raises: ValueError if there is none."""
        return int(np.argmax(self.codes == self.levels.index(level)))

    def __len__(self) -> int:
        return int(self.codes.size)

    def __getitem__(self, row):  # type: ignore[no-untyped-def]  # one text, or a tuple of a slice
        return self.values[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


class Encoder:
    """Gathers a column's texts part by part."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._places = _Places()
        self._parts: list[RowCodes] = []
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """Further texts, below those so far."""
        texts = values if isinstance(values, list | tuple) else list(values)
        places = map(self._places.__getitem__, texts)
        self._parts.append(np.fromiter(places, dtype=np.int32, count=len(texts)))

    def column(self) -> Column:
        """The column of all texts so far."""
        return Column(list(self._places), np.concatenate(self._parts))


class _Places(dict[str, int]):
    """A place for each text, in the order of first asking."""

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self)
        return place


class TextColumns(Mapping[str, tuple[str, ...]]):
    """Columns by name, read as tuples of texts that are made when they are asked for."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.coded = dict(sorted(columns.items()))

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self.coded[name].values

    def __contains__(self, name: object) -> bool:
        return name in self.coded  # asking must not make a million texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.coded)

    def __len__(self) -> int:
        return len(self.coded)

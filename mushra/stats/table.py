"""The rating table: one row per rating, the one input of every statistic."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mushra.stats.errors import InvalidRatings

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]

MIN_SCORE = 0.0
MAX_SCORE = 100.0
KEY_COLUMNS = ("listener", "item", "system", "score")


@dataclass(frozen=True, eq=False)
class RatingTable:
    """Ratings as equally long columns, one row per (listener, item, system).

    Args:
        listener, item, system: codes, never empty; an item's code is unique in the whole test.
        score: (n_ratings,) float, points 0-100, no NaN.
        factors: further columns by name (scenario, speaker, language, ...), as text.
    Raises: InvalidRatings, naming the row (counted from 1), when any of this does not hold.
    """

    listener: tuple[str, ...]
    item: tuple[str, ...]
    system: tuple[str, ...]
    score: Floats
    factors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        score = np.array(self.score, dtype=np.float64)
        score.setflags(write=False)
        object.__setattr__(self, "score", score)
        for name in ("listener", "item", "system"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        columns = {name: tuple(values) for name, values in sorted(self.factors.items())}
        object.__setattr__(self, "factors", columns)
        _check_lengths(self)
        _check_codes(self)
        _check_scores(self)
        _check_rows_are_unique(self)

    def __len__(self) -> int:
        return len(self.listener)

    @cached_property
    def listeners(self) -> tuple[str, ...]:
        """Codes of the listeners, sorted."""
        return tuple(sorted(set(self.listener)))

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Codes of the items, sorted."""
        return tuple(sorted(set(self.item)))

    @cached_property
    def systems(self) -> tuple[str, ...]:
        """Codes of the systems, sorted."""
        return tuple(sorted(set(self.system)))

    def where(self, mask: Iterable[bool]) -> "RatingTable":
        """The rows where `mask` is true, in their order."""
        kept = np.flatnonzero(np.fromiter(mask, dtype=bool, count=len(self)))
        return RatingTable(
            listener=_pick(self.listener, kept),
            item=_pick(self.item, kept),
            system=_pick(self.system, kept),
            score=self.score[kept],
            factors={name: _pick(values, kept) for name, values in self.factors.items()},
        )

    def of_systems(self, systems: Collection[str]) -> "RatingTable":
        """The rows of the given systems."""
        return self.where(system in systems for system in self.system)

    def of_items(self, items: Collection[str]) -> "RatingTable":
        """The rows of the given items."""
        return self.where(item in items for item in self.item)

    def without_listeners(self, listeners: Collection[str]) -> "RatingTable":
        """The rows of everybody but the given listeners."""
        return self.where(listener not in listeners for listener in self.listener)

    def having(self, factor: str, value: str) -> "RatingTable":
        """The rows whose `factor` is `value`. Raises: InvalidRatings for an unknown factor."""
        return self.where(level == value for level in self.column(factor))

    def column(self, factor: str) -> tuple[str, ...]:
        """One factor's column. Raises: InvalidRatings for an unknown factor."""
        if factor not in self.factors:
            known = ", ".join(self.factors) or "none"
            raise InvalidRatings(f"The table has no factor {factor!r}; its factors are: {known}.")
        return self.factors[factor]

    def levels(self, factor: str) -> tuple[str, ...]:
        """The distinct non-empty values of a factor, sorted; none if the table lacks the factor."""
        return tuple(sorted(set(self.factors.get(factor, ())) - {""}))

    def with_factor(self, factor: str, values: Sequence[str]) -> "RatingTable":
        """The same rows with one more factor (or with that factor replaced)."""
        columns = {**self.factors, factor: tuple(values)}
        return RatingTable(self.listener, self.item, self.system, self.score, columns)

    def matrix(self, system: str) -> Floats:
        """One system's scores as (L, I): listeners x items, both sorted; NaN where nobody rated."""
        scores = np.full((len(self.listeners), len(self.items)), np.nan)
        rows = self._rows_of.get(system, [])
        scores[self._listener_places[rows], self._item_places[rows]] = self.score[rows]
        return scores

    def scores_of(self, system: str) -> Floats:
        """All scores of one system, in the table's order."""
        return self.score[self._rows_of.get(system, [])]

    @property
    def listener_codes(self) -> Codes:
        """(n_ratings,) the place of each row's listener in `listeners`."""
        return self._listener_places

    @property
    def item_codes(self) -> Codes:
        """(n_ratings,) the place of each row's item in `items`."""
        return self._item_places

    def rows_of(self, system: str) -> Codes:
        """The rows of one system, in the table's order."""
        return np.array(self._rows_of.get(system, []), dtype=np.intp)

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, system in enumerate(self.system):
            rows.setdefault(system, []).append(row)
        return rows

    @cached_property
    def _listener_places(self) -> npt.NDArray[np.intp]:
        return _places(self.listener, self.listeners)

    @cached_property
    def _item_places(self) -> npt.NDArray[np.intp]:
        return _places(self.item, self.items)

    def sorted_rows(self) -> "RatingTable":
        """The same rows ordered by listener, item, system."""
        keys = list(zip(self.listener, self.item, self.system, strict=True))
        order = np.array(sorted(range(len(self)), key=keys.__getitem__), dtype=np.intp)
        return RatingTable(
            listener=_pick(self.listener, order),
            item=_pick(self.item, order),
            system=_pick(self.system, order),
            score=self.score[order],
            factors={name: _pick(values, order) for name, values in self.factors.items()},
        )

    def to_csv(self) -> str:
        """The table as CSV: listener, item, system, score, then the factors alphabetically."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*KEY_COLUMNS, *self.factors])
        scores = [_score_text(score) for score in self.score]
        columns = [self.listener, self.item, self.system, scores, *self.factors.values()]
        writer.writerows(zip(*columns, strict=True))
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> "RatingTable":
        """The table in a CSV text as `to_csv` writes it.

        Raises: InvalidRatings when a key column is missing, a row is too short or long, or a
            score is not a number.
        """
        rows = csv.reader(io.StringIO(text))
        header = next(rows, [])
        if tuple(header[:4]) != KEY_COLUMNS:
            raise InvalidRatings(
                f"The header must begin with {','.join(KEY_COLUMNS)}, not {','.join(header[:4])}."
            )
        body = [_checked_row(row, number, header) for number, row in enumerate(rows, start=1)]
        columns = list(zip(*body, strict=True)) or [() for _ in header]
        return cls(
            listener=columns[0],
            item=columns[1],
            system=columns[2],
            score=np.array([float(score) for score in columns[3]]),
            factors=dict(zip(header[4:], columns[4:], strict=True)),
        )

    def write_csv(self, path: Path) -> None:
        """Writes `to_csv` to a file, UTF-8."""
        path.write_text(self.to_csv(), encoding="utf-8", newline="")

    @classmethod
    def read_csv(cls, path: Path) -> "RatingTable":
        """The table in a CSV file, UTF-8."""
        return cls.from_csv(path.read_text(encoding="utf-8"))


def _pick(values: tuple[str, ...], rows: npt.NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(values[row] for row in rows)


def _places(values: tuple[str, ...], order: tuple[str, ...]) -> npt.NDArray[np.intp]:
    place = {code: index for index, code in enumerate(order)}
    return np.array([place[value] for value in values], dtype=np.intp)


def _score_text(score: np.float64) -> str:
    return str(int(score)) if score == int(score) else repr(float(score))


def _checked_row(row: list[str], number: int, header: list[str]) -> list[str]:
    if len(row) != len(header):
        raise InvalidRatings(
            f"Row {number} has {len(row)} fields but the header has {len(header)}."
        )
    try:
        float(row[3])
    except ValueError:
        raise InvalidRatings(f"Row {number}: the score {row[3]!r} is not a number.") from None
    return row


def _check_lengths(table: RatingTable) -> None:
    lengths = {
        "listener": len(table.listener),
        "item": len(table.item),
        "system": len(table.system),
        "score": table.score.size,
        **{name: len(values) for name, values in table.factors.items()},
    }
    if len(set(lengths.values())) > 1 or table.score.ndim != 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidRatings(f"All columns must be equally long; found {found}.")
    reserved = sorted(set(table.factors) & set(KEY_COLUMNS))
    if reserved:
        raise InvalidRatings(f"A factor cannot be named {reserved[0]!r}: that is a key column.")


def _check_codes(table: RatingTable) -> None:
    for name in ("listener", "item", "system"):
        codes = getattr(table, name)
        if "" in codes:
            raise InvalidRatings(f"Row {codes.index('') + 1} has no {name}.")


def _check_scores(table: RatingTable) -> None:
    inside = (table.score >= MIN_SCORE) & (table.score <= MAX_SCORE)
    wrong = np.flatnonzero(~inside)  # NaN compares false, so it is caught here too
    if wrong.size:
        row = int(wrong[0])
        raise InvalidRatings(
            f"Row {row + 1} ({_row_name(table, row)}): the score must be a number from 0 to 100, "
            f"not {table.score[row]:g}."
        )


def _check_rows_are_unique(table: RatingTable) -> None:
    keys = list(zip(table.listener, table.item, table.system, strict=True))
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        first = keys.index(repeated[0])
        second = keys.index(repeated[0], first + 1)
        raise InvalidRatings(
            f"Rows {first + 1} and {second + 1} both rate {_row_name(table, first)}; "
            "a table holds one current score for each."
        )


def _row_name(table: RatingTable, row: int) -> str:
    return f"listener {table.listener[row]}, item {table.item[row]}, system {table.system[row]}"

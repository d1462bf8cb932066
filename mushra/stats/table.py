"""The rating table: one row per rating, the one input of every statistic."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mushra.stats.arrays import Codes as Codes
from mushra.stats.arrays import Floats as Floats
from mushra.stats.arrays import Mask as Mask
from mushra.stats.columns import Column, TextColumns
from mushra.stats.errors import InvalidRatings
from mushra.stats.table_csv import KEY_COLUMNS as KEY_COLUMNS
from mushra.stats.table_csv import Keys, columns_of, csv_text

MIN_SCORE = 0.0
MAX_SCORE = 100.0
# Up to so many possible ratings per rating, repeats are counted instead of sorted for.
MAX_COUNTED_SHARE = 16


class RatingTable:
    """Ratings as equally long columns, one row per (listener, item, system).

    Texts are held as whole-number codes, so that a million ratings take some 30 MB; `listener`,
    `item`, `system` and `factors` read as texts and are made when they are asked for.

    Args:
        listener, item, system: codes, never empty; an item's code is unique in the whole test.
        score: (n_ratings,) float, points 0-100, no NaN.
        factors: further columns by name (scenario, speaker, language, ...), as text.
            A `Column` is taken as it is.
    Raises: InvalidRatings, naming the row (counted from 1), when any of this does not hold.
    """

    def __init__(
        self,
        listener: Iterable[str],
        item: Iterable[str],
        system: Iterable[str],
        score: npt.ArrayLike,
        factors: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        keys = Column.of(listener), Column.of(item), Column.of(system)
        columns = {name: Column.of(values) for name, values in (factors or {}).items()}
        self._set(keys, np.array(score, dtype=np.float64), columns)
        _check_lengths(self)
        _check_codes(self)
        _check_scores(self)
        _check_rows_are_unique(self)

    def _set(self, keys: Keys, score: Floats, factors: Mapping[str, Column]) -> None:
        self._listener, self._item, self._system = keys
        self._factors = TextColumns(factors)
        self._score = score
        score.setflags(write=False)

    def __len__(self) -> int:
        return len(self._listener)

    @property
    def score(self) -> Floats:
        """(n_ratings,) the scores, points; they cannot be changed."""
        return self._score

    @property
    def listener(self) -> tuple[str, ...]:
        """Each row's listener."""
        return self._listener.values

    @property
    def item(self) -> tuple[str, ...]:
        """Each row's item."""
        return self._item.values

    @property
    def system(self) -> tuple[str, ...]:
        """Each row's system."""
        return self._system.values

    @property
    def factors(self) -> Mapping[str, tuple[str, ...]]:
        """The further columns by name, alphabetically."""
        return self._factors

    @property
    def listeners(self) -> tuple[str, ...]:
        """Codes of the listeners, sorted."""
        return self._listener.levels

    @property
    def items(self) -> tuple[str, ...]:
        """Codes of the items, sorted."""
        return self._item.levels

    @property
    def systems(self) -> tuple[str, ...]:
        """Codes of the systems, sorted."""
        return self._system.levels

    @cached_property
    def listener_codes(self) -> Codes:
        """(n_ratings,) the place of each row's listener in `listeners`."""
        return self._listener.codes.astype(np.intp)

    @cached_property
    def item_codes(self) -> Codes:
        """(n_ratings,) the place of each row's item in `items`."""
        return self._item.codes.astype(np.intp)

    @cached_property
    def system_codes(self) -> Codes:
        """(n_ratings,) the place of each row's system in `systems`."""
        return self._system.codes.astype(np.intp)

    def where(self, mask: Iterable[bool]) -> "RatingTable":
        """The rows where `mask` is true, in their order."""
        given = mask if isinstance(mask, np.ndarray) else np.fromiter(mask, bool, len(self))
        if given.shape != (len(self),):
            raise ValueError(f"The mask has the shape {given.shape} for {len(self)} ratings.")
        return self._rows(np.flatnonzero(given))

    def of_systems(self, systems: Collection[str]) -> "RatingTable":
        """The rows of the given systems."""
        return self.where(self._system.is_in(systems))

    def of_items(self, items: Collection[str]) -> "RatingTable":
        """The rows of the given items."""
        return self.where(self._item.is_in(items))

    def without_listeners(self, listeners: Collection[str]) -> "RatingTable":
        """The rows of everybody but the given listeners."""
        return self.where(~self._listener.is_in(listeners))

    def having(self, factor: str, value: str) -> "RatingTable":
        """The rows whose `factor` is `value`. Raises: InvalidRatings for an unknown factor."""
        return self.where(self.coded(factor).is_in({value}))

    def column(self, factor: str) -> tuple[str, ...]:
        """One factor's column. Raises: InvalidRatings for an unknown factor."""
        return self.coded(factor).values

    def coded(self, factor: str) -> Column:
        """One factor's column as levels and codes. Raises: InvalidRatings for an unknown factor."""
        if factor not in self._factors:
            known = ", ".join(self._factors) or "none"
            raise InvalidRatings(f"The table has no factor {factor!r}; its factors are: {known}.")
        return self._factors.coded[factor]

    def levels(self, factor: str) -> tuple[str, ...]:
        """The distinct non-empty values of a factor, sorted; none if the table lacks the factor."""
        levels = self.coded(factor).levels if factor in self._factors else ()
        return tuple(level for level in levels if level)

    def with_factor(self, factor: str, values: Sequence[str]) -> "RatingTable":
        """The same rows with one more factor (or with that factor replaced)."""
        columns = {**self._factors.coded, factor: Column.of(values)}
        table = self._with(self._keys, self._score, columns)
        _check_lengths(table)
        return table

    def matrix(self, system: str) -> Floats:
        """One system's scores as (L, I): listeners x items, both sorted; NaN where nobody rated."""
        scores = np.full((len(self.listeners), len(self.items)), np.nan)
        rows = self.rows_of(system)
        scores[self._listener.codes[rows], self._item.codes[rows]] = self._score[rows]
        return scores

    def scores_of(self, system: str) -> Floats:
        """All scores of one system, in the table's order."""
        return self._score[self.rows_of(system)]

    def rows_of(self, system: str) -> Codes:
        """The rows of one system, in the table's order."""
        return self._rows_by_system.get(system, np.empty(0, dtype=np.intp))

    @cached_property
    def _rows_by_system(self) -> dict[str, Codes]:
        order = np.argsort(self._system.codes, kind="stable")
        starts = np.searchsorted(self._system.codes[order], np.arange(len(self.systems) + 1))
        return {
            system: order[starts[code] : starts[code + 1]]
            for code, system in enumerate(self.systems)
        }

    def sorted_rows(self) -> "RatingTable":
        """The same rows ordered by listener, item, system: this table itself if they are."""
        places, _ = _key_places(self)
        if (places[1:] > places[:-1]).all():
            return self
        return self._rows(np.argsort(places, kind="stable"))

    def to_csv(self) -> str:
        """The table as CSV: listener, item, system, score, then the factors alphabetically."""
        return csv_text(self._keys, self._score, self._factors.coded)

    @classmethod
    def from_csv(cls, text: str) -> "RatingTable":
        """The table in a CSV text as `to_csv` writes it.

        Raises: InvalidRatings when a key column is missing, a row is too short or long, or a
            score is not a number.
        """
        keys, score, factors = columns_of(text)
        return cls(*keys, score, factors)

    def write_csv(self, path: Path) -> None:
        """Writes `to_csv` to a file, UTF-8."""
        path.write_text(self.to_csv(), encoding="utf-8", newline="")

    @classmethod
    def read_csv(cls, path: Path) -> "RatingTable":
        """The table in a CSV file, UTF-8."""
        return cls.from_csv(path.read_text(encoding="utf-8"))

    @property
    def _keys(self) -> Keys:
        return self._listener, self._item, self._system

    def _rows(self, rows: Codes) -> "RatingTable":
        keys = (self._listener.take(rows), self._item.take(rows), self._system.take(rows))
        factors = {name: column.take(rows) for name, column in self._factors.coded.items()}
        return self._with(keys, self._score[rows], factors)

    @classmethod
    def _with(cls, keys: Keys, score: Floats, factors: Mapping[str, Column]) -> "RatingTable":
        """A table of rows that were checked before."""
        table = cls.__new__(cls)
        table._set(keys, score, factors)
        return table


def _check_lengths(table: RatingTable) -> None:
    keys = zip(("listener", "item", "system"), table._keys, strict=True)
    lengths = {
        **{name: len(column) for name, column in keys},
        "score": table.score.size,
        **{name: len(column) for name, column in table._factors.coded.items()},
    }
    if len(set(lengths.values())) > 1 or table.score.ndim != 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidRatings(f"All columns must be equally long; found {found}.")
    reserved = sorted(set(table.factors) & set(KEY_COLUMNS))
    if reserved:
        raise InvalidRatings(f"A factor cannot be named {reserved[0]!r}: that is a key column.")


def _check_codes(table: RatingTable) -> None:
    for name, column in zip(("listener", "item", "system"), table._keys, strict=True):
        if "" in column.levels:
            raise InvalidRatings(f"Row {column.first_row('') + 1} has no {name}.")


def _check_scores(table: RatingTable) -> None:
    inside = (table.score >= MIN_SCORE) & (table.score <= MAX_SCORE)
    if not inside.all():  # NaN compares false, so it is caught here too
        row = int(np.argmin(inside))
        raise InvalidRatings(
            f"Row {row + 1} ({_row_name(table, row)}): the score must be a number from 0 to 100, "
            f"not {table.score[row]:g}."
        )


def _check_rows_are_unique(table: RatingTable) -> None:
    places, n_places = _key_places(table)
    if n_places <= MAX_COUNTED_SHARE * len(table):
        is_repeated = bool((np.bincount(places, minlength=1) > 1).any())
    else:
        ordered = np.sort(places)
        is_repeated = bool((ordered[1:] == ordered[:-1]).any())
    if is_repeated:
        raise InvalidRatings(_repeat_message(table, places))


def _key_places(table: RatingTable) -> tuple[Codes, int]:
    """(n_ratings,) one number for each (listener, item, system), and how many there could be."""
    n_items, n_systems = len(table.items), len(table.systems)
    places = (table.listener_codes * n_items + table.item_codes) * n_systems + table.system_codes
    return places, len(table.listeners) * n_items * n_systems


def _repeat_message(table: RatingTable, places: Codes) -> str:
    _, first_rows, counts = np.unique(places, return_index=True, return_counts=True)
    first = int(first_rows[counts > 1].min())
    second = int(np.flatnonzero(places == places[first])[1])
    return (
        f"Rows {first + 1} and {second + 1} both rate {_row_name(table, first)}; "
        "a table holds one current score for each."
    )


def _row_name(table: RatingTable, row: int) -> str:
    return f"listener {table.listener[row]}, item {table.item[row]}, system {table.system[row]}"

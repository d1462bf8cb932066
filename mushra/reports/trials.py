"""Ratings by trial: what one listener gave on one item, a column per system."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.table import Codes, Floats, RatingTable

MAX_COUNTED_SHARE = 16  # up to so many possible codes per row, counting is faster than sorting


@dataclass(frozen=True, eq=False)
class Trials:
    """The trials of a table for some systems.

    listener, item: (T,) places in the table's listeners and items, sorted by these; scores: (T, S)
    points, NaN where a system was not rated.
    """

    listener: Codes
    item: Codes
    scores: Floats

    @classmethod
    def of(cls, table: RatingTable, systems: Sequence[str]) -> "Trials":
        """The trials in which any of the systems was rated."""
        n_items = max(len(table.items), 1)
        rows = [table.rows_of(system) for system in systems]
        every = np.concatenate([np.empty(0, np.intp), *rows])
        trial = table.listener_codes[every].astype(np.int64) * n_items + table.item_codes[every]
        known, place = renumbered(trial, len(table.listeners) * n_items)
        scores = np.full((len(known), len(systems)), np.nan)
        column = np.repeat(np.arange(len(systems)), [len(row) for row in rows])
        scores[place, column] = table.score[every]
        return cls(known // n_items, known % n_items, scores)

    def complete(self) -> "Trials":
        """The trials in which every system was rated."""
        whole = ~np.isnan(self.scores).any(axis=1)
        return Trials(self.listener[whole], self.item[whole], self.scores[whole])

    def listener_means(self) -> Floats:
        """(L, S) means over each listener's trials, listeners in order; for complete trials."""
        means = [means_by(self.listener, column) for column in self.scores.T]
        return np.stack(means, axis=1) if means else np.empty((0, 0))


def means_by(codes: Codes, values: Floats) -> Floats:
    """The mean of the values of each code that occurs, codes in order."""
    counts = np.bincount(codes)
    sums = np.bincount(codes, weights=values)
    return np.asarray(sums[counts > 0] / counts[counts > 0], dtype=np.float64)


def count_distinct(codes: Codes) -> int:
    """How many different codes (small whole numbers) there are."""
    return int(np.count_nonzero(np.bincount(codes)))


def renumbered(codes: Codes, n_codes: int) -> tuple[Codes, Codes]:
    """The codes that occur, ascending, and each row's place among them.

    By counting where the codes are few enough, else by sorting.

    Args:
        n_codes: one more than the largest code there can be.
    """
    if n_codes > MAX_COUNTED_SHARE * max(codes.size, 1):
        known, places = np.unique(codes, return_inverse=True)
        return known, places
    present = np.zeros(n_codes, dtype=bool)
    present[codes] = True
    known = np.flatnonzero(present)
    place = np.zeros(n_codes, dtype=np.intp)
    place[known] = np.arange(known.size)
    return known, place[codes]


def belongs_to_items(table: RatingTable, factor: str) -> bool:
    """Whether a factor is there and says one thing of each item."""
    if not table.levels(factor):
        return False
    codes = table.coded(factor).codes
    of_item = np.zeros(len(table.items), dtype=codes.dtype)
    of_item[table.item_codes] = codes
    return bool((of_item[table.item_codes] == codes).all())

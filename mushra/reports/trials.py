"""Ratings by trial: what one listener gave on one item, a column per system."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.table import Codes, Floats, RatingTable


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
        cells = [
            table.listener_codes[r].astype(np.int64) * n_items + table.item_codes[r] for r in rows
        ]
        known = np.unique(np.concatenate([np.empty(0, np.int64), *cells]))
        scores = np.full((len(known), len(systems)), np.nan)
        for column, (row, cell) in enumerate(zip(rows, cells, strict=True)):
            scores[np.searchsorted(known, cell), column] = table.score[row]
        return cls(known // n_items, known % n_items, scores)

    def complete(self) -> "Trials":
        """The trials in which every system was rated."""
        whole = ~np.isnan(self.scores).any(axis=1)
        return Trials(self.listener[whole], self.item[whole], self.scores[whole])

    def listener_means(self) -> Floats:
        """(L, S) means over each listener's trials, listeners in order; for complete trials."""
        who, place = np.unique(self.listener, return_inverse=True)
        counts = np.bincount(place, minlength=len(who))
        sums = [
            np.bincount(place, weights=self.scores[:, column], minlength=len(who))
            for column in range(self.scores.shape[1])
        ]
        return np.stack(sums, axis=1) / counts[:, None] if sums else np.empty((len(who), 0))


def means_by(codes: Codes, values: Floats) -> Floats:
    """The mean of the values of each code that occurs, codes in order."""
    _, place = np.unique(codes, return_inverse=True)
    return np.asarray(np.bincount(place, weights=values) / np.bincount(place), dtype=np.float64)

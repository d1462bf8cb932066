"""Who rated what: the part of a mixed model that does not depend on the scores.

Letters: n ratings, K factors; L levels of the factor with the most levels (the *wide* one, whose
block of the model is diagonal and is eliminated), R levels of all the others together.
A vector over all levels is [wide (L), others (R)].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mushra.stats.table import Codes, Floats

Contingency = Floats | sparse.csr_array

# A contingency table is kept dense unless it is both large and mostly empty.
MAX_DENSE_CELLS = 4_000_000
MIN_DENSE_SHARE = 0.05
# Cross-products are kept per number of ratings (few differ) while they take 32 MB at most.
MAX_KEPT_VALUES = 4_000_000
# Codes further apart than this are sorted instead of counted.
MAX_SPARSE_CODES = 1_000_000


@dataclass(frozen=True, eq=False)
class Incidence:
    """The levels of every rating, and the cross-products that every fit needs.

    codes: per factor (n,), 0 to levels - 1, every level present.
    parts: the slice of each factor in a vector over all levels.
    counts: (L + R,) ratings of each level.
    crossing: (L, R) ratings of each wide level at each other level; inner: (R, R) the same among
        the others.
    distinct: (G,) the different numbers of ratings of wide levels; kept: (G, R, R) for each of
        them the cross-product of its rows of `crossing`, or None where that is too large.
    """

    codes: tuple[Codes, ...]
    n_levels: tuple[int, ...]
    wide: int
    parts: tuple[slice, ...]
    counts: Floats
    crossing: Contingency
    inner: Floats
    distinct: Floats
    kept: Floats | None

    @property
    def n_ratings(self) -> int:
        return int(self.codes[0].size)

    @property
    def n_wide(self) -> int:
        return self.n_levels[self.wide]

    @property
    def wide_counts(self) -> Floats:
        return self.counts[: self.n_wide]

    def sums(self, values: Floats) -> Floats:
        """(L + R,) sums of the values over the ratings of each level."""
        total = np.empty(self.counts.size)
        for codes, part in zip(self.codes, self.parts, strict=True):
            total[part] = np.bincount(codes, weights=values)
        return total

    def spread(self, levels: Floats) -> Floats:
        """(L + R, M) sums over the ratings of each level, a rating being the sum of its levels.

        Args:
            levels: (L + R, M), M vectors over all levels.
        """
        wide, others = levels[: self.n_wide], levels[self.n_wide :]
        return np.concatenate(
            [
                self.wide_counts[:, None] * wide + self.crossing @ others,
                self.crossing.T @ wide + self.inner @ others,
            ]
        )

    def grams(self, weigh: Callable[[Floats], Floats]) -> Floats:
        """(W, R, R) weighted cross-products of the rows of `crossing`.

        Args:
            weigh: numbers of ratings (x,) to weights (W, x) of the rows with so many ratings.
        """
        if self.kept is not None:
            return np.tensordot(weigh(self.distinct), self.kept, axes=1)
        return np.stack([_gram(self.crossing, row) for row in weigh(self.wide_counts)])


def incidence(factors: Sequence[Codes]) -> Incidence:
    """The incidence of ratings: one code per rating and factor, not necessarily contiguous."""
    codes = tuple(contiguous(factor) for factor in factors)
    n_levels = tuple(int(factor.max()) + 1 for factor in codes)
    wide = int(np.argmax(n_levels))
    others = [k for k in range(len(codes)) if k != wide]
    parts = _parts(n_levels, wide)
    counts = np.empty(sum(n_levels))
    for factor, part in zip(codes, parts, strict=True):
        counts[part] = np.bincount(factor)
    tables = [_contingency(codes, n_levels, (wide, k)) for k in others]
    crossing = _beside(tables, n_levels[wide])
    distinct, kept = _kept_grams(crossing, counts[: n_levels[wide]])
    return Incidence(
        codes=codes,
        n_levels=n_levels,
        wide=wide,
        parts=parts,
        counts=counts,
        crossing=crossing,
        inner=_inner(codes, n_levels, others),
        distinct=distinct,
        kept=kept,
    )


def contiguous(codes: Codes) -> Codes:
    """Codes from 0 to the number of levels - 1, in the order of the given whole numbers."""
    lowest = int(codes.min())
    if int(codes.max()) - lowest > MAX_SPARSE_CODES + codes.size:
        return np.unique(codes, return_inverse=True)[1].astype(np.intp)
    used = np.bincount(codes - lowest) > 0
    return (np.cumsum(used) - 1)[codes - lowest].astype(np.intp)


def count_levels(codes: Codes) -> int:
    """How many different codes (small whole numbers from 0) there are."""
    return int(np.count_nonzero(np.bincount(codes)))


def is_same_partition(first: Codes, second: Codes) -> bool:
    """Whether two factors divide the ratings alike, so that nothing can tell them apart.

    Args:
        first, second: (n,) contiguous codes.
    """
    if not first.size or first.max() != second.max():
        return False
    partner = np.zeros(int(first.max()) + 1, dtype=np.intp)
    partner[first] = second
    return bool((partner[first] == second).all())


def _parts(n_levels: Sequence[int], wide: int) -> tuple[slice, ...]:
    parts = {wide: slice(0, n_levels[wide])}
    start = n_levels[wide]
    for k, count in enumerate(n_levels):
        if k != wide:
            parts[k] = slice(start, start + count)
            start += count
    return tuple(parts[k] for k in range(len(n_levels)))


def _contingency(
    codes: Sequence[Codes], n_levels: Sequence[int], pair: tuple[int, int]
) -> Contingency:
    """Ratings at each pair of levels of two factors."""
    rows, columns = (codes[k] for k in pair)
    shape = (n_levels[pair[0]], n_levels[pair[1]])
    n_cells = shape[0] * shape[1]
    if n_cells > MAX_DENSE_CELLS and rows.size < MIN_DENSE_SHARE * n_cells:
        return sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=shape)
    flat = np.bincount(rows * shape[1] + columns, minlength=n_cells)
    return flat.reshape(shape).astype(np.float64)


def _beside(tables: Sequence[Contingency], n_rows: int) -> Contingency:
    if not tables:
        return np.empty((n_rows, 0))
    dense = [table for table in tables if isinstance(table, np.ndarray)]
    if len(dense) == len(tables):
        return np.hstack(dense)
    return sparse.csr_array(sparse.hstack([sparse.csr_array(table) for table in tables]))


def _inner(codes: Sequence[Codes], n_levels: Sequence[int], others: Sequence[int]) -> Floats:
    if not others:
        return np.empty((0, 0))
    rows = [
        np.hstack([_dense(_contingency(codes, n_levels, (j, k))) for k in others]) for j in others
    ]
    return np.vstack(rows)


def _kept_grams(crossing: Contingency, counts: Floats) -> tuple[Floats, Floats | None]:
    distinct, groups = np.unique(counts, return_inverse=True)
    size = distinct.size * crossing.shape[1] ** 2
    if size > MAX_KEPT_VALUES or distinct.size > counts.size // 16 + 1:
        return distinct, None
    ones = np.ones(counts.size)
    kept = [_gram(crossing[groups == g], ones[groups == g]) for g in range(distinct.size)]
    return distinct, np.stack(kept)


def _gram(rows: Contingency, weights: Floats) -> Floats:
    if not isinstance(rows, np.ndarray):
        return _dense(sparse.csr_array(rows.T @ (sparse.diags_array(weights) @ rows)))
    weighted = rows * np.sqrt(weights)[:, None]
    return weighted.T @ weighted


def _dense(table: Contingency) -> Floats:
    return table if isinstance(table, np.ndarray) else table.toarray()

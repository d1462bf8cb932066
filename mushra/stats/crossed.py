"""Means and paired differences when listeners and items are both samples.

Ratings come from listeners crossed with items. A conclusion that should hold for new listeners
*and* new sentences needs the variance of both, so the model is

    y[l, i] = mean + listener[l] + item[i] + residual[l, i]

with the three parts random. `docs/statistics.md` shows what happens when this is ignored.
Axes: L listeners, I items.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.distributions import student_tail
from mushra.stats.errors import TooFewRatings
from mushra.stats.intervals import Interval, student_interval
from mushra.stats.table import Floats, Mask

MIN_LISTENERS = 2
MIN_ITEMS = 2
# A complete block with fewer than half of the ratings no longer speaks for the test.
MIN_BLOCK_SHARE = 0.5
# Sums of squares below this (in squared points) are rounding noise of scores 0-100.
NO_VARIANCE = 1e-18


# What a figure was computed by.
CLOSED_FORM = "closed form"
REML = "restricted maximum likelihood"
# What a figure speaks for.
NEW_SENTENCES = "new listeners and new sentences"
NEW_SPEAKERS = "new listeners, new sentences and new speakers"
THESE_SPEAKERS = "new listeners and new sentences of these speakers only"


@dataclass(frozen=True)
class VarianceComponents:
    """Estimated variances of the crossed model, squared points, never negative."""

    listener: float
    item: float
    residual: float
    speaker: float = 0.0


@dataclass(frozen=True)
class CrossedMean:
    """A mean over listeners x items with the standard error that counts both as random.

    se is 0 and df NaN when all values are equal. n_speakers is 0 where speakers were not asked
    about; claim says what the mean speaks for.
    """

    mean: float
    se: float
    df: float
    components: VarianceComponents
    n_listeners: int
    n_items: int
    n_ratings: int
    n_speakers: int = 0
    method: str = CLOSED_FORM
    claim: str = NEW_SENTENCES

    def interval(self, *, level: float = 0.95) -> Interval:
        """Student-t interval of the mean, in points; not cut at 0 or 100."""
        return student_interval(self.mean, se=self.se, df=self.df, level=level)


@dataclass(frozen=True)
class CompleteBlock:
    """The listeners x items of a matrix that have no gap, and what was left out for it."""

    values: Floats
    listeners: tuple[str, ...]
    items: tuple[str, ...]
    dropped_listeners: tuple[str, ...]
    dropped_items: tuple[str, ...]
    n_unused: int

    @property
    def is_whole(self) -> bool:
        return not self.dropped_listeners and not self.dropped_items


@dataclass(frozen=True)
class CrossedTest:
    """The crossed test that a mean difference is zero.

    t and p are NaN when all differences are equal: there is then nothing to test against.
    n_ratings counts the (listener, item) cells with a difference; n_speakers is 0 where speakers
    were not asked about; claim says what the test speaks for.
    """

    difference: float
    se: float
    df: float
    t: float
    p: float
    interval: Interval
    components: VarianceComponents
    n_listeners: int
    n_items: int
    n_ratings: int
    n_speakers: int = 0
    method: str = CLOSED_FORM
    claim: str = NEW_SENTENCES


def complete_block(values: Floats, listeners: Sequence[str], items: Sequence[str]) -> CompleteBlock:
    """The matrix without the listeners and items that leave gaps in it.

    Only for figures that need complete blocks (`friedman`, listener means): the crossed model takes
    gaps as they are, by `mixed.CrossedModel` or `mixed.crossed_pair`.

    Drops, one at a time, the listener or item with the largest share of missing cells (a
    listener before an item, the later code first), until none is missing.

    Args:
        values: (L, I) float, NaN where there is no rating.
        listeners, items: the codes of the rows and columns.
    Raises: TooFewRatings when fewer than 2 listeners or 2 items remain, or when the block holds
        fewer than half of the ratings.
    """
    missing = np.isnan(values)
    rows = np.ones(len(listeners), dtype=bool)
    columns = np.ones(len(items), dtype=bool)
    while missing[np.ix_(rows, columns)].any():
        _drop_emptiest(missing, rows, columns)
    block = values[np.ix_(rows, columns)]
    n_rated = int((~missing).sum())
    _check_block(block, n_rated)
    return CompleteBlock(
        values=block,
        listeners=_kept(listeners, rows),
        items=_kept(items, columns),
        dropped_listeners=_kept(listeners, ~rows),
        dropped_items=_kept(items, ~columns),
        n_unused=n_rated - block.size,
    )


def crossed_mean(values: Floats) -> CrossedMean:
    """The mean of a complete matrix with its crossed standard error and Satterthwaite df.

    Mean squares of listeners, items and residual give the variance of the mean,
    (MS_l + MS_i - MS_e) / (L I). A component that would be negative is zero and its mean square
    is pooled with the residual, which is the restricted maximum-likelihood solution; the result
    equals R lmerTest `y ~ 1 + (1 | listener) + (1 | item)`.

    Args:
        values: (L, I) float, points, no NaN, at least 2 x 2.
    Raises: TooFewRatings below 2 x 2; ValueError if a value is missing.
    Source: Satterthwaite 1946; golden values in tests/data/golden/crossed.json (R lmerTest).
    """
    if values.ndim != 2 or np.isnan(values).any():
        raise ValueError(
            "crossed_mean needs a complete listeners x items matrix; see complete_block."
        )
    n_listeners, n_items = values.shape
    _check_size(n_listeners, n_items)
    squares = _pooled_squares(values)
    strata = squares.strata
    scale = n_listeners * n_items
    variance = sum(sign * square for sign, square, _ in strata) / scale
    spread = sum(square**2 / df for _, square, df in strata)
    return CrossedMean(
        mean=float(values.mean()),
        se=math.sqrt(variance),
        df=(variance * scale) ** 2 / spread if spread > 0 else math.nan,
        components=VarianceComponents(
            listener=(squares.listener - squares.residual) / n_items,
            item=(squares.item - squares.residual) / n_listeners,
            residual=squares.residual,
        ),
        n_listeners=n_listeners,
        n_items=n_items,
        n_ratings=values.size,
    )


def crossed_test(differences: Floats, *, level: float = 0.95) -> CrossedTest:
    """The two-way crossed paired-difference test, two-sided, for new listeners and new items.

    Args:
        differences: (L, I) float, first minus second system, points, no NaN, at least 2 x 2.
        level: coverage of the interval, strictly between 0 and 1.
    Raises: as `crossed_mean`.
    Source: docs/statistics.md; golden values in tests/data/golden/crossed.json (R lmerTest).
    """
    return as_test(crossed_mean(differences), level=level)


def as_test(estimate: CrossedMean, *, level: float = 0.95) -> CrossedTest:
    """The two-sided test that an estimated mean difference is zero."""
    t = estimate.mean / estimate.se if estimate.se > 0 else math.nan
    return CrossedTest(
        difference=estimate.mean,
        se=estimate.se,
        df=estimate.df,
        t=t,
        p=2 * student_tail(abs(t), estimate.df),
        interval=estimate.interval(level=level),
        components=estimate.components,
        n_listeners=estimate.n_listeners,
        n_items=estimate.n_items,
        n_ratings=estimate.n_ratings,
        n_speakers=estimate.n_speakers,
        method=estimate.method,
        claim=estimate.claim,
    )


@dataclass(frozen=True)
class _PooledSquares:
    """Mean squares after pooling, and the strata (sign, mean square, df) of the mean's variance."""

    listener: float
    item: float
    residual: float
    strata: tuple[tuple[int, float, int], ...]


def _pooled_squares(values: Floats) -> _PooledSquares:
    """Mean squares under the order residual <= listener, residual <= item.

    Pooling the smaller offender first solves the constrained likelihood exactly: it may lift the
    other one above the pooled residual.
    """
    n_listeners, n_items = values.shape
    effects = {
        "listener": (n_items * _sum_of_squares(values.mean(axis=1)), n_listeners - 1),
        "item": (n_listeners * _sum_of_squares(values.mean(axis=0)), n_items - 1),
    }
    residuals = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    pooled_sum = _without_noise(float((residuals**2).sum()))
    pooled_df = (n_listeners - 1) * (n_items - 1)
    above: dict[str, float] = {}
    for name in sorted(effects, key=lambda effect: effects[effect][0] / effects[effect][1]):
        total, df = effects[name]
        if total / df <= pooled_sum / pooled_df:
            pooled_sum, pooled_df = pooled_sum + total, pooled_df + df
        else:
            above[name] = total / df
    residual = pooled_sum / pooled_df
    strata = [(1, square, effects[name][1]) for name, square in above.items()]
    if len(above) != 1:  # none: the mean varies as the residual; two: one residual too many
        strata.append((1 - len(above), residual, pooled_df))
    return _PooledSquares(
        listener=above.get("listener", residual),
        item=above.get("item", residual),
        residual=residual,
        strata=tuple(strata),
    )


def _sum_of_squares(means: Floats) -> float:
    return _without_noise(float(((means - means.mean()) ** 2).sum()))


def _without_noise(total: float) -> float:
    return 0.0 if total < NO_VARIANCE else total


def _drop_emptiest(
    missing: Mask,
    rows: Mask,
    columns: Mask,
) -> None:
    row_share = np.where(rows, missing[:, columns].mean(axis=1), -1.0)
    column_share = np.where(columns, missing[rows].mean(axis=0), -1.0)
    if row_share.max() >= column_share.max():
        rows[np.flatnonzero(row_share == row_share.max())[-1]] = False
    else:
        columns[np.flatnonzero(column_share == column_share.max())[-1]] = False


def _kept(codes: Sequence[str], mask: Mask) -> tuple[str, ...]:
    return tuple(code for code, keep in zip(codes, mask, strict=True) if keep)


def _check_block(block: Floats, n_rated: int) -> None:
    _check_size(*block.shape)
    if block.size < MIN_BLOCK_SHARE * n_rated:
        raise TooFewRatings(
            f"Only {block.size} of {n_rated} ratings lie in listeners and items without gaps; "
            "let more listeners finish, or compare fewer items."
        )


def _check_size(n_listeners: int, n_items: int) -> None:
    if n_listeners < MIN_LISTENERS or n_items < MIN_ITEMS:
        raise TooFewRatings(
            f"The crossed model needs at least {MIN_LISTENERS} listeners and {MIN_ITEMS} items "
            f"without gaps; there are {n_listeners} and {n_items}."
        )

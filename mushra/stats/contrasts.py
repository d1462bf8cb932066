"""Does a difference between two systems depend on where it was taken? Contrast of two levels.

    D[l, i] = mean[level of i] + listener[l] + listener x level + item[i] + residual[l, i]

with listener x level, item and residual random; each listener's own level drops out of the
contrast. A level may belong to items (scenario, speaker, seen or unseen) or to listeners
(headphones); in the second case the two change parts in all that follows.
"""

import math
from dataclasses import dataclass

import numpy as np

from mushra.stats.distributions import student_tail
from mushra.stats.errors import TooFewRatings
from mushra.stats.incidence import contiguous, count_levels
from mushra.stats.intervals import Interval, student_interval
from mushra.stats.mixed import Cells, fit_crossed
from mushra.stats.table import Floats, Mask

BALANCED = "closed form"
SEPARATE = "separate models; listeners in common are not counted in its favor"
MIN_LEVELS = 2


@dataclass(frozen=True)
class Contrast:
    """The first level's mean difference minus the second's, points, with its test.

    t and p are NaN when nothing varies. method says which of two ways gave the standard error.
    """

    difference: float
    se: float
    df: float
    t: float
    p: float
    interval: Interval
    method: str


@dataclass(frozen=True)
class LevelMean:
    """The mean difference within a level by the crossed model: points, its standard error, df."""

    mean: float
    se: float
    df: float


def level_contrast(
    cells: Cells, is_first: Mask, *, first: LevelMean | None = None, level: float = 0.95
) -> Contrast:
    """How much larger a difference is in one part of the ratings than in the rest.

    Where every listener has every item (or both levels the same items and listeners of their own)
    the closed form gives the standard error of the model above; variances are taken equal in both
    levels, and a component below zero is zero. Elsewhere each level is fitted alone and the
    variances are added: what the levels have in common would make the error smaller, so that the
    test errs on the safe side.

    Args:
        cells: differences of two systems.
        is_first: (n,) bool, which cells belong to the first level.
        first: the first level's mean, where it was computed before.
        level: coverage of the interval, strictly between 0 and 1.
    Raises: TooFewRatings when a level has fewer than two items or listeners.
    Source: Satterthwaite 1946; golden values in tests/data/golden/contrasts.json (R lmerTest
        `D ~ level + listener + (1 | listener:level) + (1 | item)`), levels of unequal size and
        singular fits included.
    """
    block = _block(cells, is_first)
    if block is not None:
        estimate = _balanced(*block)
        method = BALANCED
    else:
        estimate = _separate(cells, is_first, first)
        method = SEPARATE
    difference, variance, df = estimate
    se = math.sqrt(variance)
    t = difference / se if se > 0 else math.nan
    return Contrast(
        difference=difference,
        se=se,
        df=df,
        t=t,
        p=2 * student_tail(abs(t), df),
        interval=student_interval(difference, se=se, df=df, level=level),
        method=method,
    )


def _block(cells: Cells, is_first: Mask) -> tuple[Floats, Mask] | None:
    """The cells as (shared, nested) values, and which nested ones are of the first level.

    Shared are the listeners where levels belong to items, the items where they belong to
    listeners; None where the block has gaps or levels belong to neither.
    """
    if not cells.value.size:
        return None
    listener, item = contiguous(cells.listener), contiguous(cells.item)
    for row, column in ((listener, item), (item, listener)):
        shape = int(row.max()) + 1, int(column.max()) + 1
        if cells.value.size != shape[0] * shape[1] or shape[0] < MIN_LEVELS:
            return None
        of_level = np.zeros(shape[1], dtype=bool)
        of_level[column[is_first]] = True
        if (of_level[column] == is_first).all():
            values = np.empty(shape)
            values[row, column] = cells.value
            return values, of_level
    return None


def _balanced(values: Floats, of_first: Mask) -> tuple[float, float, float]:
    """Contrast, its variance and degrees of freedom; axes S (shared) x N (nested in levels)."""
    sizes = np.array([of_first.sum(), (~of_first).sum()])
    _check(sizes)
    n_shared = values.shape[0]
    parts = [values[:, of_first], values[:, ~of_first]]
    each = parts[0].mean(axis=1) - parts[1].mean(axis=1)
    scale = float((1 / sizes).sum())
    within = [part.mean(axis=0) for part in parts]
    df_nested = int(sizes.sum()) - 2
    nested = sum(float(((means - means.mean()) ** 2).sum()) for means in within) / df_nested
    df_rest = (n_shared - 1) * df_nested
    rest = sum(_residual_squares(part) for part in parts) / df_rest
    strata = [
        (float(each.var(ddof=1)) / n_shared, n_shared - 1),
        (nested * scale, df_nested),
    ]
    return (float(each.mean()), *_combined(strata, (rest * scale / n_shared, df_rest)))


def _residual_squares(part: Floats) -> float:
    residual = part - part.mean(axis=1, keepdims=True) - part.mean(axis=0) + part.mean()
    return float((residual**2).sum())


def _combined(strata: list[tuple[float, int]], rest: tuple[float, int]) -> tuple[float, float]:
    """Sum of the strata less the residual counted twice; one below the residual is pooled with it.

    Each is (variance of the contrast, degrees of freedom); the smaller offender is pooled first.
    """
    pooled, pooled_df = rest
    above: list[tuple[float, int]] = []
    for variance, df in sorted(strata):
        if variance <= pooled:
            pooled = (pooled * pooled_df + variance * df) / (pooled_df + df)
            pooled_df += df
        else:
            above.append((variance, df))
    terms = [*above]
    if len(above) != 1:  # none: all is residual; two: one residual too many
        terms.append(((1 - len(above)) * pooled, pooled_df))
    variance = sum(term for term, _ in terms)
    spread = sum(term**2 / df for term, df in terms)
    return variance, variance**2 / spread if spread > 0 else math.nan


def _separate(cells: Cells, is_first: Mask, first: LevelMean | None) -> tuple[float, float, float]:
    fits = (first or _level_mean(cells, is_first), _level_mean(cells, ~is_first))
    variances = tuple(fit.se**2 for fit in fits)
    spread = sum(
        variance**2 / fit.df for variance, fit in zip(variances, fits, strict=True) if variance > 0
    )
    total = sum(variances)
    difference = fits[0].mean - fits[1].mean
    return difference, total, total**2 / spread if spread > 0 else math.nan


def _level_mean(cells: Cells, part: Mask) -> LevelMean:
    chosen = cells.where(part)
    _check(np.array([count_levels(chosen.listener), count_levels(chosen.item)]))
    fit = fit_crossed(chosen.value, [chosen.listener, chosen.item])
    return LevelMean(fit.mean, fit.se, fit.df)


def _check(sizes: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> None:
    if sizes.min() < MIN_LEVELS:
        raise TooFewRatings(
            "A contrast of two levels needs at least 2 listeners and 2 items in each; "
            f"there are only {int(sizes.min())}."
        )

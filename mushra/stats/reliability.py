"""Do listeners agree with each other, and with themselves?

Targets are what is rated (one system's rendering of one item), raters are listeners. Everything is
linear in the number of ratings.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mushra.stats.distributions import f_quantile
from mushra.stats.errors import TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.table import Codes, Floats

# "It is customary to require alpha >= .800 ... the lowest conceivable limit is .667";
# Krippendorff 2004, p. 241. Below it the report warns that listeners do not agree.
LOWEST_ALPHA = 0.667
# Sums of squares below this share of the data's own are rounding noise.
NOISE = 1e-12


@dataclass(frozen=True)
class Icc:
    """An intraclass correlation of absolute agreement; NaN when no score varies.

    n_averaged is 1 for ICC(A,1), one listener's rating, and n_raters for ICC(A,k), their mean.
    """

    value: float
    interval: Interval
    n_targets: int
    n_raters: int
    n_averaged: int


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha; NaN when no score varies.

    n_left_out counts missing ratings and those of a target rated once.
    """

    value: float
    n_ratings: int
    n_targets: int
    n_left_out: int


def icc_a1(values: Floats, *, level: float = 0.95) -> Icc:
    """ICC(A,1): how far one listener's rating stands for any other's, level differences included.

    Two-way random model, absolute agreement, single rating (Shrout & Fleiss ICC(2,1)). Negative
    estimates are returned as they are.

    Args:
        values: (n_targets, n_raters) float, points, no NaN, at least 2 x 2.
        level: coverage of the interval, strictly between 0 and 1.
    Raises: TooFewRatings below 2 x 2; ValueError for NaN.
    Source: McGraw & Wong 1996, table 4 case 2A and table 7; golden values in
        tests/data/golden/menu.json (R psych `ICC(lmer = FALSE)`, rows ICC2 and ICC2k).
    """
    parts = _two_way(values)
    value = _agreement(parts, 1)
    low, high = _agreement_bounds(parts, value, level)
    return Icc(value, Interval(low, high, level), parts.n_targets, parts.n_raters, 1)


def icc_ak(values: Floats, *, level: float = 0.95) -> Icc:
    """ICC(A,k): how far the mean over these listeners stands for that of as many others.

    Args, raises, source: as `icc_a1` (Shrout & Fleiss ICC(2,k)).
    """
    single = icc_a1(values, level=level)
    k = single.n_raters
    low, high = (_stepped_up(bound, k) for bound in (single.interval.low, single.interval.high))
    value = _agreement(_two_way(values), k)
    return Icc(value, Interval(low, high, level), single.n_targets, k, k)


def krippendorff_alpha(scores: Floats, targets: Codes) -> Alpha:
    """Krippendorff's alpha for interval data: 1 - observed / expected squared disagreement.

    Missing ratings are simply absent; a target rated once says nothing of agreement and is left
    out. 1 is full agreement, 0 what chance would give, negative worse.

    Args:
        scores: (n,) float, points; NaN counts as missing.
        targets: (n,) whole numbers from 0, which target each score is of.
    Raises: TooFewRatings when no target was rated twice.
    Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability": his example of four
        observers has interval alpha 0.849. Golden values in tests/data/golden/menu.json (R, the
        coincidence matrix written out).
    """
    rated = ~np.isnan(scores)
    values, of = scores[rated], targets[rated]
    paired = np.bincount(of)[of] > 1
    if not paired.any():
        raise TooFewRatings("No target was rated by two listeners, so agreement cannot be told.")
    values = values[paired] - values[paired].mean()
    sizes, within = _squares_within(values, of[paired])
    n = int(values.size)
    expected = float((values**2).sum()) / (n - 1)
    observed = float((within * sizes / (sizes - 1)).sum()) / n
    value = 1 - observed / expected if expected > NOISE else math.nan
    return Alpha(value, n, int(sizes.size), int(scores.size - n))


def repeat_rmse(first: Floats, second: Floats) -> float:
    """Root mean square difference between a rating and its repeat, points.

    Divide by the square root of 2 for the standard deviation of one rating.

    Args:
        first, second: (n,) float, points, the same presentations in the same order, no NaN.
    Raises: TooFewRatings without a repeat; ValueError when the shapes differ.
    Source: BS.1534-3 4 asks for a replicated rating; R `sqrt(mean((first - second)^2))`.
    """
    if first.shape != second.shape:
        raise ValueError(f"Each rating needs its repeat; {first.size} and {second.size} came.")
    if first.size == 0:
        raise TooFewRatings("Nobody rated anything twice.")
    return math.sqrt(float(np.mean((first - second) ** 2)))


def repeat_rmse_by_listener(differences: Floats, listeners: Codes, n_listeners: int) -> Floats:
    """Each listener's root mean square repeat difference, points; NaN without a repeat.

    Args:
        differences: (n,) float, first minus second rating of each repeated presentation.
        listeners: (n,) whole numbers from 0 to n_listeners - 1.
    Returns: (n_listeners,) float.
    """
    counts = np.bincount(listeners, minlength=n_listeners)
    squares = np.bincount(listeners, weights=differences**2, minlength=n_listeners)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(squares / counts), dtype=np.float64)


def listener_total_correlation(values: Floats) -> Floats:
    """Pearson correlation of each listener with the mean of all others over the same targets.

    Args:
        values: (n_targets, n_raters) float, points, NaN where there is no rating.
    Returns: (n_raters,) float; NaN for a listener with fewer than 3 shared targets or whose
        ratings (or the others' means) do not vary.
    Source: the corrected item-total correlation of test theory (Lord & Novick 1968); equals R
        `cor(x[, j], rowMeans(x[, -j], na.rm = TRUE), use = "complete.obs")`.
    """
    rated = ~np.isnan(values)
    own = np.where(rated, values, 0.0)
    others = rated.sum(axis=1, keepdims=True) - rated
    usable = rated & (others > 0)
    rest = (own.sum(axis=1, keepdims=True) - own) / np.maximum(others, 1)
    return _correlations(own, rest, usable)


@dataclass(frozen=True)
class _MeanSquares:
    """Mean squares of the two-way layout: targets, raters, residual."""

    targets: float
    raters: float
    residual: float
    n_targets: int
    n_raters: int


def _two_way(values: Floats) -> _MeanSquares:
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 2 or min(scores.shape) < 2:
        raise TooFewRatings(
            f"An intraclass correlation needs 2 targets x 2 listeners; the shape is {scores.shape}."
        )
    if np.isnan(scores).any():
        raise ValueError("An intraclass correlation takes complete ratings; see complete_block.")
    n, k = scores.shape
    centered = scores - scores.mean()
    rows, columns = centered.mean(axis=1), centered.mean(axis=0)
    total = float((centered**2).sum())
    targets, raters = k * float((rows**2).sum()), n * float((columns**2).sum())
    residual = total - targets - raters
    floor = NOISE * max(total, 1.0)
    df = (n - 1) * (k - 1)
    return _MeanSquares(
        targets=targets / (n - 1),
        raters=raters / (k - 1),
        residual=residual / df if residual > floor else 0.0,
        n_targets=n,
        n_raters=k,
    )


def _agreement(parts: _MeanSquares, n_averaged: int) -> float:
    """ICC(A,1) for n_averaged 1, ICC(A,k) for k."""
    k, n = parts.n_raters, parts.n_targets
    share = k / n_averaged
    below = parts.targets + (share - 1) * parts.residual
    below += share * (parts.raters - parts.residual) / n
    return (parts.targets - parts.residual) / below if abs(below) > NOISE else math.nan


def _agreement_bounds(parts: _MeanSquares, value: float, level: float) -> tuple[float, float]:
    """McGraw & Wong's interval of ICC(A,1), with Satterthwaite's degrees of freedom."""
    if math.isnan(value) or parts.residual == 0:
        return (value, value) if parts.raters < NOISE else (math.nan, math.nan)
    n, k = parts.n_targets, parts.n_raters
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    mixed = a * parts.raters + b * parts.residual
    spread = (a * parts.raters) ** 2 / (k - 1) + (b * parts.residual) ** 2 / ((n - 1) * (k - 1))
    df = mixed**2 / spread
    tail = (1 + level) / 2
    above = f_quantile(tail, n - 1, df)
    below = f_quantile(tail, df, n - 1)
    rest = k * parts.raters + (k * n - k - n) * parts.residual
    low = n * (parts.targets - above * parts.residual) / (above * rest + n * parts.targets)
    high = n * (below * parts.targets - parts.residual) / (rest + n * below * parts.targets)
    return low, high


def _stepped_up(single: float, k: int) -> float:
    """Spearman-Brown: the reliability of a mean of k ratings."""
    return k * single / (1 + (k - 1) * single)


def _squares_within(values: Floats, groups: Codes) -> tuple[Floats, Floats]:
    """Size of each group that occurs, and its sum of squared deviations from its mean."""
    counts = np.bincount(groups)
    means = np.bincount(groups, weights=values) / np.maximum(counts, 1)
    squares = np.bincount(groups, weights=(values - means[groups]) ** 2)
    occurs = counts > 0
    sizes = counts[occurs].astype(np.float64)
    return sizes, np.asarray(squares[occurs], dtype=np.float64)


def _correlations(x: Floats, y: Floats, usable: npt.NDArray[np.bool_]) -> Floats:
    """Column-wise Pearson correlations over the usable cells."""
    n = usable.sum(axis=0)
    counted = np.maximum(n, 1)
    dx = np.where(usable, x - np.where(usable, x, 0.0).sum(axis=0) / counted, 0.0)
    dy = np.where(usable, y - np.where(usable, y, 0.0).sum(axis=0) / counted, 0.0)
    spread = np.sqrt((dx**2).sum(axis=0) * (dy**2).sum(axis=0))
    enough = (n >= 3) & (spread > 1e-9)
    products = (dx * dy).sum(axis=0)
    return np.where(enough, products / np.where(enough, spread, 1.0), np.nan)

"""Bootstrap intervals: over listeners alone (BCa), and over listeners and items (two-way).

A replicate is a set of weights, how often each listener (and item) was drawn, so that a thousand
replicates are one matrix product. Draws come from a seed; the same weights serve every system and
pair, which keeps their differences paired.
Axes: R replicates, L listeners, I items.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from mushra.stats.distributions import normal_quantile
from mushra.stats.errors import TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.table import Floats

N_REPLICATES = 2000
# Replicates tie with the estimate within this (points): products of weights carry float noise.
TIE = 1e-9


@dataclass(frozen=True)
class Bootstrap:
    """An estimate with its bootstrap interval; se is the replicates' standard deviation.

    n_replicates counts those that had any rating drawn. The interval is NaN where it cannot be
    had (no variation gives the estimate itself).
    """

    estimate: float
    se: float
    interval: Interval
    n_replicates: int
    seed: int


@dataclass(frozen=True, eq=False)
class CrossedWeights:
    """How often each listener (R, L) and each item (R, I) was drawn, as float."""

    listeners: Floats
    items: Floats
    seed: int


def bca_mean(
    values: Floats, *, seed: int, n_replicates: int = N_REPLICATES, level: float = 0.95
) -> Bootstrap:
    """The mean over listeners with its bias-corrected accelerated (BCa) bootstrap interval.

    It speaks for these sentences only.

    Args:
        values: (L,) float, one per listener (a mean, or a mean difference), no NaN.
        seed: of the draws.
        level: coverage, strictly between 0 and 1.
    Raises: TooFewRatings below two listeners; ValueError for NaN.
    Source: Efron 1987; see `bca_interval`.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size < 2:
        raise TooFewRatings(f"A bootstrap needs at least two listeners; there are {sample.size}.")
    if np.isnan(sample).any():
        raise ValueError("A bootstrap takes no missing values; leave the listener out.")
    estimate = float(sample.mean())
    replicates = _listener_weights(sample.size, n_replicates, seed) @ sample / sample.size
    influence = sample - estimate  # of a mean, the jackknife gives the same up to a factor
    return Bootstrap(
        estimate=estimate,
        se=float(replicates.std(ddof=1)),
        interval=bca_interval(estimate, replicates, influence, level=level),
        n_replicates=n_replicates,
        seed=seed,
    )


def bca_interval(
    estimate: float, replicates: Floats, influence: Floats, *, level: float = 0.95
) -> Interval:
    """The bias-corrected accelerated interval from given replicates.

    Args:
        estimate: the statistic of the sample.
        replicates: (R,) float, the statistic of the resamples.
        influence: (n,) float, each observation's influence on the statistic, up to a factor.
        level: coverage, strictly between 0 and 1.
    Returns: the estimate itself when nothing varies; NaN bounds when all replicates lie on one
        side of the estimate.
    Source: Davison & Hinkley 1997, 5.3.2 and equation 5.8; from the same resamples it equals R
        boot `boot.ci(type = "bca", L = ...)`.
    """
    spread = float((influence**2).sum())
    if spread < 1e-18:
        return Interval(estimate, estimate, level)
    bias = normal_quantile(float((replicates < estimate - TIE).mean()))
    if not math.isfinite(bias):
        return Interval(math.nan, math.nan, level)
    acceleration = float((influence**3).sum()) / (6 * spread**1.5)
    shifted = bias + special.ndtri([(1 - level) / 2, (1 + level) / 2])
    shares = special.ndtr(bias + shifted / (1 - acceleration * shifted))
    low, high = (_quantile(replicates, float(share)) for share in shares)
    return Interval(low, high, level)


def draw_weights(
    n_listeners: int, n_items: int, *, seed: int, n_replicates: int = N_REPLICATES
) -> CrossedWeights:
    """Two-way (pigeonhole) bootstrap weights: listeners and items drawn independently.

    Raises: TooFewRatings below 2 listeners or 2 items.
    Source: McCullagh 2000; Owen 2007, "The pigeonhole bootstrap".
    """
    if min(n_listeners, n_items) < 2:
        raise TooFewRatings(
            "A two-way bootstrap needs at least 2 listeners and 2 items; "
            f"there are {n_listeners} and {n_items}."
        )
    rng = np.random.default_rng(seed)
    return CrossedWeights(
        listeners=_multinomial(rng, n_listeners, n_replicates),
        items=_multinomial(rng, n_items, n_replicates),
        seed=seed,
    )


def crossed_replicates(values: Floats, weights: CrossedWeights) -> Floats:
    """The weighted mean of a matrix in each two-way bootstrap replicate.

    Args:
        values: (L, I) float, NaN where there is no rating.
        weights: for the same L and I.
    Returns: (R,) float; NaN where a replicate drew no rating at all.
    Raises: ValueError when the weights are for another shape.
    """
    _check_shape(values, weights)
    rated = ~np.isnan(values)
    sums = _weighted_sums(np.where(rated, values, 0.0), weights)
    if rated.all():
        return sums / values.size
    counts = _weighted_sums(rated.astype(np.float64), weights)
    return np.where(counts > 0, sums / np.where(counts > 0, counts, 1.0), np.nan)


def bootstrap_mean(values: Floats, weights: CrossedWeights, *, level: float = 0.95) -> Bootstrap:
    """The mean of a system's scores (or of differences) with its two-way percentile interval.

    Missing ratings are allowed; every rating counts alike. The interval is a little wide on
    purpose: the two-way bootstrap overstates the residual part of the variance up to three times
    (Owen 2007), which matters only when listeners and items matter little.

    Args:
        values: (L, I) float, points, NaN where there is no rating.
        weights: from `draw_weights` for the same L and I.
        level: coverage, strictly between 0 and 1.
    Raises: TooFewRatings when there is no rating; ValueError for weights of another shape.
    Source: Owen 2007; replicates equal means over resampled rows and columns in R (golden values
        from saved indices).
    """
    estimate = _mean(values)
    return _percentile(estimate, crossed_replicates(values, weights), weights.seed, level)


def bootstrap_difference(
    first: Floats, second: Floats, weights: CrossedWeights, *, level: float = 0.95
) -> Bootstrap:
    """The mean paired difference over the trials rated for both, with its two-way interval.

    Args:
        first, second: (L, I) float, points, NaN where there is no rating.
        weights, level, raises, source: as `bootstrap_mean`.
    """
    return bootstrap_mean(first - second, weights, level=level)


def bootstrap_relative(
    system: Floats, reference: Floats, weights: CrossedWeights, *, level: float = 0.95
) -> Bootstrap:
    """Relative MUSHRA, 100 x mean of a system / mean of the reference, with its two-way interval.

    Both means run over the trials rated for both.

    Args:
        system, reference: (L, I) float, points, NaN where there is no rating.
        weights, level: as `bootstrap_mean`.
    Returns: percent.
    Raises: as `bootstrap_mean`; ValueError when the reference's mean is 0.
    """
    both = ~np.isnan(system) & ~np.isnan(reference)
    above, below = np.where(both, system, np.nan), np.where(both, reference, np.nan)
    base = _mean(below)
    if base == 0:
        raise ValueError("The reference's mean is 0, so no score can be relative to it.")
    bases = crossed_replicates(below, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = 100 * crossed_replicates(above, weights) / np.where(bases > 0, bases, np.nan)
    return _percentile(100 * _mean(above) / base, ratios, weights.seed, level)


@lru_cache(maxsize=2)
def _listener_weights(n: int, n_replicates: int, seed: int) -> Floats:
    """Kept from pair to pair: drawing them takes longer than all else."""
    weights = _multinomial(np.random.default_rng(seed), n, n_replicates)
    weights.setflags(write=False)
    return weights


def _multinomial(rng: np.random.Generator, n: int, n_replicates: int) -> Floats:
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=n_replicates)
    return np.asarray(drawn, dtype=np.float64)


def _check_shape(values: Floats, weights: CrossedWeights) -> None:
    expected = (weights.listeners.shape[1], weights.items.shape[1])
    if values.shape != expected:
        raise ValueError(f"The weights are for {expected}, the ratings are {values.shape}.")


def _weighted_sums(values: Floats, weights: CrossedWeights) -> Floats:
    return np.asarray(
        np.einsum("ri,ri->r", weights.listeners @ values, weights.items), dtype=np.float64
    )


def _mean(values: Floats) -> float:
    if np.isnan(values).all():
        raise TooFewRatings("No trial was rated, so there is no mean to resample.")
    return float(np.nanmean(values))


def _percentile(estimate: float, replicates: Floats, seed: int, level: float) -> Bootstrap:
    drawn = replicates[np.isfinite(replicates)]
    low, high = (_quantile(drawn, share) for share in ((1 - level) / 2, (1 + level) / 2))
    return Bootstrap(
        estimate=estimate,
        se=float(drawn.std(ddof=1)),
        interval=Interval(low, high, level),
        n_replicates=int(drawn.size),
        seed=seed,
    )


def _quantile(replicates: Floats, share: float) -> float:
    """Order statistic (R + 1) x share, interpolated on the normal scale (Davison & Hinkley 5.8)."""
    ordered = np.sort(replicates)
    place = (ordered.size + 1) * share
    below = math.floor(place)
    if below < 1 or below >= ordered.size:
        return float(ordered[0 if below < 1 else -1])
    low, high = float(ordered[below - 1]), float(ordered[below])
    if place == below:
        return low
    at, left, right = (
        normal_quantile(one)
        for one in (share, below / (ordered.size + 1), (below + 1) / (ordered.size + 1))
    )
    return low + (at - left) / (right - left) * (high - low)

"""P(A > B): how often a listener scores one system above another on the same sentence."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mushra.stats.crossed import crossed_mean
from mushra.stats.distributions import normal_quantile, student_quantile
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.incidence import contiguous
from mushra.stats.intervals import Interval
from mushra.stats.table import Codes, Floats

# Rounds of taking off the listeners' and items' means; gaps make more than one necessary.
SWEEPS = 3


@dataclass(frozen=True)
class Superiority:
    """The chance that a new listener scores the first system above the second on a new sentence.

    wins, ties and losses are shares of the trials and sum to 1; probability is wins + ties / 2.
    effective_n is the number of independent trials that would tell as much.
    """

    probability: float
    interval: Interval
    wins: float
    ties: float
    losses: float
    n_trials: int
    effective_n: float


def superiority(
    differences: Floats, listeners: Codes, items: Codes, *, level: float = 0.95
) -> Superiority:
    """P(first > second) + P(tie) / 2 with an interval for new listeners and new items.

    Wins (1), ties (1/2) and losses (0) get the crossed standard error (with gaps, its two-way
    clustered form), which is turned into an effective number of trials; the interval is Wilson's
    for that number, so that it stays within 0-1. Where the standard error is 0 (all trials alike)
    the trials count as few as there are listeners or items, whichever is less: the most cautious
    reading.

    Args:
        differences: (n,) float, first minus second system, one per listener and item, points.
        listeners, items: (n,) whole-number codes.
        level: coverage, strictly between 0 and 1.
    Raises: TooFewRatings when fewer than 2 listeners or 2 items rated both; ValueError for NaN.
    Source: the estimand: McGraw & Wong 1992 (common language effect size), paired, ties as Vargha
        & Delaney 2000. The interval: Korn & Graubard 1998 with Wilson's formula in place of
        Clopper and Pearson's. Clustering: Cameron, Gelbach & Miller 2011, with the residual
        variance taken off instead of the total. Coverage: benchmarks/results/intervals.json.
    """
    values = rounded(differences)
    if np.isnan(values).any():
        raise ValueError("P(A > B) takes the trials rated for both systems only.")
    trials = _Trials.of(listeners, items)
    outcomes = np.sign(values)  # -1, 0 and 1, so that swapping the systems mirrors to the last bit
    se, df = _crossed_error(outcomes, trials)
    probability = (1 + float(outcomes.mean())) / 2
    effective = _effective_n(probability, se / 2, trials)
    quantile = _quantile(level, df)
    return Superiority(
        probability=probability,
        interval=_wilson(probability, effective, quantile, level),
        wins=float((values > 0).mean()),
        ties=float((values == 0).mean()),
        losses=float((values < 0).mean()),
        n_trials=int(values.size),
        effective_n=effective,
    )


@dataclass(frozen=True, eq=False)
class _Trials:
    """Listeners and items as codes without gaps."""

    listener: npt.NDArray[np.intp]
    item: npt.NDArray[np.intp]
    n_listeners: int
    n_items: int

    @classmethod
    def of(cls, listeners: Codes, items: Codes) -> "_Trials":
        listener, item = (contiguous(np.asarray(codes)) for codes in (listeners, items))
        n_listeners, n_items = (int(codes.max(initial=-1)) + 1 for codes in (listener, item))
        if min(n_listeners, n_items) < 2:
            raise TooFewRatings(
                "P(A > B) needs at least 2 listeners and 2 items that were rated for both "
                f"systems; there are {n_listeners} and {n_items}."
            )
        return cls(listener, item, n_listeners, n_items)


def _crossed_error(outcomes: Floats, trials: _Trials) -> tuple[float, float]:
    """Standard error of the mean and its degrees of freedom: closed form if complete."""
    if outcomes.size == trials.n_listeners * trials.n_items:
        matrix = np.full((trials.n_listeners, trials.n_items), np.nan)
        matrix[trials.listener, trials.item] = outcomes
        if not np.isnan(matrix).any():
            estimate = crossed_mean(matrix)
            return estimate.se, estimate.df
    return _clustered_error(outcomes, trials)


def _clustered_error(outcomes: Floats, trials: _Trials) -> tuple[float, float]:
    """The same from sums per listener and per item, in time linear in the trials."""
    n = outcomes.size
    residuals = outcomes - outcomes.mean()
    factors = ((trials.listener, trials.n_listeners), (trials.item, trials.n_items))
    clusters = [(_cluster_variance(residuals, *factor), factor[1] - 1) for factor in factors]
    sizes = [np.bincount(codes, minlength=n_levels) for codes, n_levels in factors]
    for (codes, _), size in [*zip(factors, sizes, strict=True)] * SWEEPS:
        residuals = residuals - (np.bincount(codes, weights=residuals) / size)[codes]
    df = max(1, n - trials.n_listeners - trials.n_items + 1)
    noise = float((residuals**2).sum()) / (df * n)
    above = [(variance, own_df) for variance, own_df in clusters if variance > noise]
    total = noise + sum(variance - noise for variance, _ in above)
    spread = sum(variance**2 / own_df for variance, own_df in above)
    spread += ((1 - len(above)) * noise) ** 2 / df
    return math.sqrt(total), total**2 / spread if spread > 0 else math.nan


def _cluster_variance(residuals: Floats, codes: Codes, n_levels: int) -> float:
    """Variance of the mean if only the levels (listeners or items) were sampled."""
    totals = np.bincount(codes, weights=residuals, minlength=n_levels)
    return float((totals**2).sum()) / residuals.size**2 * n_levels / (n_levels - 1)


def _effective_n(probability: float, se: float, trials: _Trials) -> float:
    if se == 0:
        return float(min(trials.n_listeners, trials.n_items))
    return min(probability * (1 - probability) / se**2, float(trials.listener.size))


def _quantile(level: float, df: float) -> float:
    share = (1 + level) / 2
    return normal_quantile(share) if math.isnan(df) else student_quantile(share, df)


def _wilson(probability: float, n: float, quantile: float, level: float) -> Interval:
    shrink = 1 + quantile**2 / n
    center = (probability + quantile**2 / (2 * n)) / shrink
    spread = probability * (1 - probability) / n + quantile**2 / (4 * n**2)
    half = quantile * math.sqrt(spread) / shrink
    return Interval(max(0.0, center - half), min(1.0, center + half), level)

"""P(A > B): how often a listener scores one system above another on the same sentence."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from mushra.stats.crossed import CrossedMean, crossed_mean
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.intervals import Interval
from mushra.stats.mixed import MixedFit, fit_crossed
from mushra.stats.table import Codes, Floats


@dataclass(frozen=True)
class Superiority:
    """The chance that a new listener scores the first system above the second on a new sentence.

    probability counts a tie as half. wins, ties and losses are shares of the trials and sum to 1;
    with gaps in listeners x items, wins + ties / 2 differs a little from probability, which is the
    crossed model's mean. effective_n is the number of independent trials that would tell as much.
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

    Wins (1), ties (1/2) and losses (0) get the crossed standard error, which is turned into an
    effective number of trials; the interval is Wilson's for that number, so that it stays within
    0-1. Where the standard error is 0 (all trials alike) the trials count as few as there are
    listeners or items, whichever is less: the most cautious reading.

    Args:
        differences: (n,) float, first minus second system, one per listener and item, points.
        listeners, items: (n,) whole-number codes.
        level: coverage, strictly between 0 and 1.
    Raises: TooFewRatings when fewer than 2 listeners or 2 items rated both; ValueError for NaN.
    Source: the estimand: McGraw & Wong 1992 (common language effect size), paired, ties as Vargha
        & Delaney 2000. The interval: Korn & Graubard 1998 with Wilson's formula in place of
        Clopper and Pearson's; coverage in benchmarks/results/menu_coverage.json.
    """
    values = rounded(differences)
    if np.isnan(values).any():
        raise ValueError("P(A > B) takes the trials rated for both systems only.")
    trials = _Trials.of(listeners, items)
    estimate = _crossed_estimate(np.sign(values), trials)  # -1, 0, 1, so that swapping mirrors
    probability = min(1.0, max(0.0, (1 + estimate.mean) / 2))
    effective = _effective_n(probability, estimate.se / 2, trials)
    quantile = _quantile(level, estimate.df)
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
        (of_l, listener), (of_i, item) = (
            np.unique(codes, return_inverse=True) for codes in (listeners, items)
        )
        if min(of_l.size, of_i.size) < 2:
            raise TooFewRatings(
                "P(A > B) needs at least 2 listeners and 2 items that were rated for both "
                f"systems; there are {of_l.size} and {of_i.size}."
            )
        return cls(listener, item, int(of_l.size), int(of_i.size))


def _crossed_estimate(outcomes: Floats, trials: _Trials) -> CrossedMean | MixedFit:
    """The mean with its standard error: closed form if complete, else REML."""
    if outcomes.size == trials.n_listeners * trials.n_items:
        matrix = np.full((trials.n_listeners, trials.n_items), np.nan)
        matrix[trials.listener, trials.item] = outcomes
        if not np.isnan(matrix).any():
            return crossed_mean(matrix)
    return fit_crossed(outcomes, [trials.listener, trials.item])


def _effective_n(probability: float, se: float, trials: _Trials) -> float:
    if se == 0:
        return float(min(trials.n_listeners, trials.n_items))
    return min(probability * (1 - probability) / se**2, float(trials.listener.size))


def _quantile(level: float, df: float) -> float:
    share = (1 + level) / 2
    return float(stats.norm.ppf(share) if math.isnan(df) else stats.t.ppf(share, df))


def _wilson(probability: float, n: float, quantile: float, level: float) -> Interval:
    shrink = 1 + quantile**2 / n
    center = (probability + quantile**2 / (2 * n)) / shrink
    spread = probability * (1 - probability) / n + quantile**2 / (4 * n**2)
    half = quantile * math.sqrt(spread) / shrink
    return Interval(max(0.0, center - half), min(1.0, center + half), level)

"""What BS.1534-3 itself offers, beside the crossed tests: computed for comparison, never first.

The analysis of variance and the permutation of medians ignore that items are a sample; the two-way
bootstrap does not, and checks the crossed intervals without assuming a normal distribution.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mushra.reports.design import ReportDesign
from mushra.reports.trials import Trials
from mushra.stats.anova import AnovaChecks, WithinEffect, check_assumptions, repeated_measures
from mushra.stats.errors import TooFewRatings
from mushra.stats.permutation import permute_medians
from mushra.stats.resampling import CrossedWeights, bootstrap_difference, draw_weights
from mushra.stats.table import RatingTable

MAX_BOOTSTRAPPED_CELLS = 20_000  # listeners x items; beyond, 2000 replicates take too long


@dataclass(frozen=True)
class ConformityRow:
    """A pair: Attachment 3's permutation of medians, and the two-way bootstrap of the mean.

    low, high: 95 % percentile interval of the mean difference; NaN on tables too large for it.
    """

    first: str
    second: str
    median_difference: float
    median_p: float
    low: float
    high: float


@dataclass(frozen=True)
class Conformity:
    """Repeated-measures analysis of variance on listener means of the systems under test, and
    resampling of each pair; seed is that of all draws. anova is None below two listeners."""

    anova: WithinEffect | None
    checks: AnovaChecks | None
    pairs: tuple[ConformityRow, ...]
    seed: int


def compute_conformity(table: RatingTable, design: ReportDesign) -> Conformity:
    """The figures on the headline's ratings, for every pair of the systems under test."""
    present = [code for code in design.under_test if code in table.systems]
    means = Trials.of(table, present).complete().listener_means()
    weights = _weights(table, design.seed)
    return Conformity(
        anova=_anova(means),
        checks=check_assumptions(means) if min(means.shape, default=0) >= 2 else None,
        pairs=tuple(_row(table, pair, weights, design.seed) for pair in combinations(present, 2)),
        seed=design.seed,
    )


def _anova(means: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> WithinEffect | None:
    try:
        return repeated_measures(means)
    except TooFewRatings:
        return None


def _weights(table: RatingTable, seed: int) -> CrossedWeights | None:
    shape = len(table.listeners), len(table.items)
    if min(shape) < 2 or shape[0] * shape[1] > MAX_BOOTSTRAPPED_CELLS:
        return None
    return draw_weights(*shape, seed=seed)


def _row(
    table: RatingTable, pair: tuple[str, str], weights: CrossedWeights | None, seed: int
) -> ConformityRow:
    medians = permute_medians(*(table.scores_of(system) for system in pair), seed=seed)
    low, high = _interval(table, pair, weights)
    return ConformityRow(*pair, medians.difference, medians.p, low, high)


def _interval(
    table: RatingTable, pair: tuple[str, str], weights: CrossedWeights | None
) -> tuple[float, float]:
    first, second = pair
    if weights is None:
        return math.nan, math.nan
    try:
        found = bootstrap_difference(table.matrix(first), table.matrix(second), weights)
    except TooFewRatings:
        return math.nan, math.nan
    return found.interval.low, found.interval.high

"""Preference tests: which of two systems a listener prefers on each item, or neither.

A choice is scored +1 for the first system, -1 for the second, 0 for no preference. Pooling all
choices in one binomial test takes twenty choices of one listener for twenty listeners; it is
offered under its name and with its warning only. Axes: L listeners, I items.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mushra.stats.crossed import CrossedTest, crossed_test
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.table import Floats

CHOICES = (-1.0, 0.0, 1.0)
POOLING_WARNING = (
    "All choices in one binomial test: it takes choices of one listener, and choices on one "
    "sentence, for independent, and finds differences that are not there. For comparison with "
    "published figures only."
)


@dataclass(frozen=True)
class PreferenceCounts:
    """Single choices: for the first system, for the second, for neither."""

    first: int
    second: int
    neither: int

    @property
    def share_first(self) -> float:
        """Share of the first system, no preference counted half to each; NaN without choices."""
        total = self.first + self.second + self.neither
        return (self.first + self.neither / 2) / total if total else math.nan


@dataclass(frozen=True)
class BinomialTest:
    """An exact two-sided binomial test that successes are as likely as failures.

    Args:
        n_successes, n_trials: without ties, which are left out and counted in n_ties.
        share: n_successes / n_trials, NaN without trials (p is then 1).
        interval: Clopper-Pearson, of the share.
    """

    n_successes: int
    n_trials: int
    n_ties: int
    share: float
    p: float
    interval: Interval


@dataclass(frozen=True)
class CrossedPreference:
    """The preference for new listeners and new items.

    Args:
        score: the crossed test of the choices' mean, -1 (always the second) to 1.
        share_first: (1 + mean) / 2, no preference counted half to each.
        interval: of that share, Student-t, not cut at 0 and 1.
    """

    score: CrossedTest
    share_first: float
    interval: Interval


def preference_counts(choices: Floats) -> PreferenceCounts:
    """How often each system, or neither, was preferred; NaN counts nowhere.

    Raises: InvalidRatings for a choice other than -1, 0, 1.
    """
    given = _checked(choices)
    return PreferenceCounts(
        first=int((given == 1).sum()),
        second=int((given == -1).sum()),
        neither=int((given == 0).sum()),
    )


def listener_majorities(choices: Floats, *, level: float = 0.95) -> BinomialTest:
    """Exact test over listeners: do more of them mostly prefer the first or the second system?

    Each listener counts once, by the majority of their choices; who is split evenly is a tie.
    Listeners are independent, so the test is exact, for these sentences.

    Args:
        choices: (L, I) float of -1, 0, 1; NaN where a listener did not choose.
    Source: sign test, Hollander, Wolfe & Chicken 2014, 3.4; equals R `binom.test`.
    """
    _checked(choices)
    sums = np.nansum(np.atleast_2d(choices), axis=1)
    return binomial_test(
        int((sums > 0).sum()), int((sums < 0).sum()), int((sums == 0).sum()), level
    )


def pooled_preference(choices: Floats, *, level: float = 0.95) -> BinomialTest:
    """All choices in one binomial test: a compatibility mode, to be shown with POOLING_WARNING."""
    counts = preference_counts(choices)
    return binomial_test(counts.first, counts.second, counts.neither, level)


def crossed_preference(choices: Floats, *, level: float = 0.95) -> CrossedPreference:
    """The headline: the mean choice tested with listeners and items both random.

    Args:
        choices: (L, I) float of -1, 0, 1, no NaN, at least 2 x 2.
    Raises: InvalidRatings for another value; TooFewRatings below 2 x 2.
    Source: docs/statistics.md; golden values in tests/data/golden/planning.json (R lmerTest).
    """
    _checked(choices)
    score = crossed_test(np.asarray(choices, dtype=np.float64), level=level)
    low, high = ((1 + end) / 2 for end in (score.interval.low, score.interval.high))
    return CrossedPreference(
        score=score,
        share_first=(1 + score.difference) / 2,
        interval=Interval(low, high, level),
    )


def binomial_test(
    n_successes: int, n_failures: int, n_ties: int = 0, level: float = 0.95
) -> BinomialTest:
    """Exact two-sided test that successes and failures are equally likely.

    Returns: p 1 and the share's interval 0 to 1 when there is no trial.
    Raises: ValueError for a negative count.
    Source: Clopper & Pearson 1934; equals R `binom.test(x, n)`.
    """
    if min(n_successes, n_failures, n_ties) < 0:
        raise ValueError("Counts are never negative.")
    n_trials = n_successes + n_failures
    if n_trials == 0:
        return BinomialTest(0, 0, n_ties, math.nan, 1.0, Interval(0.0, 1.0, level))
    result = stats.binomtest(n_successes, n_trials)
    exact = result.proportion_ci(level, method="exact")
    return BinomialTest(
        n_successes=n_successes,
        n_trials=n_trials,
        n_ties=n_ties,
        share=n_successes / n_trials,
        p=float(result.pvalue),
        interval=Interval(float(exact.low), float(exact.high), level),
    )


def _checked(choices: Floats) -> Floats:
    values = np.asarray(choices, dtype=np.float64)
    given = values[~np.isnan(values)]
    strange = np.setdiff1d(given, CHOICES)
    if strange.size:
        raise InvalidRatings(f"A choice is 1 (first), -1 (second) or 0, not {strange[0]:g}.")
    if given.size == 0:
        raise TooFewRatings("There are no choices.")
    return given

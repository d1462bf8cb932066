"""Mean opinion scores: categories 1-5, listeners and items both random.

Opinion scores are ordinal: nobody knows that "fair" to "good" is as far as "good" to "excellent".
The mean treats them as equally far, so the histogram stands beside it, and `ORDINAL_WARNING` says
so. Axes: L listeners, I items.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.crossed import CrossedMean, crossed_mean
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.table import Floats

CATEGORIES = (1, 2, 3, 4, 5)  # ITU-T P.800, annex B: bad, poor, fair, good, excellent
# The compatibility mode's quantile, as the toolkit of P.808 has it.
P808_Z = 1.96

ORDINAL_WARNING = (
    "Opinion scores are ordered categories, not distances: a mean says that bad to poor is as far "
    "as good to excellent. Look at the histogram, and do not read half a category as half a step."
)
P808_WARNING = (
    "Mean ± 1.96 sd / √votes over single votes, as the P.808 toolkit prints it: it takes votes of "
    "one listener, and votes on one sentence, for independent, and is too narrow for new listeners "
    "and new sentences. For comparison with published figures only."
)


@dataclass(frozen=True)
class OpinionScore:
    """A mean opinion score with its crossed interval, and the votes by category.

    Args:
        mean: of all votes, with the standard error that counts listeners and items as random.
        interval: Student-t of the crossed model, not cut at 1 and 5.
        histogram: number of votes in each category, lowest first.
        median: of all votes.
    """

    mean: CrossedMean
    interval: Interval
    histogram: tuple[int, ...]
    median: float
    n_votes: int


@dataclass(frozen=True)
class PooledOpinion:
    """The P.808 toolkit's figures; see `P808_WARNING`."""

    mean: float
    sd: float
    interval: Interval
    n_votes: int
    warning: str = P808_WARNING


def opinion_score(
    votes: Floats, *, categories: Sequence[int] = CATEGORIES, level: float = 0.95
) -> OpinionScore:
    """The mean opinion score of one system.

    Args:
        votes: (L, I) float, one of the categories each, no NaN, at least 2 x 2; see
            `mushra.stats.crossed.complete_block` for gaps.
        categories: the scale's numbers, lowest first.
        level: coverage, strictly between 0 and 1.
    Raises: InvalidRatings for a vote that is no category; TooFewRatings below 2 x 2.
    Source: the crossed interval of docs/statistics.md (R lmerTest); golden values in
        tests/data/golden/planning.json. ITU-T P.800 names mean and standard deviation only.
    """
    histogram = vote_histogram(votes, categories=categories)
    mean = crossed_mean(np.asarray(votes, dtype=np.float64))
    return OpinionScore(
        mean=mean,
        interval=mean.interval(level=level),
        histogram=histogram,
        median=float(np.median(votes)),
        n_votes=sum(histogram),
    )


def vote_histogram(votes: Floats, *, categories: Sequence[int] = CATEGORIES) -> tuple[int, ...]:
    """How many votes fall in each category, lowest first; NaN counts nowhere.

    Raises: InvalidRatings for a vote that is no category.
    """
    given = np.asarray(votes, dtype=np.float64)
    given = given[~np.isnan(given)]
    strange = np.setdiff1d(given, np.asarray(categories, dtype=np.float64))
    if strange.size:
        known = ", ".join(str(category) for category in categories)
        raise InvalidRatings(f"An opinion score is one of {known}, not {strange[0]:g}.")
    return tuple(int((given == category).sum()) for category in categories)


def p808_opinion(votes: Floats) -> PooledOpinion:
    """Mean and interval over single votes: a compatibility mode with its warning.

    Args:
        votes: any shape, NaN left out.
    Raises: TooFewRatings below two votes.
    Source: Naderi & Cutler 2020, "An open source implementation of ITU-T Recommendation P.808",
        whose toolkit prints 1.96 sd / sqrt(n).
    """
    given = np.asarray(votes, dtype=np.float64)
    given = given[~np.isnan(given)]
    if given.size < 2:
        raise TooFewRatings(f"An interval needs two votes; there are {given.size}.")
    mean, sd = float(given.mean()), float(given.std(ddof=1))
    half = P808_Z * sd / math.sqrt(given.size)
    return PooledOpinion(mean, sd, Interval(mean - half, mean + half, 0.95), int(given.size))

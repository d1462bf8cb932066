"""The permutation test of BS.1534-3 Attachment 3, for conformity.

It pools all ratings of two systems and ignores who rated what, so its p is far too small whenever
listeners or items matter (docs/statistics.md). It stands in the conformity section, never in the
headline.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.table import MAX_SCORE, MIN_SCORE, Floats

N_DRAWS = 10_000  # BS.1534-3 Attachment 3
# Medians of relabeled ratings stay this many standard errors from the pooled median: farther ones
# have a chance below 1e-14. Scores beyond are counted as one.
REACH = 8.0
# Counts held at once while drawing: 16 million of 8 bytes would be too many, 4 million are not.
COUNTS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class MedianPermutation:
    """The pooled permutation test on a difference of medians, two-sided.

    p is (draws at least as far + 1) / (draws + 1), so it is never 0.
    """

    difference: float
    p: float
    n_draws: int
    n_first: int
    n_second: int
    seed: int


def permute_medians(
    first: Floats, second: Floats, *, seed: int, n_draws: int = N_DRAWS
) -> MedianPermutation:
    """How often random relabeling of the pooled ratings moves the medians as far apart.

    Relabeling is drawn through the counts of equal scores (multivariate hypergeometric), which
    has the same distribution and costs the same for a thousand ratings as for a million.

    Args:
        first, second: (n,) and (m,) float, points, no NaN; any order, pairing is ignored.
        seed: of the draws.
        n_draws: 10 000 in the Recommendation.
    Raises: TooFewRatings when a system has no rating; ValueError for NaN.
    Source: BS.1534-3 Attachment 3. Deviation: the observed labeling counts as a draw (Phipson &
        Smyth 2010), so that p keeps its level and is never 0.
    """
    a, b = rounded(first), rounded(second)
    if a.size == 0 or b.size == 0:
        raise TooFewRatings("A permutation of medians needs ratings of both systems.")
    if np.isnan(a).any() or np.isnan(b).any():
        raise ValueError("A permutation of medians takes no missing ratings.")
    difference = float(np.median(a) - np.median(b))
    scores, counts = _counted(np.concatenate([a, b]))
    scores, counts = _near_the_median(scores, counts, min(a.size, b.size))
    drawn = _drawn_differences(scores, counts, a.size, np.random.default_rng(seed), n_draws)
    reached = int((np.abs(drawn) >= abs(difference) - 1e-9).sum())
    return MedianPermutation(
        difference=difference,
        p=(reached + 1) / (n_draws + 1),
        n_draws=n_draws,
        n_first=int(a.size),
        n_second=int(b.size),
        seed=seed,
    )


def _counted(values: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The distinct scores, ascending, and how often each occurs; whole points are not sorted."""
    whole = np.rint(values)
    if not np.array_equal(whole, values) or values.min() < MIN_SCORE or values.max() > MAX_SCORE:
        scores, counts = np.unique(values, return_counts=True)
        return scores, counts.astype(np.int64)
    counts = np.bincount(whole.astype(np.intp)).astype(np.int64)
    present = np.flatnonzero(counts)
    return present.astype(np.float64), counts[present]


def _near_the_median(
    scores: Floats, counts: npt.NDArray[np.int64], n_smaller: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The scores that a relabeled median can take; the tails join the first and the last."""
    half = REACH * 0.5 / n_smaller**0.5
    share = np.cumsum(counts) / counts.sum()
    first = int(np.searchsorted(share, 0.5 - half, side="left"))
    last = int(min(np.searchsorted(share, 0.5 + half, side="left"), scores.size - 1))
    kept = counts[first : last + 1].copy()
    kept[0] += counts[:first].sum()
    kept[-1] += counts[last + 1 :].sum()
    return scores[first : last + 1], kept


def _drawn_differences(
    scores: Floats,
    counts: npt.NDArray[np.int64],
    n_first: int,
    rng: np.random.Generator,
    n_draws: int,
) -> Floats:
    size = max(1, COUNTS_AT_ONCE // scores.size)
    parts = []
    for start in range(0, n_draws, size):
        n = min(size, n_draws - start)
        of_first = rng.multivariate_hypergeometric(counts, n_first, size=n, method="marginals")
        parts.append(_medians(scores, of_first) - _medians(scores, counts - of_first))
    return np.concatenate(parts)


def _medians(scores: Floats, counts: npt.NDArray[np.int64]) -> Floats:
    """Medians of samples given as counts of ascending scores; (draws, n_scores) -> (draws,)."""
    below = counts.cumsum(axis=1)
    n = below[:, -1:]
    lower = scores[(below < (n + 1) // 2).sum(axis=1)]
    upper = scores[(below < n // 2 + 1).sum(axis=1)]
    return np.asarray((lower + upper) / 2, dtype=np.float64)

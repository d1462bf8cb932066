"""What a pooled test would have said: for comparison with older papers only.

Pooling takes every rating as an independent one and so finds differences where there are none in
20 to 70 of 100 tests (docs/statistics.md). No verdict of Earshot rests on it; each result carries
its warning along.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from mushra.stats.distributions import normal_tail
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import paired_t, rounded, signed_rank
from mushra.stats.table import Floats

# Up to this many pairs the pooled signed-rank test is exact; beyond it is asymptotic, as in papers.
MOST_EXACT = 100


@dataclass(frozen=True)
class PooledTest:
    """A test that takes ratings for independent; NaN p when all differences are equal."""

    method: str
    statistic: float
    p: float
    n_ratings: int
    warning: str

    @property
    def sentence(self) -> str:
        """The sentence to print beside the crossed test."""
        if math.isnan(self.p):
            return "A pooled test would have had nothing to test."
        bound = "p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}"
        return f"A pooled test would have said {bound}."


WARNING = (
    "Pooled: every rating counts as an independent one, so p is too small; listeners and sentences "
    "are ignored. Not a result."
)


def pooled_t(first: Floats, second: Floats) -> PooledTest:
    """Student's paired t over all ratings of two systems, listeners and items ignored.

    Args:
        first, second: (n,) float, points, the same trials in the same order; a trial with NaN in
            either is left out.
    Raises: TooFewRatings below two pairs; ValueError when the shapes differ.
    Source: equals R `t.test(first, second, paired = TRUE)`.
    """
    differences = _differences(first, second)
    result = paired_t(differences)
    return PooledTest("pooled paired t", result.t, result.p, int(differences.size), WARNING)


def pooled_wilcoxon(first: Floats, second: Floats) -> PooledTest:
    """Wilcoxon's signed-rank test over all ratings of two systems, listeners and items ignored.

    Exact to 100 pairs, beyond with the normal approximation and correction for ties; the
    statistic is the positive rank sum.

    Args, raises: as `pooled_t`.
    Source: equals R `wilcox.test(first, second, paired = TRUE, correct = FALSE)` beyond 100.
    """
    differences = _differences(first, second)
    used = differences[differences != 0]
    if used.size <= MOST_EXACT:
        ranks = signed_rank(differences)
        positive, p = ranks.positive_sum, ranks.p
    else:
        sizes = rankdata(np.abs(used))
        positive = float(sizes[used > 0].sum())
        z = (positive - float(sizes.sum()) / 2) / math.sqrt(float((sizes**2).sum()) / 4)
        p = 2 * normal_tail(abs(z))
    return PooledTest("pooled Wilcoxon signed-rank", positive, p, int(differences.size), WARNING)


def _differences(first: Floats, second: Floats) -> Floats:
    if np.shape(first) != np.shape(second):
        raise ValueError(
            f"Pairs need the same trials; the shapes are {np.shape(first)} and {np.shape(second)}."
        )
    differences = rounded(np.ravel(first) - np.ravel(second))
    differences = differences[~np.isnan(differences)]
    if differences.size < 2:
        raise TooFewRatings(f"A pooled test needs two pairs; there are {differences.size}.")
    return differences

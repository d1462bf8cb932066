"""The shape of a distribution of scores: saturated, cut off at an end, several modes?"""

import math
from dataclasses import dataclass

import numpy as np

from mushra.stats.errors import TooFewRatings
from mushra.stats.table import MAX_SCORE, MIN_SCORE, Floats

SATURATED_FROM = 80.0  # BS.1534-3 3: scores between 20 and 80 discriminate; 80-100 saturate
MANY_MODES_ABOVE = 5 / 9  # BS.1534-3 9: the coefficient of a uniform distribution
# A half of the scores in the top fifth, or a tenth at an end of the scale, is worth a warning;
# thresholds of this product, not of the Recommendation.
SATURATED_SHARE = 0.5
CUT_SHARE = 0.1
MIN_SCORES_FOR_MODES = 4


@dataclass(frozen=True)
class Shape:
    """How scores are distributed over the scale.

    Shares are of all scores, 0-1: at the very bottom (0), at the very top (100), and from 80 up.
    skewness and excess_kurtosis are the unbiased (SAS) ones; NaN below four scores or when all
    are equal, and so is the bimodality coefficient.
    """

    n: int
    share_at_floor: float
    share_at_ceiling: float
    share_saturated: float
    skewness: float
    excess_kurtosis: float
    bimodality: float

    @property
    def is_saturated(self) -> bool:
        """Half of the scores lie at 80 or above."""
        return self.share_saturated >= SATURATED_SHARE

    @property
    def is_cut_off(self) -> bool:
        """A tenth of the scores lie at an end of the scale, so the mean is pulled inward."""
        return max(self.share_at_floor, self.share_at_ceiling) >= CUT_SHARE

    @property
    def hints_at_modes(self) -> bool:
        """The coefficient exceeds 5/9: look at the histogram. Skew alone can cause it too."""
        return self.bimodality > MANY_MODES_ABOVE


def describe_shape(values: Floats) -> Shape:
    """Saturation, floor and ceiling, skewness, kurtosis and the bimodality coefficient.

    Args:
        values: (n,) float, points 0-100, no NaN.
    Raises: TooFewRatings for an empty sample.
    Source: shares: BS.1534-3 3. Coefficient: BS.1534-3 9 and SAS/STAT PROC CLUSTER,
        b = (g^2 + 1) / (k + 3 (n-1)^2 / ((n-2)(n-3))) with sample skewness g and sample excess
        kurtosis k; golden values in tests/data/golden/menu.json (R psych `skew(type = 2)`,
        `kurtosi(type = 2)`).
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.size == 0:
        raise TooFewRatings("There are no ratings to describe.")
    skewness, kurtosis = _sample_moments(scores)
    return Shape(
        n=int(scores.size),
        share_at_floor=float((scores <= MIN_SCORE).mean()),
        share_at_ceiling=float((scores >= MAX_SCORE).mean()),
        share_saturated=float((scores >= SATURATED_FROM).mean()),
        skewness=skewness,
        excess_kurtosis=kurtosis,
        bimodality=_bimodality(skewness, kurtosis, int(scores.size)),
    )


def _sample_moments(scores: Floats) -> tuple[float, float]:
    n = scores.size
    deviations = scores - scores.mean()
    squares = deviations * deviations  # products: a power takes forty times as long
    variance = float(squares.mean())
    if n < MIN_SCORES_FOR_MODES or variance < 1e-18:
        return math.nan, math.nan
    g1 = float((squares * deviations).mean()) / variance**1.5
    g2 = float((squares * squares).mean()) / variance**2 - 3
    skewness = g1 * math.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)
    return skewness, kurtosis


def _bimodality(skewness: float, kurtosis: float, n: int) -> float:
    if math.isnan(skewness):
        return math.nan
    return (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))

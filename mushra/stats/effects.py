"""Sizes of paired effects, computed on listener means."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from mushra.stats.distributions import normal_quantile
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import DECIMALS, rounded, signed_rank
from mushra.stats.intervals import Interval
from mushra.stats.signed_sums import lower_chances
from mushra.stats.table import Floats

# Up to this many listeners all pairwise averages are formed (2 million); beyond, they are counted.
MOST_AVERAGED = 2000
# Up to this many listeners the rank sum's null distribution is counted; beyond, it is normal.
MOST_COUNTED = 600


@dataclass(frozen=True)
class HodgesLehmann:
    """The pseudomedian of paired differences with the interval that inverts the Wilcoxon test.

    coverage is what the interval really has: at least its level where enough listeners took part
    (6 for 95 %); with fewer it is the widest interval there is and covers less.
    """

    estimate: float
    interval: Interval
    coverage: float


def cohen_dz(differences: Floats) -> float:
    """Cohen's d_z: mean difference in units of the differences' sd; NaN if they are all equal.

    Args:
        differences: (n,) float, one per listener.
    Raises: TooFewRatings below two differences.
    Source: Cohen 1988, 2.3.5.
    """
    values = rounded(differences)
    if values.size < 2:
        raise TooFewRatings(f"An effect size needs two listeners; there are {values.size}.")
    sd = float(values.std(ddof=1))
    return float(values.mean()) / sd if sd > 0 else math.nan


def hedges_g(differences: Floats) -> float:
    """Cohen's d_z without its small-sample bias (exact gamma-function factor).

    Source: Hedges 1981, equation 6, with n - 1 degrees of freedom.
    """
    df = np.size(differences) - 1
    dz = cohen_dz(differences)
    log_ratio = special.gammaln(df / 2) - special.gammaln((df - 1) / 2) if df > 1 else -math.inf
    return dz * math.exp(log_ratio) / math.sqrt(df / 2)


def rank_biserial(differences: Floats) -> float:
    """Matched-pairs rank-biserial correlation, -1 to 1; 0 when every difference is zero.

    Where the signed-rank test is at hand, its `rank_biserial` saves the work.

    Source: Kerby 2014: (favorable - unfavorable rank sum) / total rank sum, zeros left out.
    """
    return signed_rank(differences).rank_biserial


def hodges_lehmann(differences: Floats) -> float:
    """Hodges-Lehmann pseudomedian: the median of all pairwise averages, points.

    Args:
        differences: (n,) float, one per listener, no NaN.
    Raises: TooFewRatings for an empty sample.
    Source: Hodges & Lehmann 1963; equals R `wilcox.test(conf.int = TRUE)$estimate`.
    """
    values = _averaged(differences)
    return sum(_ordered_averages(values, _middle_places(values.size))) / 2


def hodges_lehmann_interval(differences: Floats, *, level: float = 0.95) -> HodgesLehmann:
    """The pseudomedian with its exact distribution-free interval, points.

    The interval's ends are pairwise averages; with ties or zeros it covers at least as often as
    without. The null distribution is counted to 600 listeners and normal beyond.

    Args:
        differences: (n,) float, one per listener, no NaN.
        level: coverage, strictly between 0 and 1.
    Raises: TooFewRatings for an empty sample; ValueError for a level outside (0, 1).
    Source: Hollander, Wolfe & Chicken 2014, 3.3; without ties it equals R
        `wilcox.test(conf.int = TRUE, exact = TRUE)$conf.int`.
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies strictly between 0 and 1, not at {level}.")
    values = _averaged(differences)
    n_averages = values.size * (values.size + 1) // 2
    outer, tail = _outer_rank((1 - level) / 2, values.size)
    places = (outer, *_middle_places(values.size), n_averages - 1 - outer)
    low, *middle, high = _ordered_averages(values, places)
    return HodgesLehmann(
        estimate=sum(middle) / 2,
        interval=Interval(low, high, level),
        coverage=1 - 2 * tail,
    )


def _averaged(differences: Floats) -> Floats:
    values = rounded(differences)
    if values.size == 0:
        raise TooFewRatings("There are no differences to average.")
    if np.isnan(values).any():
        raise ValueError("Differences to average are never missing; leave the listener out.")
    return values


def _outer_rank(tail: float, n: int) -> tuple[int, float]:
    """How many pairwise averages lie outside each end, and the chance of a rank sum so low."""
    if n > MOST_COUNTED:
        spread = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        outer = int(n * (n + 1) / 4 + normal_quantile(tail) * spread)
        return outer - 1, tail
    chances = _rank_sum_chances(n)
    outer = int(np.searchsorted(chances, tail, side="left"))
    outer = max(outer, 1)  # R takes the extremes where no interval of the level exists
    return outer - 1, float(chances[outer - 1])


@lru_cache(maxsize=32)
def _rank_sum_chances(n: int) -> Floats:
    """P(Wilcoxon rank sum <= s) for s from 0 to its mean, no ties."""
    ranks = np.arange(1, n + 1, dtype=np.int64)
    return np.asarray(np.cumsum(lower_chances(ranks, n * (n + 1) // 4)), dtype=np.float64)


def _middle_places(n: int) -> tuple[int, int]:
    """The places of the median among the pairwise averages of n values; equal for an odd number."""
    n_averages = n * (n + 1) // 2
    return (n_averages - 1) // 2, n_averages // 2


def _ordered_averages(values: Floats, places: Sequence[int]) -> list[float]:
    """The pairwise averages at some places (from 0) of their ascending order."""
    if values.size <= MOST_AVERAGED:
        sums = np.add.outer(values, values)[np.tri(values.size, dtype=bool)]
        sums.partition(sorted(set(places)))
        return [float(sums[place]) / 2 for place in places]
    whole = np.sort(np.rint(values * 10**DECIMALS).astype(np.int64))
    return [_ordered_sum(whole, place) / (2 * 10**DECIMALS) for place in places]


def _ordered_sum(whole: npt.NDArray[np.int64], place: int) -> int:
    """The pairwise sum at `place` of the ascending order, by bisection on the count below."""
    low, high = 2 * int(whole[0]), 2 * int(whole[-1])
    own = np.arange(whole.size)
    while low < high:
        middle = (low + high) // 2
        partners = np.searchsorted(whole, middle - whole, side="right") - own
        if int(np.maximum(partners, 0).sum()) > place:
            high = middle
        else:
            low = middle + 1
    return low

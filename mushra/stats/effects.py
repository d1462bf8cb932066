"""Sizes of paired effects, computed on listener means."""

import math

import numpy as np
from scipy import special

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded, signed_rank
from mushra.stats.table import Floats


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

    Source: Kerby 2014: (favorable - unfavorable rank sum) / total rank sum, zeros left out.
    """
    ranks = signed_rank(differences)
    total = ranks.positive_sum + ranks.negative_sum
    return (ranks.positive_sum - ranks.negative_sum) / total if total else 0.0


def hodges_lehmann(differences: Floats) -> float:
    """Hodges-Lehmann pseudomedian: the median of all pairwise averages, points.

    Source: Hodges & Lehmann 1963; equals R `wilcox.test(conf.int = TRUE)$estimate`.
    """
    values = rounded(differences)
    if values.size == 0:
        raise TooFewRatings("There are no differences to average.")
    first, second = np.triu_indices(values.size)
    return float(np.median((values[first] + values[second]) / 2))

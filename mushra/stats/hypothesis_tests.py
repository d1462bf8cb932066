"""Tests on listener means: they speak for new listeners, but for these sentences only."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mushra.stats.errors import TooFewRatings
from mushra.stats.table import Floats

# Means of scores carry float noise of about 1e-14; unless it is rounded off, ties are missed.
DECIMALS = 9


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's rank sums; zeros are left out, tied differences share their mean rank."""

    positive_sum: float
    negative_sum: float
    n_used: int
    n_zero: int
    p: float


@dataclass(frozen=True)
class PairedT:
    """Student's t of paired differences; t and p are NaN when all differences are equal."""

    difference: float
    se: float
    df: int
    t: float
    p: float


@dataclass(frozen=True)
class Friedman:
    """Friedman's chi-square over systems, with Kendall's coefficient of concordance W."""

    chi_square: float
    df: int
    p: float
    kendall_w: float
    n_listeners: int
    n_systems: int


def rounded(values: Floats) -> Floats:
    """The values as float with the noise of averaging rounded off, so that equal ones tie."""
    return np.asarray(np.round(values, DECIMALS) + 0.0, dtype=np.float64)  # no negative zero


def signed_rank(differences: Floats) -> SignedRank:
    """Exact two-sided Wilcoxon signed-rank test, exact with ties and zeros too.

    Zeros are left out (Wilcoxon's rule). The null distribution of the rank sum is counted over
    doubled ranks, which are whole numbers even with ties, conditional on the ties as they are.

    Args:
        differences: (n,) float, one per listener, no NaN.
    Returns: rank sums and p; p is 1 when every difference is zero.
    Raises: TooFewRatings for an empty sample; ValueError for NaN.
    Source: Hollander, Wolfe & Chicken 2014, 3.1; golden values from R coin
        `wilcoxsign_test(distribution = "exact", zero.method = "Wilcoxon")`.
    """
    values = rounded(differences)
    if values.size == 0:
        raise TooFewRatings("A signed-rank test needs at least one difference.")
    if np.isnan(values).any():
        raise ValueError("A signed-rank test takes no missing differences; leave the listener out.")
    used = values[values != 0]
    doubled = np.rint(2 * stats.rankdata(np.abs(used))).astype(np.int64)
    positive = int(doubled[used > 0].sum())
    return SignedRank(
        positive_sum=positive / 2,
        negative_sum=(int(doubled.sum()) - positive) / 2,
        n_used=int(used.size),
        n_zero=int(values.size - used.size),
        p=_two_sided(doubled, positive),
    )


def paired_t(differences: Floats) -> PairedT:
    """Student's t test that the mean of paired differences is zero, two-sided.

    Args:
        differences: (n,) float, one per listener, no NaN.
    Raises: TooFewRatings below two differences.
    Source: equals R `t.test(x)`.
    """
    values = rounded(differences)
    if values.size < 2:
        raise TooFewRatings(f"A t test needs at least two listeners; there are {values.size}.")
    se = float(values.std(ddof=1)) / math.sqrt(values.size)
    mean = float(values.mean())
    t = mean / se if se > 0 else math.nan
    df = int(values.size) - 1
    return PairedT(difference=mean, se=se, df=df, t=t, p=float(2 * stats.t.sf(abs(t), df)))


def friedman(listener_means: Floats) -> Friedman:
    """Friedman's test that all systems rank alike, with Kendall's W.

    Args:
        listener_means: (n_listeners, n_systems) float, no NaN, at least 2 x 3.
    Raises: TooFewRatings below 2 listeners or 3 systems.
    Source: equals R `friedman.test`; complete blocks only, chi-square approximation.
    """
    means = rounded(listener_means)
    n_listeners, n_systems = means.shape
    if n_listeners < 2 or n_systems < 3:
        raise TooFewRatings(
            "Friedman's test needs at least 2 listeners and 3 systems; "
            f"there are {n_listeners} and {n_systems}."
        )
    if (means == means[:, :1]).all():  # every listener ties every system: nothing differs
        return Friedman(0.0, n_systems - 1, 1.0, 0.0, n_listeners, n_systems)
    result = stats.friedmanchisquare(*means.T)
    chi_square = float(result.statistic)
    return Friedman(
        chi_square=chi_square,
        df=n_systems - 1,
        p=float(result.pvalue),
        kendall_w=chi_square / (n_listeners * (n_systems - 1)),
        n_listeners=n_listeners,
        n_systems=n_systems,
    )


def _two_sided(doubled_ranks: "np.ndarray[tuple[int], np.dtype[np.int64]]", positive: int) -> float:
    """P(rank sum at least as far from its mean as `positive`); each sign is + with p 1/2."""
    total = int(doubled_ranks.sum())
    probability = np.zeros(total + 1)
    probability[0] = 1.0
    for rank in doubled_ranks:
        shifted = np.zeros_like(probability)
        shifted[rank:] = probability[: total + 1 - rank]
        probability = (probability + shifted) / 2
    far = abs(2 * positive - total)
    sums = np.arange(total + 1)
    return float(min(1.0, probability[np.abs(2 * sums - total) >= far].sum()))

"""Tests on listener means: they speak for new listeners, but for these sentences only."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from mushra.stats.distributions import chi_square_tail, f_tail, student_tail
from mushra.stats.errors import TooFewRatings
from mushra.stats.signed_sums import two_sided_tail
from mushra.stats.table import Floats

# Means of scores carry float noise of about 1e-14; unless it is rounded off, ties are missed.
DECIMALS = 9


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's rank sums; zeros are left out, tied differences share their mean rank.

    is_exact is False where n was so large that p is a saddlepoint approximation.
    """

    positive_sum: float
    negative_sum: float
    n_used: int
    n_zero: int
    p: float
    is_exact: bool = True

    @property
    def rank_biserial(self) -> float:
        """Matched-pairs rank-biserial correlation, -1 to 1; 0 when every difference is zero.

        Source: Kerby 2014: (favorable - unfavorable rank sum) / total rank sum, zeros left out.
        """
        total = self.positive_sum + self.negative_sum
        return (self.positive_sum - self.negative_sum) / total if total else 0.0


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
    """Friedman's chi-square over systems, with Kendall's coefficient of concordance W.

    f, f_df and f_p are Iman and Davenport's F, which keeps its level better than chi-square; f is
    infinite when all listeners rank alike.
    """

    chi_square: float
    df: int
    p: float
    kendall_w: float
    n_listeners: int
    n_systems: int
    f: float
    f_df: tuple[int, int]
    f_p: float


def rounded(values: Floats) -> Floats:
    """The values as float with the noise of averaging rounded off, so that equal ones tie."""
    return np.asarray(np.round(values, DECIMALS) + 0.0, dtype=np.float64)  # no negative zero


def signed_rank(differences: Floats) -> SignedRank:
    """Exact two-sided Wilcoxon signed-rank test, exact with ties and zeros too.

    Zeros are left out (Wilcoxon's rule). The null distribution of the rank sum is counted over
    doubled ranks, which are whole numbers even with ties, conditional on the ties as they are.
    From about 600 listeners on, p may be the saddlepoint approximation (see `signed_sums`).

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
    doubled = np.rint(2 * rankdata(np.abs(used))).astype(np.int64)
    positive = int(doubled[used > 0].sum())
    tail = two_sided_tail(doubled, positive)
    return SignedRank(
        positive_sum=positive / 2,
        negative_sum=(int(doubled.sum()) - positive) / 2,
        n_used=int(used.size),
        n_zero=int(values.size - used.size),
        p=tail.p,
        is_exact=tail.is_exact,
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
    return PairedT(difference=mean, se=se, df=df, t=t, p=2 * student_tail(abs(t), df))


def friedman(listener_means: Floats) -> Friedman:
    """Friedman's test that all systems rank alike, with Kendall's W and Iman-Davenport's F.

    Args:
        listener_means: (n_listeners, n_systems) float, no NaN, at least 2 x 3.
    Raises: TooFewRatings below 2 listeners or 3 systems; ValueError for NaN.
    Source: equals R `friedman.test`; complete blocks only, chi-square approximation. F: Iman &
        Davenport 1980; equals the analysis of variance of the ranks, R
        `anova(lm(rank ~ listener + system))`.
    """
    means = rounded(listener_means)
    n_listeners, n_systems = means.shape
    if n_listeners < 2 or n_systems < 3:
        raise TooFewRatings(
            "Friedman's test needs at least 2 listeners and 3 systems; "
            f"there are {n_listeners} and {n_systems}."
        )
    if np.isnan(means).any():
        raise ValueError("Friedman's test takes complete rows only; leave the listener out.")
    df = n_systems - 1
    chi_square = _friedman_chi_square(means)
    concordance = min(1.0, chi_square / (n_listeners * df))
    f_df = (df, df * (n_listeners - 1))
    agreed = concordance > 1 - 1e-12
    f = math.inf if agreed else (n_listeners - 1) * concordance / (1 - concordance)
    return Friedman(
        chi_square=chi_square,
        df=df,
        p=chi_square_tail(chi_square, df),
        kendall_w=concordance,
        n_listeners=n_listeners,
        n_systems=n_systems,
        f=f,
        f_df=f_df,
        f_p=f_tail(f, *f_df),
    )


def _friedman_chi_square(means: Floats) -> float:
    """Corrected for ties; 0 where every listener ties every system."""
    ranks = rankdata(means, axis=1)
    n_listeners, n_systems = means.shape
    spread = ((ranks.sum(axis=0) - n_listeners * (n_systems + 1) / 2) ** 2).sum()
    within = ((ranks - (n_systems + 1) / 2) ** 2).sum()
    return float((n_systems - 1) * spread / within) if within else 0.0

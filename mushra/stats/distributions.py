"""The distributions behind p-values and intervals.

These are the functions that `scipy.stats` itself calls, without its checks of arguments: a report
asks for thousands of single values, and each check takes many times as long as its value.
"""

import math

from scipy import special


def student_tail(t: float, df: float) -> float:
    """P(T > t) of Student's t; NaN for a NaN."""
    return float(special.stdtr(df, -t))


def student_quantile(share: float, df: float) -> float:
    """The t below which a share of Student's distribution lies."""
    return float(special.stdtrit(df, share))


def normal_tail(z: float) -> float:
    """P(Z > z) of the standard normal."""
    return float(special.ndtr(-z))


def normal_density(z: float) -> float:
    """The standard normal's density."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def normal_quantile(share: float) -> float:
    """The z below which a share of the standard normal lies; infinite for 0 and 1."""
    return float(special.ndtri(share))


def f_tail(f: float, df: float, df_error: float) -> float:
    """P(F > f); 0 for an infinite f."""
    return 0.0 if math.isinf(f) else float(special.fdtrc(df, df_error, f))


def f_quantile(share: float, df: float, df_error: float) -> float:
    """The f below which a share of the F distribution lies."""
    return float(special.fdtri(df, df_error, share))


def chi_square_tail(x: float, df: float) -> float:
    """P(X > x) of chi-square; 1 below zero."""
    return float(special.chdtrc(df, max(x, 0.0)))

"""The distributions behind p-values and intervals, and ranks.

These are the functions that `scipy.stats` itself calls, without its checks of arguments: a report
asks for thousands of single values, and importing `scipy.stats` takes longer than most reports.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from mushra.stats.arrays import Floats


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


def mean_ranks(values: Floats) -> Floats:
    """Ranks from 1, the lowest value first, within the last axis; equal values share their mean.

    Args:
        values: (n,) or (blocks, n) float, no NaN.
    """
    return _ranks_of_rows(values) if values.ndim > 1 else _ranks(values)


def _ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def _ranks_of_rows(values: Floats) -> Floats:
    """By counting in every column: rows are short and many."""
    ranks = np.empty(values.shape)
    for column in range(values.shape[1]):
        own: npt.NDArray[Any] = values[:, column : column + 1]
        below, up_to = (values < own).sum(axis=1), (values <= own).sum(axis=1)
        ranks[:, column] = (below + up_to + 1) / 2
    return ranks

"""Two systems on the same utterances: how far apart they are, or whether they are alike enough.

Axes: U utterances. Utterances are taken as independent, so a comparison is of one voice and one
training run, and speaks for more utterances of that kind, not for other voices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .segments import Array

LEVEL = 0.95
ALPHA = 0.05


@dataclass(frozen=True)
class PairedDifference:
    """Mean of first - second over utterances, with a Student-t interval of ``level``.

    p: two-sided, of no difference; NaN where all differences are equal.
    n_dropped: utterances where either has no value (NaN), as a correlation of a level track.
    """

    mean: float
    low: float
    high: float
    standard_error: float
    p: float
    level: float
    n_utterances: int
    n_dropped: int

    @property
    def degrees_of_freedom(self) -> int:
        """Of the t distribution."""
        return self.n_utterances - 1

    @property
    def leaves_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def paired_difference(first: Array, second: Array, *, level: float = LEVEL) -> PairedDifference:
    """How much more ``first`` (U,) has than ``second`` (U,), the same utterances in one order.

    Raises:
        ValueError: for unequal lengths, a level not between 0 and 1, or under two utterances
            with both values.
    """
    if np.shape(first) != np.shape(second) or np.ndim(first) != 1:
        raise ValueError(
            f"Expected values of the same utterances, got {np.shape(first)} and {np.shape(second)}."
        )
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not at {level}.")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    known = differences[np.isfinite(differences)]
    if len(known) < 2:
        raise ValueError(f"Only {len(known)} utterances have both values; two are needed.")
    return _student(known, level, n_dropped=len(differences) - len(known))


def _student(differences: Array, level: float, *, n_dropped: int) -> PairedDifference:
    count = len(differences)
    mean = float(differences.mean())
    error = float(differences.std(ddof=1)) / math.sqrt(count)
    half = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    p = 2 * float(stats.t.sf(abs(mean) / error, count - 1)) if error > 0 else math.nan
    return PairedDifference(mean, mean - half, mean + half, error, p, level, count, n_dropped)


@dataclass(frozen=True)
class Equivalence:
    """Whether a difference lies within +- margin, by two one-sided t tests.

    p: the larger of the two; NaN where all differences are equal.
    low, high: the interval of level 1 - 2 alpha; equivalence is shown where it lies within the
        margin. smallest_margin: the margin above which it would.
    """

    margin: float
    p: float
    low: float
    high: float
    smallest_margin: float
    alpha: float

    @property
    def is_shown(self) -> bool:
        """Whether equivalence is shown; where it is not, the systems may still be alike."""
        return self.smallest_margin < self.margin


def show_equivalence(
    difference: PairedDifference, margin: float, *, alpha: float = ALPHA
) -> Equivalence:
    """Whether two systems differ by less than a margin that was fixed before measuring.

    A test that finds no difference shows nothing of the kind.

    Args:
        margin: positive, in the unit of the values.
    Raises:
        ValueError: for a margin that is not positive, or an alpha not between 0 and 0.5.
    Source: Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15(6).
    """
    if not margin > 0:
        raise ValueError(f"The margin of equivalence must be positive; it is {margin}.")
    if not 0 < alpha < 0.5:
        raise ValueError(f"The level of each one-sided test lies in 0 to 0.5, not at {alpha}.")
    error, df = difference.standard_error, difference.degrees_of_freedom
    half = float(stats.t.ppf(1 - alpha, df)) * error
    low, high = difference.mean - half, difference.mean + half
    nearer = (margin - abs(difference.mean)) / error if error > 0 else math.nan
    return Equivalence(
        margin=margin,
        p=float(stats.t.sf(nearer, df)),
        low=low,
        high=high,
        smallest_margin=max(-low, high),
        alpha=alpha,
    )

"""Confidence intervals and their definitions in words.

Published intervals differ (z or t, over votes or over listeners), so a definition is printed
beside every interval.
"""

import math
from dataclasses import dataclass

from mushra.stats.distributions import student_quantile

CROSSED_MEAN_DEFINITION = (
    "Student-t interval of the mean; listeners and items are both random (two-way crossed model), "
    "degrees of freedom by Satterthwaite; not cut at the ends of the scale"
)
LISTENER_MEAN_DEFINITION = (
    "Student-t interval over the listeners' means; it holds for these sentences only"
)
RELATIVE_DEFINITION = (
    "100 × mean of the system / mean of the reference over the same ratings; Student-t interval of "
    "the linearized ratio (delta method), listeners and items both random"
)

BCA_DEFINITION = (
    "Bias-corrected accelerated (BCa) bootstrap interval over the listeners' means; it holds for "
    "these sentences only"
)
TWO_WAY_BOOTSTRAP_DEFINITION = (
    "Percentile interval of the two-way (pigeonhole) bootstrap: listeners and items are both drawn "
    "anew"
)
HODGES_LEHMANN_DEFINITION = (
    "Distribution-free interval of the pseudomedian of the listeners' differences, from the exact "
    "signed-rank distribution; it holds for these sentences only"
)
SUPERIORITY_DEFINITION = (
    "Wilson's interval for as many independent trials as would tell as much as these; listeners "
    "and items both random"
)


@dataclass(frozen=True)
class Interval:
    """A confidence interval in the unit of its estimate."""

    low: float
    high: float
    level: float

    def contains(self, value: float, *, tolerance: float = 1e-9) -> bool:
        """Whether the value lies inside, both ends included."""
        return self.low - tolerance <= value <= self.high + tolerance


def student_interval(mean: float, *, se: float, df: float, level: float = 0.95) -> Interval:
    """Student-t interval of a mean, in its unit; not cut at the ends of the scale.

    Args:
        mean, se: estimate and standard error; with se 0 the interval is the mean itself.
        df: degrees of freedom, not necessarily whole.
        level: coverage, strictly between 0 and 1.
    Raises: ValueError for a level outside (0, 1) or a negative se.
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies strictly between 0 and 1, not at {level}.")
    if se < 0 or math.isnan(se):
        raise ValueError(f"A standard error is never negative; it was {se}.")
    if se == 0:
        return Interval(mean, mean, level)
    half = student_quantile((1 + level) / 2, df) * se
    return Interval(mean - half, mean + half, level)

"""Two one-sided tests: is a difference so small that it does not matter?

A test that finds no difference has not shown that there is none. Equivalence is shown when the
90 % interval of the difference lies within a margin that was fixed beforehand.
"""

import math
from dataclasses import dataclass

from mushra.stats.distributions import student_tail
from mushra.stats.intervals import Interval, student_interval

DEFAULT_MARGIN = 5.0  # points; a quarter of one of the five categories of the scale
ALPHA = 0.05


@dataclass(frozen=True)
class Equivalence:
    """Whether a difference lies within +- margin, in points.

    p is the larger of the two one-sided tests', NaN when all differences are equal: there is then
    nothing to test against. interval90 is the interval with level 1 - 2 alpha.
    smallest_margin is the margin above which the test would pass.
    """

    margin: float
    p: float
    interval90: Interval
    smallest_margin: float
    alpha: float

    @property
    def is_shown(self) -> bool:
        """Whether equivalence is shown: false, never "different", when it is not."""
        return self.p < self.alpha


def tost(
    mean: float, se: float, df: float, margin: float = DEFAULT_MARGIN, *, alpha: float = ALPHA
) -> Equivalence:
    """The two one-sided tests that a mean difference lies within +- margin.

    With the standard error and degrees of freedom of the crossed test it speaks for new listeners
    and new items.

    Args:
        mean, se, df: of the difference, as a `CrossedTest` or any Student-t estimate has them.
        margin: points, positive; to be fixed before the ratings are seen.
        alpha: level of each test, strictly between 0 and 0.5.
    Raises: ValueError for a margin that is not positive, an alpha out of range, a negative se.
    Source: Schuirmann 1987; golden values in tests/data/golden/mixed.json (R t.test, one-sided).
    """
    if not margin > 0:
        raise ValueError(f"The margin of equivalence must be positive; it is {margin}.")
    if not 0 < alpha < 0.5:
        raise ValueError(
            f"The level of an equivalence test lies between 0 and 0.5, not at {alpha}."
        )
    interval = student_interval(mean, se=se, df=df, level=1 - 2 * alpha)
    return Equivalence(
        margin=margin,
        p=student_tail((margin - abs(mean)) / se, df) if se > 0 else math.nan,
        interval90=interval,
        smallest_margin=max(-interval.low, interval.high),
        alpha=alpha,
    )

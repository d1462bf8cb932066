"""What the ratings of one system look like: quartiles, mean, spread, relative score."""

from dataclasses import dataclass

import numpy as np

from mushra.stats.crossed import crossed_mean
from mushra.stats.errors import TooFewRatings
from mushra.stats.intervals import Interval, student_interval
from mushra.stats.table import Floats

WHISKER_LENGTH = 1.5  # in interquartile ranges; BS.1534-3 4.1.2


@dataclass(frozen=True)
class Description:
    """Descriptives of one sample of scores, points.

    q1 and q3 are Tukey's hinges; sd has the divisor n - 1 and is NaN for one score; the whiskers
    are the outermost scores within 1.5 interquartile ranges of the hinges.
    """

    n: int
    median: float
    q1: float
    q3: float
    mean: float
    sd: float
    minimum: float
    maximum: float
    whisker_low: float
    whisker_high: float
    n_outliers: int

    @property
    def iqr(self) -> float:
        return self.q3 - self.q1


@dataclass(frozen=True)
class RelativeScore:
    """Relative MUSHRA: 100 x mean of a system / mean of the reference, with its interval."""

    percent: float
    interval: Interval


def tukey_hinges(values: Floats) -> tuple[float, float, float]:
    """Lower hinge, median, upper hinge: medians of the halves, the median in both if n is odd.

    Equals R `fivenum`; no quantile method of numpy does.

    Raises: TooFewRatings for an empty sample.
    Source: Tukey 1977; BS.1534-3 4.1.2; golden values in tests/data/golden/describe.json.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if ordered.size == 0:
        raise TooFewRatings("There are no ratings to describe.")
    half = (ordered.size + 1) // 2
    lower, upper = ordered[:half], ordered[-half:]
    return float(np.median(lower)), float(np.median(ordered)), float(np.median(upper))


def describe(values: Floats) -> Description:
    """Descriptives of a sample of scores.

    Args:
        values: (n,) float, points, no NaN.
    Raises: TooFewRatings for an empty sample.
    """
    scores = np.asarray(values, dtype=np.float64)
    q1, median, q3 = tukey_hinges(scores)
    reach = WHISKER_LENGTH * (q3 - q1)
    near = scores[(scores >= q1 - reach) & (scores <= q3 + reach)]
    return Description(
        n=int(scores.size),
        median=median,
        q1=q1,
        q3=q3,
        mean=float(scores.mean()),
        sd=float(scores.std(ddof=1)) if scores.size > 1 else float("nan"),
        minimum=float(scores.min()),
        maximum=float(scores.max()),
        whisker_low=float(near.min()),
        whisker_high=float(near.max()),
        n_outliers=int(scores.size - near.size),
    )


def relative_score(system: Floats, reference: Floats, *, level: float = 0.95) -> RelativeScore:
    """Relative MUSHRA of a system, in percent of the reference, with a delta-method interval.

    The ratio r is linearized: r varies as the mean of `system - r * reference` divided by the
    reference's mean, and that mean gets the crossed standard error and degrees of freedom.

    Args:
        system, reference: (L, I) float, points, the same listeners and items, no NaN.
        level: coverage, strictly between 0 and 1.
    Raises: ValueError when the shapes differ or the reference's mean is 0; TooFewRatings below
        2 listeners x 2 items.
    """
    if system.shape != reference.shape:
        raise ValueError(
            f"System and reference need the same ratings, not {system.shape} and {reference.shape}."
        )
    base = float(reference.mean())
    if base == 0:
        raise ValueError("The reference's mean is 0, so no score can be relative to it.")
    ratio = float(system.mean()) / base
    spread = crossed_mean(system - ratio * reference)
    interval = student_interval(100 * ratio, se=100 * spread.se / base, df=spread.df, level=level)
    return RelativeScore(percent=100 * ratio, interval=interval)

"""The Shapiro-Wilk test of normality."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from mushra.stats.arrays import Floats
from mushra.stats.distributions import normal_tail
from mushra.stats.errors import TooFewRatings

MIN_VALUES = 3
# Royston 1995, AS R94: corrections of the two outer weights in powers of 1 / sqrt(n), and the mean
# and standard deviation of the transformed statistic, each from the highest power down.
OUTER = (-2.706056, 4.434685, -2.071190, -0.147981, 0.221157, 0.0)
SECOND = (-3.582633, 5.682633, -1.752461, -0.293762, 0.042981, 0.0)
FEW_MEAN: tuple[float, ...] = (-0.0006714, 0.025054, -0.39978, 0.5440)
FEW_LOG_SD: tuple[float, ...] = (-0.0020322, 0.062767, -0.77857, 1.3822)
FEW_BOUND = (0.459, -2.273)
MANY_MEAN: tuple[float, ...] = (0.0038915, -0.083751, -0.31082, -1.5861)
MANY_LOG_SD: tuple[float, ...] = (0.0030302, -0.082676, -0.4803)
MOST_FEW = 11
TWO_OUTER_FROM = 6


@dataclass(frozen=True)
class ShapiroWilk:
    """W, 1 for a sample as straight as a normal one can be, and its p."""

    w: float
    p: float


def shapiro_wilk(values: Floats) -> ShapiroWilk:
    """The test that values come from a normal distribution; meant for 3 to 5000 of them.

    Args:
        values: (n,) float, not all equal.
    Raises: TooFewRatings below three values.
    Source: Royston 1995, algorithm AS R94; equals R `shapiro.test` and `scipy.stats.shapiro`.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = ordered.size
    if n < MIN_VALUES:
        raise TooFewRatings(f"A test of normality needs {MIN_VALUES} values; there are {n}.")
    deviations = ordered - ordered.mean()
    w = float((_weights(n) @ deviations) ** 2 / (deviations @ deviations))
    w = min(w, 1.0)
    return ShapiroWilk(w, _p(w, n))


def _weights(n: int) -> Floats:
    if n == MIN_VALUES:
        return np.array([-math.sqrt(0.5), 0.0, math.sqrt(0.5)])
    scores = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    squares, step = float(scores @ scores), 1 / math.sqrt(n)
    outer = [
        float(np.polyval(powers, step)) + scores[-1 - place] / math.sqrt(squares)
        for place, powers in enumerate((OUTER, SECOND)[: 2 if n >= TWO_OUTER_FROM else 1])
    ]
    of_outer = sum(scores[-1 - place] ** 2 for place in range(len(outer)))
    scale = (squares - 2 * of_outer) / (1 - 2 * sum(weight**2 for weight in outer))
    weights = scores / math.sqrt(scale)
    for place, weight in enumerate(outer):
        weights[-1 - place], weights[place] = weight, -weight
    return np.asarray(weights, dtype=np.float64)


def _p(w: float, n: int) -> float:
    if n == MIN_VALUES:
        return max(0.0, 6 / math.pi * (math.asin(math.sqrt(w)) - math.asin(math.sqrt(0.75))))
    if w >= 1:
        return 1.0
    log = math.log1p(-w)
    if n <= MOST_FEW:
        bound = float(np.polyval(FEW_BOUND, n))
        if log >= bound:
            return 0.0
        reached, at, mean, log_sd = -math.log(bound - log), float(n), FEW_MEAN, FEW_LOG_SD
    else:
        reached, at, mean, log_sd = log, math.log(n), MANY_MEAN, MANY_LOG_SD
    return normal_tail((reached - float(np.polyval(mean, at))) / math.exp(np.polyval(log_sd, at)))

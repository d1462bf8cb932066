"""Looking early: intervals that hold at every listener at once, however often one looks.

An ordinary 95 % interval holds at one number of listeners that was fixed beforehand. A 95 %
confidence sequence holds at all of them together: the chance that it *ever* misses the true mean
is at most 5 %, so a test may be watched and stopped at any time.

It speaks for new listeners and *these sentences*: each listener gives one number, the mean
difference of two systems over the items, in -100 to 100. It needs listeners who come as a random
sample and are assigned to items at random, and screening that was fixed beforehand and judges a
listener by that listener's own ratings; several pairs share alpha. Nothing is assumed of the
shape of the distribution, only its bounds, and that makes it wide.
"""

import math
from dataclasses import dataclass

import numpy as np

from mushra.stats.intervals import Interval
from mushra.stats.table import MAX_SCORE, Floats, Mask

LARGEST_DIFFERENCE = MAX_SCORE  # a difference of two scores 0-100
# Bets stay below this share of what would risk everything on one listener: Waudby-Smith & Ramdas
# 2024 advise a constant below 1.
BET_LIMIT = 0.9
# The bets' starting guess of the sd of listeners' mean differences, points, worth one listener.
# It decides how soon the sequence narrows, never whether it holds.
GUESSED_SD = 10.0
# Candidate means, points: the ends of the interval are given to this step, rounded outwards.
GRID_STEP = 0.1

SEQUENCE_DEFINITION = (
    "95 % confidence sequence of the mean difference over listeners, valid at every number of "
    "listeners at once; these sentences only (betting, Waudby-Smith & Ramdas 2024)"
)


@dataclass(frozen=True)
class ConfidenceSequence:
    """Intervals after 1, 2, ... listeners, each inside the one before.

    Args:
        low, high: (n,) float, points.
        alpha: the chance that any of them misses the true mean is at most this.
    """

    low: Floats
    high: Floats
    alpha: float

    @property
    def now(self) -> Interval:
        """The interval after the last listener; the whole range before the first."""
        if self.low.size == 0:
            return Interval(-LARGEST_DIFFERENCE, LARGEST_DIFFERENCE, 1 - self.alpha)
        return Interval(float(self.low[-1]), float(self.high[-1]), 1 - self.alpha)

    @property
    def excludes_zero_from(self) -> int | None:
        """After how many listeners zero was first excluded; None if it never was."""
        outside = np.flatnonzero((self.low > 0) | (self.high < 0))
        return int(outside[0]) + 1 if outside.size else None

    def lies_within(self, margin: float) -> bool:
        """Whether the latest interval lies inside -margin to margin: equivalent so far."""
        return -margin < self.now.low and self.now.high < margin


def confidence_sequence(
    differences: Floats, *, alpha: float = 0.05, n_pairs: int = 1
) -> ConfidenceSequence:
    """The betting confidence sequence of a mean difference, listener after listener.

    For every candidate mean two gamblers bet on each next listener, one that the truth is higher
    and one that it is lower, at stakes set from earlier listeners alone. Where the candidate is
    the truth, the chance that half the sum of their fortunes ever exceeds 1 / alpha is at most
    alpha (Ville's inequality); candidates against which it does are out for good.

    Args:
        differences: (n,) float, one mean difference per listener in the order of finishing,
            -100 to 100, no NaN.
        alpha: the family's chance of ever missing; each of n_pairs sequences gets alpha / n_pairs.
    Raises: ValueError for a difference outside the bounds, NaN, or an alpha outside (0, 1).
    Source: Waudby-Smith & Ramdas 2024, J. R. Stat. Soc. B 86(1), theorem 3 (hedged capital) with
        predictable plug-in stakes, there for means in 0-1; here the mean of the two fortunes
        instead of the larger half, and a guessed sd to start from.
    """
    values = _checked(differences, alpha, n_pairs)
    if values.size == 0:
        return ConfidenceSequence(np.empty(0), np.empty(0), alpha / n_pairs)
    share = alpha / n_pairs
    width = 2 * LARGEST_DIFFERENCE
    shares = (values + LARGEST_DIFFERENCE) / width
    n_steps = round(width / GRID_STEP)
    candidates = np.arange(1, n_steps) / n_steps
    log_fortune = _log_fortunes(shares, candidates, _stakes(shares, share))
    out = np.maximum.accumulate(log_fortune, axis=0) >= math.log(1 / share)
    low, high = _ends(out, n_steps)
    return ConfidenceSequence(
        low=low * width - LARGEST_DIFFERENCE,
        high=high * width - LARGEST_DIFFERENCE,
        alpha=share,
    )


def anytime_p(differences: Floats, *, mean: float = 0.0, alpha: float = 0.05) -> float:
    """A p-value of the true mean difference that holds however often one looks.

    One over the largest fortune so far of the gamblers of `confidence_sequence` against `mean`:
    at most `alpha` exactly where the sequence leaves `mean` out.

    Args:
        differences: as there.
        mean: the hypothesis, points, strictly between -100 and 100.
        alpha: only tunes the stakes; the p-value holds at every level.
    Source: Ville's inequality; Waudby-Smith & Ramdas 2024.
    """
    values = _checked(differences, alpha, 1)
    if values.size == 0:
        return 1.0
    width = 2 * LARGEST_DIFFERENCE
    shares = (values + LARGEST_DIFFERENCE) / width
    candidate = np.array([(mean + LARGEST_DIFFERENCE) / width])
    largest = float(_log_fortunes(shares, candidate, _stakes(shares, alpha)).max())
    return min(1.0, math.exp(-largest))


def _checked(differences: Floats, alpha: float, n_pairs: int) -> Floats:
    values = np.asarray(differences, dtype=np.float64)
    if not 0 < alpha < 1 or n_pairs < 1:
        raise ValueError(
            f"Alpha lies between 0 and 1 and is split over at least one pair, not {alpha} "
            f"over {n_pairs}."
        )
    if not (np.abs(values) <= LARGEST_DIFFERENCE).all():  # NaN is caught too
        raise ValueError("Mean differences of scores lie between -100 and 100, none missing.")
    return values


def _stakes(shares: Floats, alpha: float) -> Floats:
    """(n,) stakes before cutting: each from the listeners before it."""
    n = np.arange(1, shares.size + 1)
    means = (0.5 + np.cumsum(shares)) / (n + 1)
    guess = (GUESSED_SD / (2 * LARGEST_DIFFERENCE)) ** 2
    variances = (guess + np.cumsum((shares - means) ** 2)) / (n + 1)
    before = np.concatenate([[guess], variances[:-1]])
    return np.sqrt(2 * math.log(2 / alpha) / (before * n * np.log(n + 1)))


def _log_fortunes(shares: Floats, candidates: Floats, stakes: Floats) -> Floats:
    """(n, candidates) log of the mean of both gamblers' fortunes."""
    gaps = shares[:, None] - candidates
    up = np.minimum(stakes[:, None], BET_LIMIT / candidates)
    down = np.minimum(stakes[:, None], BET_LIMIT / (1 - candidates))
    higher = np.cumsum(np.log1p(up * gaps), axis=0)
    lower = np.cumsum(np.log1p(-down * gaps), axis=0)
    return np.logaddexp(higher, lower) - math.log(2)


def _ends(out: Mask, n_steps: int) -> tuple[Floats, Floats]:
    """Ends, as shares of the range, of the hull of the candidates that are left.

    One grid step is added on either side, so that no mean between two candidates is lost. Where
    nothing is left, which happens in at most a share alpha of tests, the last interval stays.
    """
    left = ~out
    any_left = left.any(axis=1)
    first = np.argmax(left, axis=1)
    last = left.shape[1] - 1 - np.argmax(left[:, ::-1], axis=1)
    low = np.where(any_left, first, -1) / n_steps
    high = np.where(any_left, last + 2, n_steps + 1) / n_steps
    return np.maximum.accumulate(low), np.minimum.accumulate(high)

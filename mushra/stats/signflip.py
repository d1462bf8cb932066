"""The sign-flip permutation test of paired differences: exact, and about the mean itself."""

from dataclasses import dataclass

import numpy as np

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.signed_sums import MAX_STEPS, Whole, saddlepoint_tail, two_sided_tail
from mushra.stats.table import Floats

# Up to this many differences all sums are formed from two halves: 2 x 2^10, done at once.
ALWAYS_HALVED = 20
# Up to this many where the differences lie on no lattice: 2 x 2^18 sums, about 0.05 s.
MOST_HALVED = 36
# Up to this many the differences are put on the finest lattice that can be counted in time; its
# steps grow with the square of their number, and beyond this the saddlepoint formula is closer.
MOST_COARSENED = 1000
# Sums closer than this (points) tie: the differences are rounded to 1e-9 first.
TIE = 1e-6
# Averages over up to this many items are recognized as fractions with a common denominator.
MAX_DENOMINATOR = 1000
PROBED = 8


@dataclass(frozen=True)
class SignFlip:
    """The sign-flip test that differences are symmetric about zero.

    is_exact is False where the sums were too many to count and p is approximated.
    """

    mean: float
    p: float
    n: int
    is_exact: bool


def sign_flip(differences: Floats, *, max_steps: int = MAX_STEPS) -> SignFlip:
    """Exact two-sided sign-flip test on the mean difference; ties of sums count as extreme.

    All 2^n sign patterns are counted: by sums of two halves for few differences, by the
    distribution of whole-number sums where the differences are averages of whole scores. Only
    when both would take too long (many listeners x many items, see `max_steps`) are the
    differences rounded to a lattice that can be counted, with a relative error of p below 1 %
    (tested); beyond 1000 listeners p is a saddlepoint approximation.

    Args:
        differences: (n,) float, one per listener, points, no NaN.
        max_steps: additions the exact count may take.
    Raises: TooFewRatings for an empty sample; ValueError for NaN.
    Source: Fisher 1935, Pitman 1937; golden values in tests/data/golden/menu.json (R
        exactRankTests `perm.test(x, paired = TRUE, exact = TRUE)` and, for fractions, all
        patterns enumerated in R).
    """
    values = rounded(differences)
    if values.size == 0:
        raise TooFewRatings("A sign-flip test needs at least one difference.")
    if np.isnan(values).any():
        raise ValueError("A sign-flip test takes no missing differences; leave the listener out.")
    p, is_exact = _probability(values[values != 0], max_steps)
    return SignFlip(mean=float(values.mean()), p=p, n=int(values.size), is_exact=is_exact)


def _probability(used: Floats, max_steps: int) -> tuple[float, bool]:
    if used.size <= ALWAYS_HALVED:
        return _from_halves(used), True
    whole = _whole_multiples(used)
    if whole is not None:
        tail = two_sided_tail(np.abs(whole), int(whole[whole > 0].sum()), max_steps=max_steps)
        if tail.is_exact or used.size > MOST_HALVED:
            return tail.p, tail.is_exact
    if used.size <= MOST_HALVED:
        return _from_halves(used), True
    if used.size <= MOST_COARSENED:
        return _on_a_lattice(used, max_steps), False
    return saddlepoint_tail(used, abs(float(used.sum()))), False


def _on_a_lattice(used: Floats, max_steps: int) -> float:
    """The count for differences rounded to the finest lattice that `max_steps` allows."""
    sizes = np.abs(used)
    span = used.size * float(sizes.sum()) / (2 * max(max_steps, 1))
    whole = np.rint(sizes / span).astype(np.int64)
    return two_sided_tail(whole, int(whole[used > 0].sum()), max_steps=2 * max_steps).p


def _from_halves(used: Floats) -> float:
    """Counts the patterns whose sum reaches the observed one, from the sums of two halves."""
    observed = abs(float(used.sum()))
    if observed <= TIE:
        return 1.0
    middle = used.size // 2
    first, second = _all_sums(used[:middle]), np.sort(_all_sums(used[middle:]))
    below = np.searchsorted(second, observed - TIE - first, side="left")
    reached = first.size * second.size - int(below.sum())
    return float(min(1.0, 2 * reached / 2**used.size))


def _all_sums(values: Floats) -> Floats:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _whole_multiples(used: Floats) -> Whole | None:
    """The differences in units of their common fraction (1/n_items of a point), or None."""
    candidates = np.arange(1, MAX_DENOMINATOR + 1)
    for value in used[:PROBED].tolist():  # few values leave few candidates for all of them
        candidates = candidates[np.abs(value * candidates - np.rint(value * candidates)) < TIE]
    for denominator in candidates.tolist():
        multiples = used * denominator
        whole = np.rint(multiples)
        if np.abs(multiples - whole).max() < TIE:
            return whole.astype(np.int64)
    return None

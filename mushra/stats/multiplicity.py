"""Corrections for making several comparisons at once.

Each takes the p-values of one family and returns adjusted ones in the same order, to be compared
with the level itself. NaN (a test that could not be computed) stays NaN and does not count in the
family. Golden values: R `p.adjust`.
"""

from collections.abc import Sequence

import numpy as np

from mushra.stats.table import Floats


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjusted p-values: the chance of any false claim stays below the level.

    Holds whatever the dependence between the tests.

    Raises: ValueError for a p-value outside 0-1.
    Source: Holm 1979; equals R `p.adjust(method = "holm")`.
    """
    p = _checked(p_values)
    order = _ascending(p)
    steps = p[order] * np.arange(order.size, 0, -1)
    return _restored(p, order, np.maximum.accumulate(steps))


def hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Hochberg's step-up adjusted p-values, never larger than Holm's.

    Needs tests that are independent or positively dependent; BS.1534-3 Attachment 4 names it.

    Raises: ValueError for a p-value outside 0-1.
    Source: Hochberg 1988; equals R `p.adjust(method = "hochberg")`.
    """
    p = _checked(p_values)
    order = _ascending(p)
    steps = p[order] * np.arange(order.size, 0, -1)
    return _restored(p, order, _lowest_from_here(steps))


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Benjamini-Hochberg adjusted p-values: the expected *share* of false claims stays below.

    A weaker promise than Holm's: some of many claims are expected to be false.

    Raises: ValueError for a p-value outside 0-1.
    Source: Benjamini & Hochberg 1995; equals R `p.adjust(method = "BH")`.
    """
    p = _checked(p_values)
    order = _ascending(p)
    steps = p[order] * order.size / np.arange(1, order.size + 1)
    return _restored(p, order, _lowest_from_here(steps))


def _checked(p_values: Sequence[float]) -> Floats:
    p = np.asarray(p_values, dtype=np.float64)
    tested = p[~np.isnan(p)]
    if ((tested < 0) | (tested > 1)).any():
        raise ValueError(f"A p-value lies between 0 and 1; got {list(p_values)}.")
    return p


def _ascending(p: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    tested = np.flatnonzero(~np.isnan(p))
    return tested[np.argsort(p[tested], kind="stable")]


def _lowest_from_here(steps: Floats) -> Floats:
    lowest: Floats = np.minimum.accumulate(steps[::-1])[::-1]
    return lowest


def _restored(
    p: Floats, order: np.ndarray[tuple[int], np.dtype[np.intp]], adjusted: Floats
) -> tuple[float, ...]:
    values = p.copy()
    values[order] = np.minimum(adjusted, 1.0)
    return tuple(float(value) for value in values)

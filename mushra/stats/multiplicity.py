"""Corrections for making several comparisons at once."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjusted p-values, in the order given.

    NaN (a test that could not be computed) stays NaN and does not count in the family.

    Raises: ValueError for a p-value outside 0-1.
    Source: Holm 1979; equals R `p.adjust(method = "holm")`.
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(p))
    if ((p[tested] < 0) | (p[tested] > 1)).any():
        raise ValueError(f"A p-value lies between 0 and 1; got {list(p_values)}.")
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(order.size, 0, -1)
    adjusted = p.copy()
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return tuple(float(value) for value in adjusted)

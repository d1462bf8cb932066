"""Phonemes as spans of frames: the means and slopes that features are, as sums over frames.

Axes: P phonemes, T frames of 10 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from .tracks import HOP_S

MIN_SLOPE_FRAMES = 3  # shorter phonemes borrow a frame on each side for their slope

Array = NDArray[np.float64]
Durations = NDArray[np.intp]


def check_durations(durations: NDArray[np.integer], *, n_frames: int) -> Durations:
    """The durations (P,), if they are whole frames, at least one each, ``n_frames`` together.

    Raises:
        ValueError: if they are not.
    """
    found = np.asarray(durations)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.integer):
        raise ValueError(
            f"Expected durations (P,) in whole frames, got {found.dtype} of shape {found.shape}."
        )
    if len(found) == 0 or (found < 1).any() or found.sum() != n_frames:
        least = found.min() if len(found) else 0
        raise ValueError(
            f"The durations of {len(found)} phonemes sum to {found.sum()} frames, the shortest "
            f"has {least}; the recording has {n_frames} and each phoneme needs one or more. "
            "Align the recording again."
        )
    return found.astype(np.intp)


def mean_weights(durations: Durations) -> csr_array:
    """Rows (P, T) that take the mean of each phoneme's frames."""
    stops = np.cumsum(durations)
    values = np.repeat(1.0 / durations, durations)
    columns = np.arange(stops[-1])
    return csr_array((values, columns, np.concatenate([[0], stops])), (len(durations), stops[-1]))


def slope_weights(durations: Durations) -> csr_array:
    """Rows (P, T) that take the slope per second of the least-squares line of each phoneme.

    A phoneme of fewer than ``MIN_SLOPE_FRAMES`` frames lends its line the frame on either side,
    where there is one; a line through a single frame is level.
    """
    stops = np.cumsum(durations)
    borrowed = (durations < MIN_SLOPE_FRAMES).astype(np.intp)
    first = np.maximum(stops - durations - borrowed, 0)
    last = np.minimum(stops + borrowed, stops[-1])
    lengths = last - first
    rows = np.concatenate([[0], np.cumsum(lengths)])
    inside = np.arange(rows[-1]) - np.repeat(rows[:-1], lengths)
    times_s = (inside - np.repeat((lengths - 1) / 2, lengths)) * HOP_S
    # The sum of squares of n times a hop apart around their mean is hop^2 n (n^2 - 1) / 12.
    spread = HOP_S**2 * lengths * (lengths.astype(np.float64) ** 2 - 1) / 12
    values = times_s / np.repeat(np.where(spread > 0, spread, 1.0), lengths)
    columns = inside + np.repeat(first, lengths)
    return csr_array((values, columns, rows), (len(durations), stops[-1]))

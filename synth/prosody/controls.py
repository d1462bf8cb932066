"""Frame-level controls rebuilt from phoneme features: what an acoustic network is told per frame.

Axes: P phonemes, T frames of 10 ms.
The lines rebuilt have the very features they were rebuilt from, and are the smoothest that do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, diags_array, eye_array, vstack
from scipy.sparse.linalg import spsolve

from .contours import Contours
from .features import Prosody
from .segments import Array, Durations, mean_weights, slope_weights
from .tracks import HOP_S

STEP = 0.1  # weight of first differences beside second ones: less overshoot between features
SLACK = 1e-9  # how far features may be missed where they contradict, in units of bending


def rebuild(prosody: Prosody) -> Contours:
    """Contours (T,) with the prosody's features, T the sum of its durations.

    The pitch and energy lines are continuous; voiced frames lie towards the more voiced
    neighbor (``voice_frames``).
    """
    durations = prosody.durations
    return Contours(
        log_f0=pitch_line(prosody.log_f0, prosody.slope, durations),
        voiced=voice_frames(prosody.voicing, durations),
        energy=energy_line(prosody.energy, durations),
    )


def pitch_line(log_f0: Array, slope: Array, durations: Durations) -> Array:
    """The smoothest log F0 (T,) whose phonemes have these means (P,) and slopes (P,)."""
    wanted = vstack([mean_weights(durations), HOP_S * slope_weights(durations)])
    return _smoothest(wanted, np.concatenate([log_f0, HOP_S * slope]))


def energy_line(energy: Array, durations: Durations) -> Array:
    """The smoothest energy (T,) whose phonemes have these means (P,)."""
    return _smoothest(mean_weights(durations), energy)


def _smoothest(wanted: csr_array, values: Array) -> Array:
    """The line (T,) with ``wanted @ line = values`` that bends least, by its optimality system.

    Values that contradict each other, as those of very short phonemes can when they are
    predicted, are met as nearly as possible.
    """
    identity = eye_array(wanted.shape[1], format="csr")
    steps = identity[1:] - identity[:-1]
    bends = steps[1:] - steps[:-1]
    lengths = np.sqrt(wanted.multiply(wanted).sum(axis=1))
    known = lengths > 0  # a phoneme that is the whole signal's only frame has no slope
    rows = (diags_array(1.0 / lengths[known]) @ wanted[known]).tocsr()
    slack = diags_array(np.full(rows.shape[0], -SLACK))
    system = block_array([[bends.T @ bends + STEP * (steps.T @ steps), rows.T], [rows, slack]])
    right = np.concatenate([np.zeros(wanted.shape[1]), values[known] / lengths[known]])
    return spsolve(system.tocsc(), right)[: wanted.shape[1]]


def voice_frames(voicing: Array, durations: Durations) -> NDArray[np.bool_]:
    """Which frames (T,) are voiced where each phoneme has a voiced share (P,).

    A phoneme's voiced frames, as many as its share rounds to, lie at the side of its more voiced
    neighbor; in the middle where it is more voiced than both, else half at either end where both
    are alike. Before the first phoneme and after the last nothing is voiced.
    """
    counts = np.rint(voicing * durations).astype(np.intp)
    around = np.concatenate([[0.0], voicing, [0.0]])
    before, after = around[:-2], around[2:]
    peak = (voicing > before) & (voicing > after)
    leading = np.select([peak, before > after, before < after], [0, counts, 0], -(-counts // 2))
    start = np.where(peak, (durations - counts) // 2, 0)
    trailing = np.where(peak, 0, counts - leading)
    leading = np.where(peak, counts, leading)
    which = np.repeat(np.arange(len(durations)), durations)
    inside = np.arange(len(which)) - np.repeat(np.cumsum(durations) - durations, durations)
    from_start = inside - start[which]
    leads = (from_start >= 0) & (from_start < leading[which])
    return np.asarray(leads | (inside >= (durations - trailing)[which]))

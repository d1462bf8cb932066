"""Phone-like segments of a recording of which no text is known, cut where its spectrum changes.

Axes: N samples, T frames of 10 ms, S segments, M mel bands. They stand in for phonemes where
only a voice's statistics are wanted: how far they may is measured in docs/prosody.md.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import find_peaks

from synth.audio.mel import FloatArray, log_mel

from .contours import energy_on_frames
from .segments import Durations

SHORTEST = 3  # frames of a segment
PAUSE_ENERGY = -3.5  # nepers, 30 dB below the speech
PAUSE = 12  # frames; a stop is shorter
# Root mean square over bands, nepers; such that segments are on average as long as the phones
# of festvox-ru's labels.
CHANGE = 0.15


def quasi_phones(samples: FloatArray) -> tuple[Durations, NDArray[np.bool_]]:
    """Durations (S,) in frames of 10 ms, together 1 + N // 160, and which are pauses (S,).

    Raises:
        SynthError: "no_sound" for digital silence.
        ValueError: for less than 20 ms.
    """
    quiet = _long_runs(energy_on_frames(samples) < PAUSE_ENERGY)
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8))) + 1
    peaks = spectral_changes(log_mel(samples))
    inside = [p for p in peaks if not quiet[p] and _far(p, edges, len(quiet))]
    bounds = np.unique(np.concatenate([[0], edges, inside, [len(quiet)]])).astype(np.intp)
    return np.diff(bounds), quiet[bounds[:-1]]


def spectral_changes(mels: NDArray[np.floating]) -> NDArray[np.intp]:
    """Frames at which the log-mel (T, M) changes most, three frames apart or more."""
    smooth = uniform_filter1d(np.asarray(mels, dtype=np.float64), 3, axis=0)
    change = np.zeros(len(smooth))
    if len(smooth) > 4:
        change[2:-2] = np.sqrt(np.mean((smooth[4:] - smooth[:-4]) ** 2, axis=1))
    return find_peaks(change, distance=SHORTEST, prominence=CHANGE)[0]


def _far(place: int, edges: NDArray[np.intp], count: int) -> bool:
    near = np.abs(edges - place).min() if len(edges) else count
    return bool(min(near, place, count - place) >= SHORTEST)


def _long_runs(wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The frames (T,) of runs of at least ``PAUSE`` frames."""
    kept = np.zeros_like(wanted)
    bounds = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(np.int8), [0]])))
    for start, stop in pairwise(bounds):
        if wanted[start] and stop - start >= PAUSE:
            kept[start:stop] = True
    return kept

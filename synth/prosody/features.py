"""Prosodic features of every phoneme, measured on a recording whose phonemes have known times.

Axes: P phonemes, T frames of 10 ms, F features in the order of ``FEATURES``.
Theory and figures: docs/prosody.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import FloatArray
from synth.audio.pitch import SWIFT_F0

from .contours import Contours, contours_of
from .segments import Array, Durations, check_durations, mean_weights, slope_weights
from .tracks import HOP_S

FEATURES = ("log_f0", "slope", "voicing", "energy", "log_duration")
FEATURE_TRACKER = SWIFT_F0  # judged with another one: see metrics.py


@dataclass(frozen=True, eq=False)
class Prosody:
    """How every phoneme of an utterance was said, all (P,).

    log_f0: mean of ln F0 in Hz over all frames of the phoneme. Unvoiced frames count with the
        straight line between the voiced around them, so it is finite everywhere.
    slope: of the least-squares line through the same frames, ln Hz per second (0.693 is an
        octave per second). Under three frames, the frame on each side is taken in too.
    voicing: share of frames that are voiced, 0 to 1.
    energy: mean over frames of ln RMS over the recording's active speech level, in nepers
        (8.69 dB): no gain changes it.
    log_duration: ln seconds.
    is_pause: which of them are silence between words, not speech.
    """

    log_f0: Array
    slope: Array
    voicing: Array
    energy: Array
    log_duration: Array
    is_pause: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shapes = {name: getattr(self, name).shape for name in (*FEATURES, "is_pause")}
        if len(set(shapes.values())) != 1 or self.log_f0.ndim != 1:
            raise ValueError(f"Expected one value per phoneme of each feature, got {shapes}.")

    @property
    def n_phonemes(self) -> int:
        """Number of phonemes, P."""
        return len(self.log_f0)

    @property
    def durations(self) -> Durations:
        """Frames per phoneme (P,), at least one."""
        return np.maximum(1, np.rint(np.exp(self.log_duration) / HOP_S)).astype(np.intp)

    @property
    def voiced_frames(self) -> Array:
        """How many voiced frames each phoneme's pitch rests on (P,); none in pauses."""
        return np.where(self.is_pause, 0.0, self.voicing * self.durations)

    def matrix(self) -> Array:
        """The features (P, F) in their units."""
        return np.stack([getattr(self, name) for name in FEATURES], axis=1)


def prosody_of(
    samples: FloatArray,
    durations: Durations,
    *,
    is_pause: NDArray[np.bool_] | None = None,
    tracker: str = FEATURE_TRACKER,
) -> Prosody:
    """The prosody of a recording (N,) at 16 kHz whose phonemes have ``durations`` (P,) in frames.

    Args:
        durations: whole frames of 10 ms, at least one each, together 1 + N // 160.
        is_pause: which phonemes are pauses; none when left out.
        tracker: of the pitch (``tracks.TRACKERS``); features of two are not to be mixed.
    Raises:
        ValueError: if the durations do not fit the recording.
        SynthError: if there is no sound ("no_sound") or no voice ("no_pitch") in it.
    """
    return measure(contours_of(samples, tracker=tracker), durations, is_pause=is_pause)


def measure(
    contours: Contours, durations: Durations, *, is_pause: NDArray[np.bool_] | None = None
) -> Prosody:
    """The prosody of contours (T,) cut into phonemes of ``durations`` (P,) frames.

    Raises:
        ValueError: if the durations or the pauses do not fit.
    """
    whole = check_durations(durations, n_frames=contours.n_frames)
    mean = mean_weights(whole)
    return Prosody(
        log_f0=mean @ contours.log_f0,
        slope=slope_weights(whole) @ contours.log_f0,
        voicing=mean @ contours.voiced.astype(np.float64),
        energy=mean @ contours.energy,
        log_duration=np.log(whole * HOP_S),
        is_pause=np.zeros(len(whole), dtype=bool) if is_pause is None else np.asarray(is_pause),
    )

"""What changes from frame to frame in a recording: pitch, voicing and energy.

Axes: N samples at 16 kHz, T = 1 + N // 160 frames of 10 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from synth.audio.mel import HOP, N_FFT, RATE_HZ, FloatArray, n_frames
from synth.audio.speech_level import active_level
from synth.errors import SynthError

from .tracks import Track, f0_on_frames

ENERGY_FLOOR = -np.log(1000.0)  # nepers: 60 dB below the speech; quieter is the room, or zeros
LEAST_VOICED = 5  # frames; less is a tracker's whim, not speech
# Of the repair of octave errors, all in octaves.
JUMP = 0.35  # from one frame to the next; voices do not leap further
FOLD = 0.06  # per frame moved by an octave: errors longer than 0.2 s stay


@dataclass(frozen=True, eq=False)
class Contours:
    """A recording's prosody frame by frame, all (T,).

    log_f0: ln Hz, finite everywhere: unvoiced frames lie on the straight line between the
        voiced ones around them, and before the first and after the last hold its value.
    voiced: whether the tracker found a pitch.
    energy: ln of the RMS (40 ms Hann windows) over the active speech level of the recording
        (ITU-T P.56), in nepers (8.69 dB), at least ``ENERGY_FLOOR``. A gain changes nothing.
    """

    log_f0: Track
    voiced: NDArray[np.bool_]
    energy: Track

    @property
    def n_frames(self) -> int:
        """Number of frames, T."""
        return len(self.log_f0)


def contours_of(samples: FloatArray, *, tracker: str) -> Contours:
    """The contours of one recording (N,) at 16 kHz, octave errors repaired.

    Raises:
        SynthError: "no_sound" for digital silence, "no_pitch" where less than 50 ms are voiced.
        ValueError: for samples that are not finite, or an unknown tracker.
    """
    if not np.isfinite(samples).all():
        raise ValueError("The signal holds samples that are not finite; it has no prosody.")
    energy = energy_on_frames(samples)
    f0_hz = f0_on_frames(samples, tracker)
    if np.count_nonzero(f0_hz) < LEAST_VOICED:
        raise SynthError(
            "No pitch was found in the recording: speech with voice is needed, "
            f"at least {LEAST_VOICED * HOP / RATE_HZ:.2f} s of it.",
            code="no_pitch",
        )
    log_f0 = held(f0_hz)
    return Contours(log_f0, f0_hz > 0, energy)


def held(f0_hz: Track) -> Track:
    """Log F0 (T,) of a track (T,) with 0 where it is unvoiced: repaired, and held through gaps.

    Raises:
        ValueError: if no frame is voiced.
    """
    places = np.flatnonzero(f0_hz > 0)
    if len(places) == 0:
        raise ValueError("A track without any voiced frame has no line to hold.")
    repaired = fold_octaves(np.log2(f0_hz[places])) * np.log(2.0)
    return np.interp(np.arange(len(f0_hz)), places, repaired)


def fold_octaves(octaves: Track) -> Track:
    """The track (V,) in octaves with short octave errors moved back.

    Each frame is moved by -1, 0 or +1 octave so that jumps of more than ``JUMP`` and moved
    frames cost least together (Viterbi): a short stretch that a tracker, or creak, put an octave
    off returns to the melody around it, and glides, however wide, stay.
    """
    moves = np.array([0.0, -1.0, 1.0])
    cost = FOLD * np.abs(moves)
    total = cost.copy()
    came_from = np.zeros((len(octaves), len(moves)), dtype=np.intp)
    steps = moves[None, :] - moves[:, None]
    for place in range(1, len(octaves)):
        jumps = np.abs(octaves[place] - octaves[place - 1] + steps)
        paths = total[:, None] + np.maximum(0.0, jumps - JUMP)
        came_from[place] = paths.argmin(axis=0)
        total = paths.min(axis=0) + cost
    chosen = np.empty(len(octaves), dtype=np.intp)
    chosen[-1] = int(total.argmin())
    for place in range(len(octaves) - 1, 0, -1):
        chosen[place - 1] = came_from[place, chosen[place]]
    return octaves + moves[chosen]


def energy_on_frames(samples: FloatArray) -> Track:
    """Energy (T,) of a recording (N,), in nepers over its active speech level.

    Raises:
        SynthError: "no_sound" for digital silence.
    """
    signal = np.asarray(samples, dtype=np.float64)
    level = active_level(signal, rate_hz=RATE_HZ)
    if level == 0.0:
        raise SynthError("The recording is silent: there is no prosody in it.", code="no_sound")
    shape = np.hanning(N_FFT + 1) ** 2
    power = fftconvolve((signal / level) ** 2, shape / shape.sum())[N_FFT // 2 :: HOP]
    power = power[: n_frames(len(signal))]
    return np.maximum(0.5 * np.log(np.maximum(power, 1e-300)), ENERGY_FLOOR)

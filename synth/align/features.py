"""What an aligner hears: the log-mel, freed of gain, channel and how much silence there is.

Axes: T frames of 10 ms, M mel bands.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from synth.audio.mel import FloatArray, log_mel

from ..errors import SynthError

NEPERS_PER_DB = np.log(10.0) / 20.0
CLICK_FRAMES = 9  # a click fills four frames of 40 ms; shorter than half does not count
LOUD_DB = 30.0  # frames this far below the loudest make up the level
SPEECH_DB = 35.0  # below the level: what counts as speech for mean and spread
FLOOR_DB = 60.0  # below the level: a band holds nothing from there on
MIN_SPREAD = 0.1  # nepers; hums have no spread of their own

Features = NDArray[np.float32]


def features_of(samples: FloatArray) -> Features:
    """The features (T, M) of a recording (N,) at 16 kHz, T = 1 + N // 160.

    Log-mel above a floor relative to the recording's level, less the mean of its speech frames
    band by band, over their spread. Neither gain nor added silence changes the speech frames.

    Raises:
        SynthError: if there is no sound in it ("no_sound").
        ValueError: if it is too short for the front end.
    """
    return normalize(log_mel(samples))


def normalize(mel: FloatArray) -> Features:
    """Features (T, M) of a natural-log mel (T, M).

    Raises:
        SynthError: if there is no sound in it ("no_sound").
    """
    energy = frame_energy(mel)
    level = level_of(energy, np.asarray(mel))
    floored = np.maximum(mel, level - FLOOR_DB * NEPERS_PER_DB)
    speech = floored[is_speech(energy, level)]
    spread = max(MIN_SPREAD, float((speech - speech.mean(axis=0)).std()))
    return ((floored - speech.mean(axis=0)) / spread).astype(np.float32)


def frame_energy(mel: FloatArray) -> NDArray[np.float64]:
    """Ln of the root mean square magnitude (T,) per frame, clicks taken out."""
    power = np.exp(2.0 * np.asarray(mel, dtype=np.float64)).mean(axis=1)
    return median_filter(0.5 * np.log(power), size=CLICK_FRAMES, mode="nearest")


def level_of(energy: NDArray[np.float64], mel: FloatArray) -> float:
    """Ln of the root mean square magnitude of the loud frames.

    Raises:
        SynthError: if the mel (T, M) is the same everywhere ("no_sound").
    """
    if np.ptp(mel) < 1e-6:
        raise SynthError(
            "Expected a recording with speech, got digital silence; record or choose another.",
            code="no_sound",
            field="samples",
        )
    loud = energy[energy >= energy.max() - LOUD_DB * NEPERS_PER_DB]
    return float(0.5 * np.log(np.exp(2.0 * loud).mean()))


def is_speech(energy: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Which frames (T,) are loud enough to be speech."""
    return energy > level - SPEECH_DB * NEPERS_PER_DB

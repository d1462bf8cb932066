"""Any recording as 16 kHz mono 16-bit samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import welch

from .records import RATE_HZ

BANDWIDTH_RANGE_DB = 60.0  # highest band within this of the strongest one
G722_RATE_HZ = 16_000


def read_g722(path: Path) -> NDArray[np.int16]:
    """Decoded samples of a headerless G.722 file at 64 kbit/s."""
    import av  # only scripts decode G.722; the site never needs PyAV

    with av.open(str(path), format="g722") as container:
        parts = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate([np.zeros(0, np.int16), *parts]).astype(np.int16)


def to_int16(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    """Samples in -1..1 rounded to 16 bits, clipped."""
    return np.clip(np.round(samples * 32768.0), -32768, 32767).astype(np.int16)


def decode(path: Path) -> tuple[NDArray[np.int16], int]:
    """16 kHz mono int16 samples of an audio file, and the rate it was stored at.

    Files at 16 kHz and 16 bits come back unchanged; channels are averaged.
    """
    if path.suffix == ".g722":
        return read_g722(path), G722_RATE_HZ
    with soundfile.SoundFile(path) as file:
        rate_hz, n_channels = file.samplerate, file.channels
        if rate_hz == RATE_HZ and n_channels == 1 and file.subtype == "PCM_16":
            return file.read(dtype="int16"), rate_hz
        samples = file.read(dtype="float64", always_2d=True).mean(axis=1)
    if rate_hz != RATE_HZ:
        samples = soxr.resample(samples, rate_hz, RATE_HZ)
    return to_int16(samples), rate_hz


def bandwidth_hz(samples: NDArray[np.int16]) -> float:
    """Highest frequency whose mean power lies within 60 dB of the strongest band's."""
    if not np.any(samples):
        return 0.0
    frequencies, power = welch(samples / 32768.0, fs=RATE_HZ, nperseg=min(512, len(samples)))
    strong = power > power.max() * 10.0 ** (-BANDWIDTH_RANGE_DB / 10.0)
    return float(frequencies[strong].max())

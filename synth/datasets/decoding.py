"""Any recording as 16 kHz mono 16-bit samples."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import welch

from .records import RATE_HZ

FULL_SCALE = 32_760  # a sample this high counts as clipped
BANDWIDTH_RANGE_DB = 60.0  # highest band within this of the strongest one
G722_RATE_HZ = 16_000
TELEPHONE_RATE_HZ = 8_000


def read_with_av(path: Path, container: str) -> NDArray[np.int16]:
    """Decoded samples of a headerless G.722 (64 kbit/s) or GSM full-rate file."""
    import av  # only scripts decode these; the site never needs PyAV

    with av.open(str(path), format=container) as file:
        parts = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
    return np.concatenate([np.zeros(0, np.int16), *parts]).astype(np.int16)


def to_int16(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    """Samples in -1..1 rounded to 16 bits, clipped."""
    return np.clip(np.round(samples * 32768.0), -32768, 32767).astype(np.int16)


def resample(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.int16]:
    """Samples in -1..1 of any rate at 16 kHz."""
    return to_int16(samples if rate_hz == RATE_HZ else soxr.resample(samples, rate_hz, RATE_HZ))


def decode_file(file: Path | BytesIO) -> tuple[NDArray[np.int16], int]:
    """16 kHz mono samples of anything libsndfile reads, and the rate it was stored at."""
    with soundfile.SoundFile(file) as stored:
        rate_hz, n_channels = stored.samplerate, stored.channels
        if rate_hz == RATE_HZ and n_channels == 1 and stored.subtype == "PCM_16":
            return stored.read(dtype="int16"), rate_hz
        samples = stored.read(dtype="float64", always_2d=True).mean(axis=1)
    return resample(samples, rate_hz), rate_hz


def decode(path: Path, span: tuple[int, int] | None = None) -> tuple[NDArray[np.int16], int]:
    """16 kHz mono int16 samples of an audio file, and the rate it was stored at.

    Files at 16 kHz and 16 bits come back unchanged; channels are averaged.

    Args:
        path: by its suffix ``.g722``, ``.gsm``, ``.raw`` (8 kHz 16-bit samples without a
            header) or anything libsndfile reads.
        span: (first byte, length) of a recording inside the file that is the path's parent.
    """
    if span is not None:
        with path.parent.open("rb") as archive:
            archive.seek(span[0])
            return decode_file(BytesIO(archive.read(span[1])))
    if path.suffix == ".g722":
        return read_with_av(path, "g722"), G722_RATE_HZ
    if path.suffix == ".gsm":
        return resample(read_with_av(path, "gsm") / 32768.0, TELEPHONE_RATE_HZ), TELEPHONE_RATE_HZ
    if path.suffix == ".raw":
        samples = np.fromfile(path, dtype="<i2") / 32768.0
        return resample(samples, TELEPHONE_RATE_HZ), TELEPHONE_RATE_HZ
    return decode_file(path)


def bandwidth_hz(samples: NDArray[np.int16]) -> float:
    """Highest frequency whose mean power lies within 60 dB of the strongest band's."""
    if not np.any(samples):
        return 0.0
    frequencies, power = welch(samples / 32768.0, fs=RATE_HZ, nperseg=min(512, len(samples)))
    strong = power > power.max() * 10.0 ** (-BANDWIDTH_RANGE_DB / 10.0)
    return float(frequencies[strong].max())


def clipped_share(samples: NDArray[np.int16]) -> float:
    """The share of samples at full scale, 0 for no samples."""
    if len(samples) == 0:
        return 0.0
    return float(np.mean(np.abs(samples.astype(np.int32)) >= FULL_SCALE))

"""Any recording as mono 16-bit samples at the rate of a corpus, 16 kHz unless told otherwise."""

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
BANDWIDTH_WINDOW = 512  # samples at 16 kHz
HEADERLESS_HZ = {".g722": 16_000, ".gsm": 8_000, ".raw": 8_000}


def read_with_av(path: Path, container: str) -> NDArray[np.int16]:
    """Decoded samples of a headerless G.722 (64 kbit/s) or GSM full-rate file."""
    import av  # only scripts decode these; the site never needs PyAV

    with av.open(str(path), format=container) as file:
        parts = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
    return np.concatenate([np.zeros(0, np.int16), *parts]).astype(np.int16)


def to_int16(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    """Samples in -1..1 rounded to 16 bits, clipped."""
    return np.clip(np.round(samples * 32768.0), -32768, 32767).astype(np.int16)


def resample(
    samples: NDArray[np.float64], from_hz: int, *, to_hz: int = RATE_HZ
) -> NDArray[np.int16]:
    """Samples in -1..1 of any rate at another."""
    return to_int16(samples if from_hz == to_hz else soxr.resample(samples, from_hz, to_hz))


def opened(path: Path, span: tuple[int, int] | None) -> Path | BytesIO:
    """What libsndfile is to read: the file, or the bytes of a recording inside its parent."""
    if span is None:
        return path
    with path.parent.open("rb") as archive:
        archive.seek(span[0])
        return BytesIO(archive.read(span[1]))


def stored_rate_hz(path: Path, span: tuple[int, int] | None = None) -> int:
    """The rate a recording is stored at, without decoding it; arguments as for ``decode``."""
    if span is None and path.suffix in HEADERLESS_HZ:
        return HEADERLESS_HZ[path.suffix]
    with soundfile.SoundFile(opened(path, span)) as stored:
        return int(stored.samplerate)


def decode_file(file: Path | BytesIO, *, to_hz: int = RATE_HZ) -> tuple[NDArray[np.int16], int]:
    """Mono samples of anything libsndfile reads, and the rate it was stored at."""
    with soundfile.SoundFile(file) as stored:
        rate_hz, n_channels = stored.samplerate, stored.channels
        if rate_hz == to_hz and n_channels == 1 and stored.subtype == "PCM_16":
            return stored.read(dtype="int16"), rate_hz
        samples = stored.read(dtype="float64", always_2d=True).mean(axis=1)
    return resample(samples, rate_hz, to_hz=to_hz), rate_hz


def decode_headerless(path: Path) -> NDArray[np.int16]:
    """The samples of a file that only its suffix tells about, at ``HEADERLESS_HZ``."""
    if path.suffix == ".raw":
        return np.fromfile(path, dtype="<i2")
    return read_with_av(path, path.suffix[1:])


def decode(
    path: Path, span: tuple[int, int] | None = None, *, to_hz: int = RATE_HZ
) -> tuple[NDArray[np.int16], int]:
    """Mono int16 samples of an audio file, and the rate it was stored at.

    Files of 16 bits that have the wanted rate come back unchanged; channels are averaged.

    Args:
        path: by its suffix ``.g722``, ``.gsm``, ``.raw`` (8 kHz 16-bit samples without a
            header) or anything libsndfile reads.
        span: (first byte, length) of a recording inside the file that is the path's parent.
        to_hz: the rate wanted.
    """
    if span is None and path.suffix in HEADERLESS_HZ:
        samples, rate_hz = decode_headerless(path), HEADERLESS_HZ[path.suffix]
        if rate_hz == to_hz:
            return samples, rate_hz
        return resample(samples / 32768.0, rate_hz, to_hz=to_hz), rate_hz
    return decode_file(opened(path, span), to_hz=to_hz)


def bandwidth_hz(samples: NDArray[np.int16], *, rate_hz: int = RATE_HZ) -> float:
    """Highest frequency whose mean power lies within 60 dB of the strongest band's."""
    if not np.any(samples):
        return 0.0
    length = min(BANDWIDTH_WINDOW * rate_hz // RATE_HZ, len(samples))
    frequencies, power = welch(samples / 32768.0, fs=rate_hz, nperseg=length)
    strong = power > power.max() * 10.0 ** (-BANDWIDTH_RANGE_DB / 10.0)
    return float(frequencies[strong].max())


def clipped_share(samples: NDArray[np.int16]) -> float:
    """The share of samples at full scale, 0 for no samples."""
    if len(samples) == 0:
        return 0.0
    return float(np.mean(np.abs(samples.astype(np.int32)) >= FULL_SCALE))

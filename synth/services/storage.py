"""Rendered audio on disk, each file named by the sha256 of its bytes.

A file is written whole or not at all, and is on the disk before its name exists: a clip that is
done has its sound, whatever is killed when.
"""

import hashlib
import io
import os
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from django.conf import settings
from numpy.typing import NDArray

from synth.errors import SynthError

SUBTYPE = "PCM_24"  # a fixed size per sample: how long reading takes says nothing of the content


def store_audio(samples: NDArray[np.floating], rate_hz: int) -> str:
    """Write (N,) samples within -1..1 as a WAV file; its sha256."""
    content = _encode(samples, rate_hz)
    sha256 = hashlib.sha256(content).hexdigest()
    path = audio_path(sha256)
    if not path.exists():
        _write_atomically(path, content)
    return sha256


def audio_path(sha256: str) -> Path:
    """Where the audio of that hash lies."""
    return Path(settings.MEDIA_ROOT) / "audio" / sha256[:2] / sha256[2:4] / f"{sha256}.wav"


def read_audio(sha256: str, *, verify: bool = False) -> tuple[NDArray[np.float64], int]:
    """The (N,) samples and their rate; with `verify`, only if the bytes still hash to the name."""
    content = read_file(sha256)
    if verify and hashlib.sha256(content).hexdigest() != sha256:
        message = f"{audio_path(sha256)} has changed since it was rendered. Delete it and retry."
        raise SynthError(message, code="audio_damaged")
    samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="float64")
    return samples, rate_hz


def read_file(sha256: str) -> bytes:
    """The bytes of the file of that hash. Raises SynthError "audio_missing"."""
    path = audio_path(sha256)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"The audio file {path} is missing. Request its clip again to render it anew."
        raise SynthError(message, code="audio_missing") from None


def _encode(samples: NDArray[np.floating], rate_hz: int) -> bytes:
    if samples.ndim != 1 or not len(samples):
        message = f"Audio must be one channel with sound in it; got shape {samples.shape}."
        raise SynthError(message, code="audio_shape")
    if not np.isfinite(samples).all() or np.abs(samples).max() > 1:
        message = "Audio holds samples outside -1..1: its loudness was not aligned."
        raise SynthError(message, code="audio_clipped")
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format="WAV", subtype=SUBTYPE)
    return buffer.getvalue()


def _write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _fsync_folder(folder)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

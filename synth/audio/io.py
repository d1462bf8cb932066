"""Recordings on disk in, float samples out, and back."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from synth.errors import SynthError


@dataclass(frozen=True)
class Recording:
    """One mono recording: samples (N,) float64 in -1..1, and its sampling rate."""

    samples: np.ndarray
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


def read_recording(path: Path) -> Recording:
    """The mono recording in a WAV, FLAC, Ogg or MP3 file.

    Raises: SynthError with code "audio_missing", "audio_unreadable", "audio_not_mono",
        "audio_empty" or "audio_not_finite"; the message names the file.
    """
    if not path.is_file():
        raise SynthError(
            f"No recording at {path}; fetch the corpus again or correct the path.",
            code="audio_missing",
            field="source",
        )
    try:
        samples, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SynthError(
            f"{path} cannot be decoded as audio ({error}); expected WAV, FLAC, Ogg or MP3.",
            code="audio_unreadable",
            field="source",
        ) from error
    _check_readable(samples, path)
    return Recording(samples[:, 0], int(rate_hz))


def _check_readable(samples: np.ndarray, path: Path) -> None:
    n_samples, n_channels = samples.shape
    if n_channels != 1:
        raise SynthError(
            f"{path} has {n_channels} channels; expected one. Mix it down or choose one first.",
            code="audio_not_mono",
            field="source",
        )
    if n_samples == 0:
        raise SynthError(
            f"{path} holds no samples; record it again or leave it out.",
            code="audio_empty",
            field="source",
        )
    if not np.isfinite(samples).all():
        raise SynthError(
            f"{path} holds NaN or infinite samples; export it again as integer PCM.",
            code="audio_not_finite",
            field="source",
        )


def write_wav(path: Path, samples: np.ndarray, rate_hz: int) -> None:
    """Writes (N,) float samples in -1..1 as 24-bit PCM WAV.

    24 bits, so that the rounding (-146 dBFS) stays far under any recording's own noise.
    Raises: SynthError "clipping" or "not_finite" if a sample cannot be represented.
    """
    _check_writable(samples, path)
    soundfile.write(path, _to_pcm(samples, 24), rate_hz, format="WAV", subtype="PCM_24")


def write_flac(path: Path, samples: np.ndarray, rate_hz: int, *, bits: int) -> None:
    """Writes (N,) float samples in -1..1 as FLAC of 16 or 24 bits.

    Raises: SynthError "clipping" or "not_finite" if a sample cannot be represented.
    """
    _check_writable(samples, path)
    soundfile.write(path, _to_pcm(samples, bits), rate_hz, format="FLAC", subtype=f"PCM_{bits}")


def _check_writable(samples: np.ndarray, path: Path) -> None:
    if not np.isfinite(samples).all():
        raise SynthError(
            f"The samples for {path} hold NaN or infinity; they were not written.",
            code="not_finite",
        )
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak > 1.0:
        raise SynthError(
            f"The samples for {path} peak at {peak:.3f}, over full scale; lower the gain.",
            code="clipping",
        )


def _to_pcm(samples: np.ndarray, bits: int) -> np.ndarray:
    """Integers as soundfile takes them: (N,) int16, or int32 with the value in its upper bits.

    Given floats, libsndfile multiplies by 32767 when writing but divides by 32768 when reading,
    so that a recording would not come back as it was.
    """
    full_scale = 2 ** (bits - 1)
    rounded = np.rint(np.asarray(samples, dtype=np.float64) * full_scale)
    clipped = np.clip(rounded, -full_scale, full_scale - 1)
    if bits == 16:
        return clipped.astype(np.int16)
    return clipped.astype(np.int32) << (32 - bits)


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Audio as it is served: 16 bits, with dither and padding that differ from key to key.

A listener who compares bytes, hashes or lengths must not find out that two stimuli are the
same sound, or that a stimulus is the reference. The files of one item have the same length and
the same header; everything else in them depends on the key, even for digital silence.
"""

import hashlib
import struct

import numpy as np

from synth.errors import SynthError

FULL_SCALE = 32768  # LSB of 16 bits per 1.0
PADDING_BYTES = 256
_DITHER = b"earshot dither 1"
_PADDING = b"earshot padding 1"


def serve_pcm16(samples: np.ndarray, *, rate_hz: int, key: bytes) -> bytes:
    """A complete mono 16-bit WAV file, reproducible from the key.

    Triangular dither over +-1 LSB, not subtracted, makes the rounding error independent of the
    sound: -96.3 dB of a full-scale square wave (-93.3 dB of a sine), of which dither is -98.1.
    Chunks: "fmt " (16 bytes), "JUNK" (256 bytes from the key), "data".

    Args:
        samples: (N,) float in -1..1.
        key: secret and different for every served stimulus, so that nothing can be matched.
    Raises: SynthError "clipping" or "not_finite" if a sample cannot be represented.
    Source: Lipshitz, Wannamaker, Vanderkooy (1992), J. Audio Eng. Soc. 40(5), on TPDF dither.
    """
    _check_representable(samples)
    dithered = np.asarray(samples, dtype=np.float64) * FULL_SCALE + draw_dither(len(samples), key)
    pcm = np.clip(np.rint(dithered), -FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()
    padding = hashlib.shake_256(_PADDING + key).digest(PADDING_BYTES)
    chunks = _format_chunk(rate_hz) + _chunk(b"JUNK", padding) + _chunk(b"data", pcm)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def draw_dither(n_samples: int, key: bytes) -> np.ndarray:
    """Triangular dither from the key: (n_samples,) float64 in LSB, inside -1..1, zero mean.

    From SHAKE-256, so that it is the same in every version of every library and no stretch of
    it tells anything of another.
    """
    stream = hashlib.shake_256(_DITHER + key).digest(4 * n_samples)
    uniform = np.frombuffer(stream, dtype="<u2").astype(np.float64) / 65536
    return uniform[:n_samples] - uniform[n_samples:]


def _check_representable(samples: np.ndarray) -> None:
    if not np.isfinite(samples).all():
        raise SynthError("Samples to serve hold NaN or infinity.", code="not_finite")
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak > 1.0:
        raise SynthError(f"Samples to serve peak at {peak:.3f}, over full scale.", code="clipping")


def _format_chunk(rate_hz: int) -> bytes:
    pcm, n_channels, n_bytes = 1, 1, 2
    return _chunk(
        b"fmt ",
        struct.pack("<HHIIHH", pcm, n_channels, rate_hz, rate_hz * n_bytes, n_bytes, 8 * n_bytes),
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content

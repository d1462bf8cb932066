"""The power mel spectrogram that pretrained judges were trained on, as librosa makes it.

librosa itself would bring a compiler (numba, LLVM) for these thirty lines.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .mel import RATE_HZ, FloatArray

HOP = 160
_BREAK_HZ, _HZ_PER_MEL = 1000.0, 200.0 / 3
_LOG_STEP = np.log(6.4) / 27.0


def power_mel(samples: FloatArray, *, n_fft: int, n_mels: int) -> NDArray[np.float32]:
    """Power mel spectrogram (T, n_mels) of one 16 kHz signal (N,), about N / 160 frames.

    Hann window of n_fft, hop 160, centered with zeros, Slaney's mel scale with areas of one:
    librosa.feature.melspectrogram's defaults (0.11).
    """
    padded = np.pad(np.asarray(samples, dtype=np.float32), n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::HOP]
    window = np.sin(np.pi * np.arange(n_fft) / n_fft) ** 2
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    return (power @ slaney_bank(n_fft, n_mels).T).astype(np.float32)


@lru_cache(maxsize=4)
def slaney_bank(n_fft: int, n_mels: int) -> NDArray[np.float64]:
    """Triangular filters (n_mels, 1 + n_fft // 2) of area one, 0 Hz to 8 kHz."""
    top = _mel_of_hz(RATE_HZ / 2)
    edges_hz = _hz_of_mel(np.linspace(0.0, top, n_mels + 2))
    bins_hz = np.arange(1 + n_fft // 2) * (RATE_HZ / n_fft)
    width = np.diff(edges_hz)[:, None]
    rising = (bins_hz - edges_hz[:-2, None]) / width[:-1]
    falling = (edges_hz[2:, None] - bins_hz) / width[1:]
    areas = 2.0 / (edges_hz[2:] - edges_hz[:-2])
    return np.maximum(0.0, np.minimum(rising, falling)) * areas[:, None]


def _mel_of_hz(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _HZ_PER_MEL
    return float(_BREAK_HZ / _HZ_PER_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP)


def _hz_of_mel(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = _BREAK_HZ / _HZ_PER_MEL
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - bend))
    return np.where(mels < bend, mels * _HZ_PER_MEL, above)

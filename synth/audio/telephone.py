"""A telephone line: its band and its codec."""

import numpy as np
from scipy import signal

from synth.audio.resample import resample
from synth.audio.speech_level import active_level

LOW_HZ = 300.0
HIGH_HZ = 3400.0
LINE_RATE_HZ = 8000
NOMINAL_LEVEL = 10 ** (-26 / 20)  # of active speech below overload, ITU-T P.830
N_TAPS_S = 0.05  # of the band filter: edges 66 Hz wide
MU_LAW_FULL_SCALE = 8159  # G.711 table 2a: the largest magnitude that is no overload
_MU_LAW_BIAS = 33


def telephone(samples: np.ndarray, *, rate_hz: int) -> np.ndarray:
    """The recording through a telephone line: (N,) float64, aligned, no gain within the band.

    300 to 3400 Hz, 8 kHz, mu-law with the active speech at -26 dB of overload.
    """
    level = active_level(samples, rate_hz=rate_hz)
    if level == 0.0:
        return np.zeros(len(samples))
    line_hz = min(LINE_RATE_HZ, rate_hz)
    leveled = np.asarray(samples) / level * NOMINAL_LEVEL
    narrow = resample(_band_pass(leveled, rate_hz), from_hz=rate_hz, to_hz=line_hz)
    wide = resample(mu_law(narrow), from_hz=line_hz, to_hz=rate_hz)
    return _fit(wide, len(samples)) / NOMINAL_LEVEL * level


def mu_law(samples: np.ndarray) -> np.ndarray:
    """Samples (N,) within -1..1 after coding to 8 bits and back; beyond, they are overloaded.

    Source: ITU-T G.711 (1988), mu-law, as segments with 16 steps each.
    """
    magnitude = np.minimum(np.rint(np.abs(samples) * MU_LAW_FULL_SCALE), MU_LAW_FULL_SCALE - 1)
    biased = magnitude.astype(np.int64) + _MU_LAW_BIAS
    segment = np.floor(np.log2(biased)).astype(np.int64) - 5
    step = (biased >> (segment + 1)) & 15
    decoded = ((2 * step + _MU_LAW_BIAS) << segment) - _MU_LAW_BIAS
    return np.sign(samples) * decoded / MU_LAW_FULL_SCALE


def _band_pass(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    n_taps = round(N_TAPS_S * rate_hz) | 1
    high_hz = min(HIGH_HZ, 0.45 * rate_hz)
    taps = signal.firwin(
        n_taps, (LOW_HZ, high_hz), window=("kaiser", 6.0), pass_zero=False, fs=rate_hz
    )
    delay = n_taps // 2
    return signal.fftconvolve(samples, taps)[delay : delay + len(samples)]


def _fit(samples: np.ndarray, n_samples: int) -> np.ndarray:
    return np.pad(samples[:n_samples], (0, max(0, n_samples - len(samples))))

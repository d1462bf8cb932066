"""How far up a recording really reaches, whatever its sampling rate promises."""

import numpy as np
from scipy import signal

RANGE_DB = 60.0  # about what is left of speech above the room and converter noise
WINDOW_S = 0.032


def measure_bandwidth(samples: np.ndarray, *, rate_hz: int) -> float:
    """Highest frequency within 60 dB of the strongest band, in Hz; 0.0 for silence.

    Bands are those of a Welch estimate over the whole recording with 32 ms Hann windows
    (31 Hz apart), whose leakage adds up to 160 Hz above a steep edge. Noise that is louder than
    -60 dB in its band counts as content.
    """
    if not np.any(samples):
        return 0.0
    n_window = min(round(WINDOW_S * rate_hz), len(samples))
    frequencies, power = signal.welch(samples, fs=rate_hz, nperseg=n_window)
    reached = power >= power.max() * 10 ** (-RANGE_DB / 10)
    return float(frequencies[reached].max())

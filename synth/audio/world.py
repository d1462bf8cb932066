"""WORLD analysis and resynthesis, a classical vocoder to compare with."""

import numpy as np
import pyworld


def resynthesize(samples: np.ndarray, *, rate_hz: int) -> np.ndarray:
    """The recording taken apart and put together again by WORLD: (N,) float64, aligned.

    F0 by Harvest, spectral envelope by CheapTrick, aperiodicity by D4C, 5 ms frames. Nothing
    is quantized, so this is the most WORLD can do. Deterministic: WORLD seeds its own noise.
    Source: Morise, Yokomori, Ozawa (2016), IEICE Trans. E99-D(7), by pyworld.
    """
    source = np.ascontiguousarray(samples, dtype=np.float64)
    f0, times = pyworld.harvest(source, rate_hz)
    envelope = pyworld.cheaptrick(source, f0, times, rate_hz)
    aperiodicity = pyworld.d4c(source, f0, times, rate_hz)
    output = pyworld.synthesize(f0, envelope, aperiodicity, rate_hz)
    return fit_length(output, n_samples=len(source))


def fit_length(samples: np.ndarray, *, n_samples: int) -> np.ndarray:
    """The first n_samples, with silence appended where there are fewer: (n_samples,)."""
    if len(samples) >= n_samples:
        return samples[:n_samples]
    return np.pad(samples, (0, n_samples - len(samples)))

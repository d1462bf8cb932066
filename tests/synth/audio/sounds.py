"""Sounds with known properties, 16 kHz, for tests of metrics."""

import numpy as np

RATE_HZ = 16_000


def harmonics(f0_hz, *, duration_s=2.0, n_harmonics=12):
    """A buzz of equal harmonics (N,) whose pitch is a constant or one value per sample."""
    n = round(duration_s * RATE_HZ)
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0_hz, n)) / RATE_HZ
    return 0.05 * sum(np.sin(k * phase) for k in range(1, n_harmonics + 1))


def noise(*, duration_s=2.0, seed=0):
    """White noise (N,) of standard deviation 0.1."""
    return 0.1 * np.random.default_rng(seed).standard_normal(round(duration_s * RATE_HZ))


def speech_like(*, duration_s=3.0, seed=0):
    """A gliding buzz in syllables, with pauses between, and a little noise (N,)."""
    n = round(duration_s * RATE_HZ)
    time_s = np.arange(n) / RATE_HZ
    buzz = harmonics(140 + 30 * np.sin(2 * np.pi * 0.7 * time_s), duration_s=duration_s)
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time_s), 0, None)
    return (buzz * syllables + 0.001 * np.random.default_rng(seed).standard_normal(n)).astype("f4")


def add_noise(samples, *, snr_db, seed=1):
    """The sound plus white noise at a signal-to-noise ratio over the whole of it."""
    added = np.random.default_rng(seed).standard_normal(len(samples))
    added *= np.sqrt(np.mean(samples**2) / np.mean(added**2)) * 10 ** (-snr_db / 20)
    return (samples + added).astype("f4")

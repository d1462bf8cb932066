"""Noise added to speech: mixing at a stated ratio, babble, and noise shaped like the speech."""

from collections.abc import Sequence

import numpy as np
from scipy import signal

from synth.audio.speech_level import active_level

SHAPE_WINDOW_S = 0.032
N_STREAMS = 6  # voices at once: the words of one can no longer be followed


def add_noise(samples: np.ndarray, noise: np.ndarray, *, rate_hz: int, snr_db: float) -> np.ndarray:
    """Speech and noise at that ratio: (N,) float64, the speech untouched.

    The ratio is the active speech level (ITU-T P.56) over the mean power of the noise under the
    whole recording. Silence gets no noise, as no ratio to it exists; noise without power adds
    nothing.

    Args:
        noise: (N,) float, at any level.
    Raises: ValueError if the lengths differ.
    """
    if len(noise) != len(samples):
        raise ValueError(f"Expected {len(samples)} samples of noise, got {len(noise)}.")
    peak = float(np.max(np.abs(noise), initial=0.0))
    if peak == 0.0:
        return np.asarray(samples, dtype=np.float64)
    scaled = noise / peak
    power = float(np.mean(scaled**2))
    level = active_level(samples, rate_hz=rate_hz) * 10 ** (-snr_db / 20)
    return samples + scaled * (level / np.sqrt(power))


def cut_noise(noise: np.ndarray, *, n_samples: int, rng: np.random.Generator) -> np.ndarray:
    """That many samples of (M,) noise from a random place on, round and round if need be."""
    start = int(rng.integers(len(noise)))
    return np.take(noise, np.arange(start, start + n_samples), mode="wrap")


def mix_babble(
    voices: Sequence[Sequence[np.ndarray]], *, rate_hz: int, n_samples: int, seed: int
) -> np.ndarray:
    """People talking at once: (n_samples,) float64.

    Six streams; the voices take turns in providing them, each stream runs through its voice's
    recordings in an order of its own from a random place on, all at one active speech level.

    Args:
        voices: each person's recordings, at `rate_hz`.
    Raises: ValueError without voices.
    """
    if not voices:
        raise ValueError("Babble needs the recordings of at least one voice.")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(voices))
    streams = [voices[order[number % len(voices)]] for number in range(N_STREAMS)]
    return np.sum(
        [_stream(one, rate_hz=rate_hz, n_samples=n_samples, rng=rng) for one in streams], axis=0
    )


def _stream(
    recordings: Sequence[np.ndarray], *, rate_hz: int, n_samples: int, rng: np.random.Generator
) -> np.ndarray:
    spoken = np.concatenate([recordings[index] for index in rng.permutation(len(recordings))])
    level = active_level(spoken, rate_hz=rate_hz)
    return cut_noise(spoken, n_samples=n_samples, rng=rng) / (level or 1.0)


def shape_noise(samples: np.ndarray, *, rate_hz: int, seed: int) -> np.ndarray:
    """Synthetic steady noise with the recording's own long-term spectrum: (N,) float64.

    Gaussian white noise through the square root of the recording's Welch spectrum (32 ms
    windows), so that every band is masked alike. It is not a recording of anything.
    """
    white = np.random.default_rng(seed).standard_normal(len(samples))
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak == 0.0:
        return np.zeros(len(samples))
    n_window = min(max(1, round(SHAPE_WINDOW_S * rate_hz)), len(samples))
    frequencies, power = signal.welch(samples / peak, fs=rate_hz, nperseg=n_window, detrend=False)
    bins = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    shape = np.interp(bins, frequencies, np.sqrt(power))
    return np.fft.irfft(np.fft.rfft(white) * shape, n=len(samples))

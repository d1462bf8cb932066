"""Speech turned into a whisper: what the mouth shapes stays, the voice goes."""

import numpy as np
import pyworld
from scipy import signal

from synth.audio.speech_level import active_level

WINDOW_S = 0.02
_HOP_PARTS = 4  # the window spans four hops


def whisperize(samples: np.ndarray, *, rate_hz: int, seed: int) -> np.ndarray:
    """The recording with noise for an excitation: (N,) float64, aligned, as loud as it came.

    White noise is given the recording's spectral envelope (CheapTrick of WORLD, which smooths
    the harmonics away), 5 ms by 5 ms. Real whisperers also move their formants and lose low
    frequencies; this does neither, so it is simulated voicelessness rather than a whisper.
    Source: Morise, Yokomori, Ozawa (2016), IEICE Trans. E99-D(7), for the envelope.
    """
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak == 0.0:
        return np.zeros(len(samples))
    window, hop = _window(rate_hz)
    # Zeros around: Harvest wants more than a few samples, and the last frame needs its window.
    margin = len(window)
    padded = np.pad(np.asarray(samples, dtype=np.float64) / peak, margin)
    envelope = _envelope(padded, rate_hz, frame_s=hop / rate_hz)
    noise = np.random.default_rng(seed).standard_normal(len(padded))
    transform = signal.ShortTimeFFT(window, hop, fs=rate_hz, scale_to=None)
    spectra = transform.stft(noise)
    shape = _at_frames(envelope, transform.f, transform.t(len(padded)), (rate_hz, hop))
    shaped = transform.istft(spectra * shape, k1=len(padded))
    whispered = shaped[margin : margin + len(samples)]
    level = active_level(whispered, rate_hz=rate_hz)
    return whispered * (active_level(samples, rate_hz=rate_hz) / level) if level else whispered


def _window(rate_hz: int) -> tuple[np.ndarray, int]:
    hop = max(1, round(WINDOW_S * rate_hz / _HOP_PARTS))
    return signal.windows.hann(_HOP_PARTS * hop, sym=False), hop


def _envelope(samples: np.ndarray, rate_hz: int, *, frame_s: float) -> np.ndarray:
    """Power per bin (F, K), frames `frame_s` apart, the first at the first sample."""
    f0, times = pyworld.harvest(samples, rate_hz, frame_period=1000 * frame_s)
    return pyworld.cheaptrick(samples, f0, times, rate_hz)


def _at_frames(
    envelope: np.ndarray, bins_hz: np.ndarray, times_s: np.ndarray, grid: tuple[int, int]
) -> np.ndarray:
    """Magnitudes (bins, frames) read off the envelope at the transform's own places."""
    rate_hz, hop = grid
    frames = np.clip(np.rint(times_s * rate_hz / hop).astype(int), 0, len(envelope) - 1)
    places = bins_hz / (rate_hz / 2) * (envelope.shape[1] - 1)
    low = np.minimum(places.astype(int), envelope.shape[1] - 2)
    share = places - low
    chosen = envelope[frames]
    power = chosen[:, low] * (1 - share) + chosen[:, low + 1] * share
    return np.sqrt(power).T

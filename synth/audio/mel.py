"""The front ends, their inversion, and fast Griffin-Lim.

Axes: B batch, T frames, K frequency bins (n_fft // 2 + 1), M mel bands, N samples.
Spectra lie frame by frame, (B, T, K), as the transforms make them and as memory likes them.
Every function works on the narrow front end (16 kHz, what the constants say) unless given
another one. Torch is used throughout so that training losses, networks and the two numpy
doorways (``log_mel``, ``griffin_lim``) share one implementation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

RATE_HZ = 16_000
HOP = 160
N_FFT = 640  # also the window length
N_BINS = N_FFT // 2 + 1
N_MELS = 100
LOG_FLOOR = 1e-5
NNLS_UPDATES = 50
MOMENTUM = 0.99  # Perraudin, Balazs and Soendergaard 2013, fast Griffin-Lim
TINY = 1e-8

FloatArray = NDArray[np.floating]


@dataclass(frozen=True)
class FrontEnd:
    """The front end's numbers, as recorded with every checkpoint. A window is whole hops."""

    rate_hz: int = RATE_HZ
    hop: int = HOP
    window: int = N_FFT
    n_fft: int = N_FFT
    n_mels: int = N_MELS
    low_hz: float = 0.0
    high_hz: float = 8000.0
    scale: str = "HTK"
    magnitude: str = "natural log of the magnitude mel"
    floor: float = LOG_FLOOR

    @property
    def n_bins(self) -> int:
        """Number of frequency bins, K."""
        return self.n_fft // 2 + 1


NARROW = FrontEnd()  # of every 16 kHz network and of Griffin-Lim
WIDE = FrontEnd(rate_hz=24_000, hop=240, window=960, n_fft=960, high_hz=12_000.0)


def n_frames(n_samples: int, *, front_end: FrontEnd = NARROW) -> int:
    """Number of mel frames of a signal of ``n_samples`` samples."""
    return 1 + n_samples // front_end.hop


def mel_bank(*, front_end: FrontEnd = NARROW) -> Tensor:
    """Triangular HTK-type mel filters, peak 1, (M, K) float32."""
    return _mel_bank(front_end)


@lru_cache(maxsize=8)
def _mel_bank(front_end: FrontEnd) -> Tensor:
    ends_hz = np.array([front_end.low_hz, front_end.high_hz])
    low_mel, top_mel = 2595.0 * np.log10(1.0 + ends_hz / 700.0)
    mels = np.linspace(low_mel, top_mel, front_end.n_mels + 2)
    edges_hz = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    bins_hz = np.linspace(0.0, front_end.rate_hz / 2, front_end.n_bins)
    rising = (bins_hz - edges_hz[:-2, None]) / (edges_hz[1:-1] - edges_hz[:-2])[:, None]
    falling = (edges_hz[2:, None] - bins_hz) / (edges_hz[2:] - edges_hz[1:-1])[:, None]
    return torch.from_numpy(np.maximum(0.0, np.minimum(rising, falling))).float()


def window(*, front_end: FrontEnd = NARROW) -> Tensor:
    """The periodic Hann window, (window,) float32."""
    return _hann(front_end.window)


@lru_cache(maxsize=8)
def _hann(length: int) -> Tensor:
    return torch.hann_window(length)


def stft(samples: Tensor, *, front_end: FrontEnd = NARROW) -> Tensor:
    """Complex spectra (B, T, K) of ``samples`` (B, N), centered, reflect padded."""
    spectra = torch.stft(
        samples,
        front_end.n_fft,
        front_end.hop,
        win_length=front_end.window,
        window=window(front_end=front_end).to(samples.device),
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )
    return spectra.transpose(1, 2)


def istft(spectra: Tensor, n_samples: int, *, front_end: FrontEnd = NARROW) -> Tensor:
    """Signals (B, n_samples) of complex spectra (B, T, K), least squares.

    ``n_samples`` may be anything up to T * hop - 1: the last frame reaches that far. Equals
    torch.istft, in half its time: the window's length is whole hops, so frames overlap in
    whole pieces.
    """
    shape = window(front_end=front_end).to(spectra.device)
    before = (front_end.n_fft - front_end.window) // 2
    frames = torch.fft.irfft(spectra, n=front_end.n_fft, dim=-1)
    frames = frames[..., before : before + front_end.window] * shape
    kept = slice(front_end.window // 2, front_end.window // 2 + n_samples)
    weights = _overlapping_weights(front_end, spectra.shape[1]).to(spectra.device)
    return overlap_add(frames, front_end.hop)[:, kept] / weights[:, kept]


@lru_cache(maxsize=8)
def _overlapping_weights(front_end: FrontEnd, n_frames: int) -> Tensor:
    """How much of a signal (1, N) the squared windows of so many frames sum to."""
    squares = window(front_end=front_end).square()
    return overlap_add(squares.expand(1, n_frames, -1), front_end.hop)


def overlap_add(frames: Tensor, hop: int) -> Tensor:
    """Sums (B, T * hop + length - hop) of frames (B, T, length), each a hop after the last.

    The length must be a multiple of the hop.
    """
    pieces = frames.unflatten(-1, (-1, hop)).unbind(2)
    last = len(pieces) - 1
    moved = [nn.functional.pad(one, (0, 0, i, last - i)) for i, one in enumerate(pieces)]
    return torch.stack(moved).sum(0).flatten(1)


def magnitude_of(spectra: Tensor) -> Tensor:
    """Magnitudes of complex spectra; written out, it takes a third of the time of ``abs``."""
    return (spectra.real.square() + spectra.imag.square() + TINY**2).sqrt()


def mel_of_magnitude(magnitude: Tensor, *, front_end: FrontEnd = NARROW) -> Tensor:
    """Natural-log mel (B, T, M) of a magnitude spectrogram (B, T, K)."""
    mel = torch.matmul(magnitude, mel_bank(front_end=front_end).to(magnitude.device).T)
    return mel.clamp(min=front_end.floor).log()


def log_mel_batch(samples: Tensor, *, front_end: FrontEnd = NARROW) -> Tensor:
    """Natural-log mel (B, T, M) of ``samples`` (B, N), T = 1 + N // hop."""
    spectra = stft(samples, front_end=front_end)
    return mel_of_magnitude(magnitude_of(spectra), front_end=front_end)


def log_mel(samples: FloatArray, *, front_end: FrontEnd = NARROW) -> NDArray[np.float32]:
    """Natural-log magnitude mel (T, M) float32 of one signal (N,) at the front end's rate.

    Raises:
        ValueError: if the signal is shorter than the reflection needs (n_fft // 2 + 1 samples).
    """
    if len(samples) <= front_end.n_fft // 2:
        raise ValueError(
            f"A signal of {len(samples)} samples is too short for the front end; "
            f"at least {front_end.n_fft // 2 + 1} samples are needed."
        )
    batch = torch.from_numpy(np.ascontiguousarray(samples, dtype=np.float32))[None]
    return log_mel_batch(batch, front_end=front_end)[0].numpy()


def invert_mel(
    log_mels: Tensor, *, updates: int = NNLS_UPDATES, front_end: FrontEnd = NARROW
) -> Tensor:
    """Non-negative magnitudes (B, T, K) whose mel is ``log_mels`` (B, T, M).

    Least squares by multiplicative updates (Lee and Seung 2001) from the
    transposed bank, which keeps every magnitude positive.
    """
    bank = mel_bank(front_end=front_end).to(log_mels.device)
    numerator = torch.matmul(log_mels.exp(), bank)
    magnitude = numerator / bank.sum(0).clamp(min=TINY) + TINY
    for _ in range(updates):
        approached = torch.matmul(torch.matmul(magnitude, bank.T), bank)
        magnitude = magnitude * numerator / (approached + TINY)
    return magnitude


def refine_phase(
    magnitude: Tensor, phase: Tensor, *, iterations: int, front_end: FrontEnd = NARROW
) -> Tensor:
    """Unit phasors (B, T, K) after fast Griffin-Lim steps from ``phase``.

    Args:
        magnitude: (B, T, K) float, the magnitudes to be kept.
        phase: (B, T, K) complex, unit modulus.
        iterations: number of projections onto consistent spectrograms.
    Source: Perraudin, Balazs and Soendergaard 2013, alpha = 0.99.
    """
    n_samples = (magnitude.shape[1] - 1) * front_end.hop
    previous = torch.zeros_like(phase)
    for _ in range(iterations):
        signal = istft(magnitude * phase, n_samples, front_end=front_end)
        consistent = stft(signal, front_end=front_end)
        phase = unit_phasors(torch.sub(consistent, previous, alpha=MOMENTUM / (1.0 + MOMENTUM)))
        previous = consistent
    return phase


def unit_phasors(spectra: Tensor) -> Tensor:
    """Complex numbers of the same phases and unit modulus, nothing where there is nothing.

    A product with a real tensor: dividing complex numbers takes many times as long.
    """
    return spectra * (1.0 / (magnitude_of(spectra) + TINY))


def random_phase(magnitude: Tensor, *, seed: int) -> Tensor:
    """Unit phasors of independent uniform phases, shaped like ``magnitude``."""
    generator = torch.Generator().manual_seed(seed)
    angles = torch.rand(magnitude.shape, generator=generator) * (2.0 * torch.pi)
    return torch.polar(torch.ones_like(angles), angles).to(magnitude.device)


@torch.no_grad()
def griffin_lim(
    log_mels: FloatArray,
    n_samples: int,
    *,
    iterations: int = 60,
    seed: int,
    front_end: FrontEnd = NARROW,
) -> NDArray[np.float32]:
    """The signal (n_samples,) float32 that fast Griffin-Lim finds for one log-mel.

    Args:
        log_mels: (T, M) natural-log mel of the front end, T = n_frames(n_samples).
        iterations: projections after a random start.
        seed: of the random starting phase.
    Raises:
        ValueError: if the mel's shape does not fit the front end and ``n_samples``.
    """
    check_log_mel(log_mels, n_samples, front_end=front_end)
    batch = torch.from_numpy(np.ascontiguousarray(log_mels, dtype=np.float32))[None]
    magnitude = invert_mel(batch, front_end=front_end)
    start = random_phase(magnitude, seed=seed)
    phase = refine_phase(magnitude, start, iterations=iterations, front_end=front_end)
    return istft(magnitude * phase, n_samples, front_end=front_end)[0].numpy()


def check_log_mel(log_mels: FloatArray, n_samples: int, *, front_end: FrontEnd = NARROW) -> None:
    """Refuse a mel that is not (n_frames(n_samples), n_mels)."""
    expected = (n_frames(n_samples, front_end=front_end), front_end.n_mels)
    if log_mels.shape != expected:
        raise ValueError(
            f"Expected a log-mel of shape {expected} for {n_samples} samples, "
            f"got {log_mels.shape}; make it with synth.audio.mel.log_mel."
        )

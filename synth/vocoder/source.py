"""The two sounds a voice is shaped from: a pulse train at the pitch, and noise.

Axes: B batch, T frames, N samples. Phases are in cycles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

HIGHEST_SHARE = 0.975  # of the Nyquist frequency: where harmonics end
NOISE_SEED = 20261122
NOISE_SAMPLES = 1 << 19  # half a minute, then it comes again
TINY = 1e-4
LEAST_GATE = 0.03


@dataclass(frozen=True)
class Voice:
    """Fundamental frequency in Hz and how much of the pulses is let through, both (B, N)."""

    frequency: Tensor
    gate: Tensor

    def between(self, begin: int, end: int) -> Voice:
        """The voice of these samples alone."""
        return Voice(self.frequency[:, begin:end], self.gate[:, begin:end])


@dataclass(frozen=True)
class Sources:
    """A pulse train, let through where there is voice, and white noise (B, N), of unit power."""

    pulses: Tensor
    noise: Tensor


def frequency_of_samples(frequency: Tensor, hop: int) -> Tensor:
    """Frequencies (B, (T - 1) * hop) between those of frames (B, T), even on a log scale."""
    return between_frames(frequency.log(), hop).exp()


def between_frames(values: Tensor, hop: int) -> Tensor:
    """Values (B, (T - 1) * hop) of samples, on straight lines between those of frames (B, T).

    Written out so that a sample's value depends on its two frames alone, to the last bit.
    """
    share = torch.arange(hop, device=values.device) / hop
    first, second = values[:, :-1, None], values[:, 1:, None]
    return (first + (second - first) * share).flatten(1)


def phase_of_samples(frequency: Tensor, rate_hz: int) -> Tensor:
    """Phases (B, N) in cycles of frequencies (B, N), float64, zero at the first sample."""
    steps = frequency.double() / rate_hz
    return torch.cumsum(steps, dim=1) - steps


def pulse_train(phase: Tensor, frequency: Tensor, rate_hz: int) -> Tensor:
    """All harmonics below the Nyquist frequency at equal strength, (B, N) float32, unit power.

    The sum of cosines in closed form (Dirichlet's kernel), so no harmonic folds back.
    """
    n_harmonics = torch.floor(HIGHEST_SHARE * rate_hz / 2 / frequency).clamp(min=1.0)
    angle = 2.0 * math.pi * (phase - torch.floor(phase)).float()
    half = torch.sin(angle / 2)
    is_peak = half.abs() < TINY
    safe = torch.where(is_peak, torch.ones_like(half), half)
    summed = torch.sin((n_harmonics + 0.5) * angle) / (2.0 * safe) - 0.5
    return torch.where(is_peak, n_harmonics, summed) * torch.sqrt(2.0 / n_harmonics)


def gate(voicing: Tensor, hop: int) -> Tensor:
    """How much of the pulses (B, (T - 1) * hop) is let through, by the voicing of frames (B, T).

    Never nothing, so that the trunk can bring back what was taken for unvoiced.
    """
    return LEAST_GATE + (1.0 - LEAST_GATE) * between_frames(voicing, hop)


def noise_at(start: int, n_samples: int) -> Tensor:
    """Samples (N,) of the one noise that every rendering uses, from its sample ``start``."""
    places = (start + torch.arange(n_samples)) % NOISE_SAMPLES
    return noise_table()[places]


@lru_cache(maxsize=1)
def noise_table() -> Tensor:
    """White noise (NOISE_SAMPLES,), the same in every process."""
    generator = torch.Generator().manual_seed(NOISE_SEED)
    return torch.randn(NOISE_SAMPLES, generator=generator)

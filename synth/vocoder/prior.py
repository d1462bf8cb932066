"""A first guess of the complex spectrogram from the mel alone, without any weights.

Axes: B batch, K frequency bins, T frames, M mel bands.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from synth.audio.mel import HOP, N_FFT, TINY, invert_mel, istft, refine_phase, stft

OWNER_DOUBLINGS = 5  # reaches peaks up to 2 ** 5 bins away
MAX_RATIO = 2.0


@dataclass(frozen=True)
class Prior:
    """The guess and what the network is told about it.

    ``spectra`` (B, K, T) complex; ``features`` (B, 5, K, T) float.
    """

    spectra: Tensor
    features: Tensor


def peak_bins(log_magnitude: Tensor) -> tuple[Tensor, Tensor]:
    """For every bin the peak it belongs to (index) and its own frequency in bins.

    Args: log_magnitude (B, K, T).
    """
    below = torch.cat([log_magnitude[:, :1], log_magnitude[:, :-1]], dim=1)
    above = torch.cat([log_magnitude[:, 1:], log_magnitude[:, -1:]], dim=1)
    n_bins = log_magnitude.shape[1]
    own = torch.arange(n_bins, device=log_magnitude.device)[None, :, None]
    uphill = torch.where(above > below, own + 1, own - 1).clamp(0, n_bins - 1)
    is_peak = torch.maximum(above, below) <= log_magnitude
    owner = torch.where(is_peak, own.expand_as(uphill), uphill)
    for _ in range(OWNER_DOUBLINGS):
        owner = owner.gather(1, owner)
    curvature = below - 2.0 * log_magnitude + above
    safe = torch.where(curvature.abs() > TINY, curvature, torch.full_like(curvature, -1.0))
    offset = (0.5 * (below - above) / safe).clamp(-0.5, 0.5)
    return owner, own + offset


def peak_phase(magnitude: Tensor) -> Tensor:
    """Unit phasors (B, K, T): each spectral peak is a sinusoid that runs on.

    Source: Beauregard, Harish and Wyse 2015, single pass spectrogram inversion.
    Deviation: a bin follows the peak uphill of it, not the troughs between peaks.
    """
    owner, frequency = peak_bins((magnitude + TINY).log())
    advance = (frequency * (2.0 * torch.pi * HOP / N_FFT)).gather(1, owner)
    phase = torch.zeros_like(magnitude[:, :, 0])
    phases = []
    for frame in range(magnitude.shape[-1]):
        phase = phase.gather(1, owner[:, :, frame]) + advance[:, :, frame]
        phase = torch.remainder(phase, 2.0 * torch.pi)
        phases.append(phase)
    # Phases are counted from the frame's center; torch counts from its start.
    center = torch.pi * torch.arange(magnitude.shape[1], device=magnitude.device)
    centered = torch.stack(phases, dim=2) + center[None, :, None]
    return torch.polar(torch.ones_like(centered), centered)


def consistency_ratio(spectra: Tensor) -> Tensor:
    """What one resynthesis makes of each bin, relative to it: (B, K, T) complex.

    One where the guess is a spectrogram some signal has; modulus cut at 2.
    """
    again = stft(istft(spectra, (spectra.shape[-1] - 1) * HOP))
    ratio = again * spectra.conj() / (spectra.abs().square() + TINY**2)
    return ratio * (MAX_RATIO / ratio.abs().clamp(min=MAX_RATIO))


def phase_advance(phasors: Tensor) -> Tensor:
    """Phase step since the frame before, less that of the bin's center: (B, K, T) complex."""
    before = torch.cat([phasors[:, :, :1], phasors[:, :, :-1]], dim=2)
    bins = torch.arange(phasors.shape[1], device=phasors.device)
    expected = -2.0 * torch.pi * HOP / N_FFT * bins[None, :, None]
    turn = torch.polar(torch.ones_like(expected), expected)
    return phasors * before.conj() * turn


@torch.no_grad()
def guess(log_mels: Tensor, *, nnls_updates: int, iterations: int) -> Prior:
    """The prior of ``log_mels`` (B, T, M): NNLS magnitudes, peak phases, a few GL steps."""
    magnitude = invert_mel(log_mels, updates=nnls_updates)
    phasors = refine_phase(magnitude, peak_phase(magnitude), iterations=iterations)
    spectra = magnitude * phasors
    ratio = consistency_ratio(spectra)
    advance = phase_advance(phasors)
    level = ((magnitude + 1e-4).log() + 4.0) / 4.0
    features = [level, ratio.real, ratio.imag, advance.real, advance.imag]
    return Prior(spectra, torch.stack(features, dim=1))

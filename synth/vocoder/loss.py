"""Training losses: spectral energy distance, phase, pitch, and the adversarial pair.

Axes: B batch, N samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from synth.audio.mel import NARROW, RATE_HZ, FrontEnd, log_mel_batch

from .discriminators import Judgement
from .pitch import pitch_classes

# Windows and hops, in samples at 16 kHz; at another rate as long in time. Apart from the front
# end's, short ones for pulses, long ones for harmonics.
RESOLUTIONS = ((1280, 320), (512, 128), (240, 60), (96, 32))
PHASE_RESOLUTIONS = ((640, 160), (320, 80))
LOG_OFFSET = 1e-4
VOICED = 0.5
CLASS_WEIGHT = 0.05


def mel_distance(output: Tensor, target: Tensor, *, front_end: FrontEnd = NARROW) -> Tensor:
    """Mean absolute difference of the log-mels of two signals (B, N)."""
    made, wanted = (log_mel_batch(one, front_end=front_end) for one in (output, target))
    return (made - wanted).abs().mean()


@dataclass(frozen=True)
class Spectra:
    """What signals (B, N) look like at each resolution: magnitudes (B, K, T) and their logs."""

    magnitudes: tuple[Tensor, ...]
    logs: tuple[Tensor, ...]

    @cached_property
    def levels(self) -> tuple[Tensor, ...]:
        """The magnitudes' Frobenius norms (B,)."""
        return tuple(_norm(one) for one in self.magnitudes)


def resolutions_at(
    rate_hz: int, resolutions: Sequence[tuple[int, int]] = RESOLUTIONS
) -> tuple[tuple[int, int], ...]:
    """Windows and hops in samples at a rate, as long in time as those given are at 16 kHz."""
    return tuple((w * rate_hz // RATE_HZ, h * rate_hz // RATE_HZ) for w, h in resolutions)


def spectra_of(signals: Tensor, *, rate_hz: int = RATE_HZ) -> Spectra:
    """The spectra of signals (B, N) over four resolutions."""
    magnitudes = tuple(_magnitude(signals, one) for one in resolutions_at(rate_hz))
    return Spectra(magnitudes, tuple((one + LOG_OFFSET).log() for one in magnitudes))


def spectral_distance(first: Spectra, second: Spectra, recording: Spectra) -> Tensor:
    """Mean over resolutions of how far two spectra are from one another, (B,).

    The norm of the magnitudes' difference over that of the recording's magnitudes, plus the
    mean difference of the logs. Symmetric, and a sum of norms of a difference, as an energy
    distance needs.
    """
    linear = [
        _norm(a - b) / (level + LOG_OFFSET)
        for a, b, level in zip(first.magnitudes, second.magnitudes, recording.levels, strict=True)
    ]
    logs = [(a - b).abs().mean((1, 2)) for a, b in zip(first.logs, second.logs, strict=True)]
    return torch.stack(linear).mean(0) + torch.stack(logs).mean(0)


def _norm(values: Tensor) -> Tensor:
    """Frobenius norms (B,) of values (B, K, T); differentiable where they are zero."""
    return (values.square().sum((1, 2)) + LOG_OFFSET**2).sqrt()


def _magnitude(signals: Tensor, resolution: tuple[int, int]) -> Tensor:
    window, hop = resolution
    shape = torch.hann_window(window, device=signals.device)
    return torch.stft(signals, window, hop, window=shape, return_complex=True).abs()


def energy_distance(first: Spectra, second: Spectra, target: Spectra) -> Tensor:
    """How far two renderings of one input, each with its own noise, are from the target.

    Their distances to the target less the distance between them: a plain distance is least
    for the most predictable sound and turns breath into buzz; this one is least where the
    renderings are spread as recordings are.
    Source: Gritsenko et al. 2020 (A spectral energy distance for parallel speech synthesis).
    """
    to_target = [spectral_distance(one, target, target) for one in (first, second)]
    between = spectral_distance(first, second, target)
    return (to_target[0] + to_target[1] - between).mean()


def phase_distance(output: Tensor, target: Tensor, *, rate_hz: int = RATE_HZ) -> Tensor:
    """One minus the mean cosine of the phase errors of signals (B, N), loud bins first.

    Only of use where output and target share their pitch cycles. Noise gives one.
    """
    resolutions = resolutions_at(rate_hz, PHASE_RESOLUTIONS)
    terms = [_phase_term(output, target, window=w, hop=h) for w, h in resolutions]
    return torch.stack(terms).mean()


def _phase_term(output: Tensor, target: Tensor, *, window: int, hop: int) -> Tensor:
    shape = torch.hann_window(window, device=output.device)
    made, wanted = (
        torch.stft(x, window, hop, window=shape, return_complex=True) for x in (output, target)
    )
    loudness = wanted.abs()
    weights = loudness.sqrt() / loudness.sqrt().mean().clamp(min=LOG_OFFSET)
    least = 1e-3 * loudness.mean() ** 2 + 1e-9
    cosine = (made * wanted.conj()).real / (made.abs() * loudness + least)
    return (weights * (1.0 - cosine)).mean()


def pitch_losses(
    logits: Tensor, voicing_logits: Tensor, frequency: Tensor, voicing: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross-entropies of the pitch classes, over voiced frames, and of the voicing.

    Args:
        logits: (B, T, P); voicing_logits, frequency (Hz), voicing (0..1): (B, T).
    """
    is_voiced = (voicing > VOICED).float()
    by_class = nn.functional.binary_cross_entropy_with_logits(
        logits, pitch_classes(frequency), reduction="none"
    )
    classes = (by_class.sum(-1) * is_voiced).sum() / is_voiced.sum().clamp(min=1.0)
    heard = nn.functional.binary_cross_entropy_with_logits(voicing_logits, voicing)
    return classes * CLASS_WEIGHT, heard


def critic_loss(real: Sequence[Judgement], fake: Sequence[Judgement]) -> Tensor:
    """Hinge loss of the critics, mean over critics."""
    terms = [
        torch.relu(1.0 - r.score).mean() + torch.relu(1.0 + f.score).mean()
        for r, f in zip(real, fake, strict=True)
    ]
    return torch.stack(terms).mean()


def deception_loss(fake: Sequence[Judgement]) -> Tensor:
    """Hinge loss of the network that the critics judge, mean over critics."""
    return torch.stack([torch.relu(1.0 - f.score).mean() for f in fake]).mean()


def feature_distance(real: Sequence[Judgement], fake: Sequence[Judgement]) -> Tensor:
    """Mean L1 distance of hidden maps, relative to the real ones' size."""
    terms = [
        (a - b.detach()).abs().mean() / (b.detach().abs().mean() + LOG_OFFSET)
        for f, r in zip(fake, real, strict=True)
        for a, b in zip(f.hidden, r.hidden, strict=True)
    ]
    return torch.stack(terms).mean()

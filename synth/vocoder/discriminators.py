"""Critics for adversarial training, sized for a single CPU thread.

Axes: B batch, N samples, K frequency bins, T frames, C channels.
Both kinds return their score map and their hidden maps for feature matching.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

RESOLUTIONS = ((1024, 256), (512, 128), (256, 64))  # (window, hop) in samples
PERIODS = (2, 3, 5, 7, 11)  # Kong et al. 2020 (HiFi-GAN)
SLOPE = 0.1
COMPRESSION = 0.3


@dataclass(frozen=True)
class Judgement:
    """One critic's score map and hidden maps."""

    score: Tensor
    hidden: tuple[Tensor, ...]

    def as_float(self) -> Judgement:
        """The same maps in single precision."""
        return Judgement(self.score.float(), tuple(h.float() for h in self.hidden))


class Critic(nn.Module):
    """A stack of 1-D convolutions; what it looks at is up to the subclass."""

    def __init__(self, layers: list[nn.Module], channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.score = weight_norm(nn.Conv1d(channels, 1, 3, padding=1))

    def view(self, samples: Tensor) -> Tensor:
        """What the critic looks at: (B', C, T') of signals (B, N)."""
        raise NotImplementedError

    def forward(self, samples: Tensor) -> Judgement:
        x = self.view(samples)
        hidden = []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), SLOPE)
            hidden.append(x)
        return Judgement(self.score(x), tuple(hidden))


class SpectralCritic(Critic):
    """Looks at one magnitude spectrogram, frequencies as channels."""

    def __init__(self, *, window: int, hop: int, channels: int = 128) -> None:
        sizes = [window // 2 + 1, channels, channels, channels]
        dilations = (1, 2, 4)
        super().__init__(
            [
                weight_norm(nn.Conv1d(a, b, 5, padding=2 * d, dilation=d))
                for a, b, d in zip(sizes[:-1], sizes[1:], dilations, strict=True)
            ],
            channels,
        )
        self.hop = hop
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(window), persistent=False)

    def view(self, samples: Tensor) -> Tensor:
        n_fft = len(self.window)
        spectra = torch.stft(samples, n_fft, self.hop, window=self.window, return_complex=True)
        return (spectra.abs() + 1e-5) ** COMPRESSION


class PeriodCritic(Critic):
    """Looks at every p-th sample, the p phases folded into the batch."""

    def __init__(self, *, period: int, channels: int = 64) -> None:
        sizes = [1, channels // 4, channels // 2, channels, channels]
        strides = (3, 3, 3, 1)
        super().__init__(
            [
                weight_norm(nn.Conv1d(a, b, 5, stride=s, padding=2))
                for a, b, s in zip(sizes[:-1], sizes[1:], strides, strict=True)
            ],
            channels,
        )
        self.period = period

    def view(self, samples: Tensor) -> Tensor:
        n_kept = samples.shape[1] // self.period * self.period
        folded = samples[:, :n_kept].reshape(len(samples), -1, self.period)
        return folded.transpose(1, 2).reshape(-1, 1, folded.shape[1])


class Critics(nn.Module):
    """All critics together."""

    def __init__(self) -> None:
        super().__init__()
        spectral = [SpectralCritic(window=w, hop=h) for w, h in RESOLUTIONS]
        periodic = [PeriodCritic(period=p) for p in PERIODS]
        self.critics = nn.ModuleList([*spectral, *periodic])

    def forward(self, samples: Tensor) -> list[Judgement]:
        return [critic(samples) for critic in self.critics]

"""The vocoder network: a small U-Net over the spectrogram that filters the mel's prior.

Axes: B batch, T frames, M mel bands, K frequency bins, C channels, N samples.
The network turns and scales the bins of a weightless guess (see ``prior``): complex
filtering of a phase-reconstructed spectrogram in the spirit of deep Griffin-Lim (Masuyama
et al. 2019), with 2-D convolutions over bins and frames as in Wavehax (Yoneyama et al.
2024). Deviations: one pass in place of several, adversarial training, and features that
do not change when the whole signal's phase does. With a zero last layer the network
is the guess: the untrained control.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from synth.audio.mel import HOP, N_BINS, istft

from .config import NetworkConfig
from .prior import Prior, guess

N_FEATURES = 5
RESIDUAL_SCALE = 0.3


class Block(nn.Module):
    """A residual convolution on (B, C, K, T), ``dilation`` over frames."""

    def __init__(self, channels: int, *, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=(1, dilation), dilation=(1, dilation))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.conv(nn.functional.silu(x))
        return out


class Level(nn.Module):
    """One resolution: blocks on the way down, the levels below, blocks on the way up."""

    def __init__(self, config: NetworkConfig, *, depth: int, n_bins: int) -> None:
        super().__init__()
        channels = config.channels[depth]
        self.deepest = depth == len(config.channels) - 1
        self.place = nn.Parameter(torch.zeros(channels, n_bins, 1))
        self.before = Block(channels)
        if self.deepest:
            blocks = [Block(channels, dilation=d) for d in config.dilations]
            self.inner: nn.Module = nn.Sequential(*blocks)
            return
        deeper = config.channels[depth + 1]
        self.down = nn.Conv2d(channels, deeper, 3, stride=(2, 1), padding=1)
        self.inner = Level(config, depth=depth + 1, n_bins=(n_bins + 1) // 2)
        self.up = nn.Conv2d(deeper, channels, 1)
        self.after = Block(channels)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The level's maps (B, C, K, T) and the deepest level's, for watching."""
        x = self.before(x + self.place)
        if self.deepest:
            x = self.inner(x)
            return x, x
        below, deepest = self.inner(self.down(nn.functional.silu(x)))
        raised = self.up(below).repeat_interleave(2, dim=2)[:, :, : x.shape[2]]
        return self.after(x + raised), deepest


class VocoderNetwork(nn.Module):
    """Log-mels (B, T, M) at 16 kHz to signals (B, (T - 1) * HOP), float32."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv2d(N_FEATURES, config.channels[0], (5, 3), padding=(2, 1))
        self.levels = Level(config, depth=0, n_bins=N_BINS)
        self.leave = nn.Conv2d(config.channels[0], 2, 3, padding=1)
        self.apply(initialize)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]

    @property
    def reach_frames(self) -> int:
        """How many frames to either side an output frame can depend on, at most."""
        frames_per_transform = 4  # a window spans four hops, and so does its inverse
        convolutions = 2 * len(self.config.channels) + len(self.config.channels) + 2
        prior = frames_per_transform * (self.config.prior_iterations + 2)
        return prior + convolutions + sum(self.config.dilations)

    def prior(self, log_mels: Tensor) -> Prior:
        """The weightless guess this network starts from."""
        return guess(
            log_mels,
            nnls_updates=self.config.nnls_updates,
            iterations=self.config.prior_iterations,
        )

    def filter_of(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """The filter (B, 2, K, T) for features (B, 5, K, T), and the deepest maps."""
        x = self.enter(features.contiguous(memory_format=torch.channels_last))
        maps, deepest = self.levels(x)
        return self.leave(nn.functional.silu(maps)), deepest

    def forward(self, log_mels: Tensor) -> Tensor:
        prior = self.prior(log_mels)
        predicted, _ = self.filter_of(prior.features)
        return istft(apply_filter(prior, predicted), (log_mels.shape[1] - 1) * HOP)


def initialize(module: nn.Module) -> None:
    """Keep the size of features through the levels, residual branches starting small.

    PyTorch's own convolution start shrinks them until the deep levels see a constant.
    """
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)  # type: ignore[arg-type]
    if isinstance(module, Block):
        nn.init.kaiming_normal_(module.conv.weight, nonlinearity="relu")
        with torch.no_grad():
            module.conv.weight.mul_(RESIDUAL_SCALE)


def apply_filter(prior: Prior, predicted: Tensor) -> Tensor:
    """Complex spectra (B, K, T): the prior times one plus the predicted filter."""
    return prior.spectra * torch.complex(1.0 + predicted[:, 0], predicted[:, 1])


def n_parameters(module: nn.Module) -> int:
    """Number of trained values of a module."""
    return sum(parameter.numel() for parameter in module.parameters())

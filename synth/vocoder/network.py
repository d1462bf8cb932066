"""The vocoder network: a ConvNeXt trunk at frame rate that filters the mel's prior.

Axes: B batch, T frames, M mel bands, K frequency bins, C channels, N samples.
Trunk and inverse-transform head follow Siuzdak 2023 (Vocos, section 3). Deviation: the
head turns and scales the bins of a weightless guess (see ``prior``) in place of making
them from nothing, as FreeV (Lv et al. 2024) does for magnitudes. With a zero head
the network is the guess, which is the untrained control.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from synth.audio.mel import HOP, N_BINS, istft

from .config import NetworkConfig
from .prior import Prior, guess

FEATURES_PER_BIN = 5
LAYER_SCALE = 0.1


class Block(nn.Module):
    """One ConvNeXt block on (B, C, T): depthwise over frames, then per frame."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        dim, inner = config.dim, config.dim * config.expansion
        self.depthwise = nn.Conv1d(
            dim, dim, config.kernel, padding=config.kernel // 2, groups=dim
        )
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.widen = nn.Linear(dim, inner)
        self.narrow = nn.Linear(inner, dim)
        self.scale = nn.Parameter(torch.full((dim,), LAYER_SCALE))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.norm(self.depthwise(x).transpose(1, 2))
        hidden = self.narrow(nn.functional.gelu(self.widen(hidden)))
        out: Tensor = x + (hidden * self.scale).transpose(1, 2)
        return out


class VocoderNetwork(nn.Module):
    """Log-mels (B, T, M) at 16 kHz to signals (B, (T - 1) * HOP), float32."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Conv1d(FEATURES_PER_BIN * N_BINS, config.dim, 1)
        self.embed_norm = nn.LayerNorm(config.dim, eps=1e-6)
        self.blocks = nn.Sequential(*(Block(config) for _ in range(config.layers)))
        self.final_norm = nn.LayerNorm(config.dim, eps=1e-6)
        self.head = nn.Linear(config.dim, 2 * N_BINS)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def prior(self, log_mels: Tensor) -> Prior:
        """The weightless guess this network starts from."""
        return guess(
            log_mels,
            nnls_updates=self.config.nnls_updates,
            iterations=self.config.prior_iterations,
        )

    def trunk(self, features: Tensor) -> Tensor:
        """Frame features (B, T, C) of the prior's features (B, 5 K, T)."""
        hidden = self.embed_norm(self.embed(features).transpose(1, 2)).transpose(1, 2)
        out: Tensor = self.final_norm(self.blocks(hidden).transpose(1, 2))
        return out

    def filtered(self, prior: Prior, hidden: Tensor) -> Tensor:
        """Complex spectra (B, K, T): the prior times one plus the predicted filter."""
        real, imaginary = self.head(hidden).transpose(1, 2).chunk(2, dim=1)
        return prior.spectra * torch.complex(1.0 + real, imaginary)

    def forward(self, log_mels: Tensor) -> Tensor:
        prior = self.prior(log_mels)
        spectra = self.filtered(prior, self.trunk(prior.features))
        return istft(spectra, (log_mels.shape[1] - 1) * HOP)


def n_parameters(module: nn.Module) -> int:
    """Number of trained values of a module."""
    return sum(parameter.numel() for parameter in module.parameters())

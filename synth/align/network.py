"""The aligner's network: which sound each frame is.

Axes: B batch, T frames of 10 ms, M mel bands, K sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from synth.audio.mel import N_MELS
from synth.vocoder.trunk import Trunk

from .features import Features
from .sounds import SOUNDS


@dataclass(frozen=True)
class AlignerConfig:
    """Sounds and size. The defaults have about 0.6 M parameters and hear 0.2 s to each side."""

    sounds: tuple[str, ...] = SOUNDS
    width: int = 128
    dilations: tuple[int, ...] = (1, 1, 2, 1, 1)
    n_mels: int = N_MELS


class AlignerNetwork(nn.Module):
    """Features (B, T, M) float32 to log posteriors (B, T, K) float32 at 16 kHz, hop 160."""

    def __init__(self, config: AlignerConfig) -> None:
        super().__init__()
        self.config = config
        n_sounds = len(config.sounds)
        self.trunk = Trunk(config.n_mels, n_sounds, width=config.width, dilations=config.dilations)

    def forward(self, features: Tensor) -> Tensor:
        """Log posteriors (B, T, K)."""
        values, _ = self.trunk(features)
        posteriors: Tensor = torch.log_softmax(values, dim=-1)
        return posteriors


@torch.no_grad()
def log_posteriors(
    network: AlignerNetwork, features: Sequence[Features]
) -> list[NDArray[np.float32]]:
    """Log posteriors (T, K) of each utterance's features (T, M), one by one, on its device."""
    device = next(network.parameters()).device
    batches = (torch.from_numpy(np.asarray(one, np.float32))[None].to(device) for one in features)
    return [network(batch)[0].cpu().numpy() for batch in batches]

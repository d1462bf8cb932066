"""The recognizer's network: which sound each frame is, heard within its whole recording.

Axes: B batch, T frames of 10 ms, M mel bands, W channels, K sounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synth.align.sounds import SOUNDS
from synth.audio.mel import N_MELS
from synth.vocoder.trunk import Block

STRIDE = 2  # sounds last 30 ms and more: every other frame is heard, what lies between is halved
FIRST_KERNEL = 5


@dataclass(frozen=True)
class RecognizerConfig:
    """Sounds and sizes: ``depth`` blocks of ``width`` channels, then layers in both directions.

    The defaults have about 1.5 M parameters.
    """

    sounds: tuple[str, ...] = SOUNDS
    width: int = 192
    depth: int = 3
    recurrent: int = 160
    layers: int = 2
    dropout: float = 0.2
    n_mels: int = N_MELS


class RecognizerNetwork(nn.Module):
    """Features (B, T, M) of ``synth.align.features`` to log posteriors (B, T, K), float32.

    Convolutions (ConvNeXt blocks) and recurrent layers over the whole recording (LSTM: Hochreiter
    and Schmidhuber 1997; in both directions: Graves and Schmidhuber 2005). ``in_half`` runs it in
    bfloat16, for training.
    """

    architecture = "recognizer"

    def __init__(self, config: RecognizerConfig) -> None:
        super().__init__()
        self.config, self.in_half = config, False
        width, hidden = config.width, config.recurrent
        self.enter = nn.Conv1d(
            config.n_mels, width, FIRST_KERNEL, stride=STRIDE, padding=FIRST_KERNEL // 2
        )
        self.norm = nn.LayerNorm(width)
        blocks = [Block(width, dilation=1, scale=1.0 / config.depth) for _ in range(config.depth)]
        self.blocks = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(config.dropout)
        self.context = nn.LSTM(
            width,
            hidden,
            config.layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout,
        )
        self.leave = nn.Linear(2 * hidden, len(config.sounds))

    def forward(self, features: Tensor) -> Tensor:
        """Log posteriors (B, T, K)."""
        with torch.autocast(features.device.type, torch.bfloat16, enabled=self.in_half):
            entered = self.norm(self.enter(features.transpose(1, 2)).transpose(1, 2))
            heard, _ = self.context(self.dropout(self.blocks(entered)))
            values = self.leave(self.dropout(heard)).float()
        posteriors: Tensor = torch.log_softmax(between(values)[:, : features.shape[1]], dim=-1)
        return posteriors


def between(values: Tensor) -> Tensor:
    """Values (B, T, K) with the mean of its neighbors after each (B, 2 T, K)."""
    following = torch.cat([values[:, 1:], values[:, -1:]], dim=1)
    return torch.stack([values, 0.5 * (values + following)], dim=2).flatten(1, 2)

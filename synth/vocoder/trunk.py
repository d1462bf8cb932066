"""The trunk of the generator and of its pitch reader: ConvNeXt blocks at frame rate.

Axes: B batch, T frames, C channels.
Source: Liu et al. 2022 (ConvNeXt), in one dimension as in Vocos (Siuzdak 2023).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

KERNEL = 7
FIRST_KERNEL = 5
EXPANSION = 3
# No norm follows the last block: what is constant in the features grows with training, and a
# norm then leaves the rest too small to be read (docs/networks.md).
FEATURE_SCALE = 0.3


class Block(nn.Module):
    """A residual block on (B, T, C): frames are mixed per channel, then channels per frame."""

    def __init__(self, width: int, *, dilation: int, scale: float) -> None:
        super().__init__()
        padding = KERNEL // 2 * dilation
        self.mix = nn.Conv1d(width, width, KERNEL, padding=padding, dilation=dilation, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, EXPANSION * width)
        self.narrow = nn.Linear(EXPANSION * width, width)
        self.scale = nn.Parameter(torch.full((width,), scale))

    def forward(self, x: Tensor) -> Tensor:
        mixed = self.norm(self.mix(x.transpose(1, 2)).transpose(1, 2))
        hidden = nn.functional.gelu(self.widen(mixed))
        out: Tensor = x + self.scale * self.narrow(hidden)
        return out


class Trunk(nn.Module):
    """Features (B, T, n_in) to values (B, T, n_out); one block per dilation.

    ``in_half`` runs it in bfloat16, for training.
    """

    def __init__(self, n_in: int, n_out: int, *, width: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.in_half = False
        self.enter = nn.Conv1d(n_in, width, FIRST_KERNEL, padding=FIRST_KERNEL // 2)
        self.enter_norm = nn.LayerNorm(width)
        scale = 1.0 / len(dilations)
        self.blocks = nn.Sequential(*[Block(width, dilation=d, scale=scale) for d in dilations])
        self.leave = nn.Linear(width, n_out)
        self.reach_frames = FIRST_KERNEL // 2 + KERNEL // 2 * sum(dilations)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The values, float32, and the last features (B, T, C), for watching."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.in_half):
            entered = self.enter(x.transpose(1, 2)).transpose(1, 2)
            features = FEATURE_SCALE * self.blocks(self.enter_norm(entered))
            return self.leave(features).float(), features

"""The pitch reader: fundamental frequency and voicing from the mel alone.

Axes: B batch, T frames, P pitch classes of 20 cents.
Classes and the local mean around the best one follow CREPE (Kim et al. 2018, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .trunk import Trunk

LOWEST_HZ = 50.0
CLASS_CENTS = 20.0
N_CLASSES = 240  # up to 800 Hz
BLUR_CLASSES = 1.25  # standard deviation of a target
NEIGHBORS = 4  # classes on either side that the mean around the best one takes in
DILATIONS = (1, 2, 4, 1, 2, 4)
SETTLE_FRAMES = 20  # how far an unvoiced frame looks for a pitch to hold
SMOOTHING = (0.25, 0.5, 0.25)  # over frames
TRUST = 4.0  # power of the voicing: what is half voiced says little


class PitchReader(nn.Module):
    """Normalized log-mels (B, T, M) to class logits (B, T, P) and voicing logits (B, T)."""

    def __init__(self, n_mels: int, *, width: int, depth: int) -> None:
        super().__init__()
        self.trunk = Trunk(n_mels, N_CLASSES + 1, width=width, dilations=DILATIONS[:depth])

    def forward(self, mels: Tensor) -> tuple[Tensor, Tensor]:
        values, _ = self.trunk(mels)
        return values[..., :N_CLASSES], values[..., N_CLASSES]

    @property
    def reach_frames(self) -> int:
        """How many frames to either side a frame's pitch depends on."""
        return self.trunk.reach_frames + SETTLE_FRAMES + len(SMOOTHING) // 2


def pitch_classes(frequency: Tensor) -> Tensor:
    """Targets (..., P) in 0..1 for frequencies (...) in Hz: a bell around the class."""
    place = 1200.0 / CLASS_CENTS * torch.log2(frequency / LOWEST_HZ)
    classes = torch.arange(N_CLASSES, device=frequency.device)
    return torch.exp(-0.5 * ((classes - place[..., None]) / BLUR_CLASSES) ** 2)


@dataclass(frozen=True)
class Pitch:
    """What is read off a mel: frequencies (B, T) in Hz and voicing (B, T) in 0..1.

    Frequencies of unvoiced frames are held from the voiced around them.
    """

    frequency: Tensor
    voicing: Tensor


def read_pitch(logits: Tensor, voicing_logits: Tensor) -> Pitch:
    """The pitch that the reader's values stand for."""
    chances = torch.sigmoid(logits)
    best = chances.argmax(-1, keepdim=True)
    around = best + torch.arange(-NEIGHBORS, NEIGHBORS + 1, device=logits.device)
    around = around.clamp(0, N_CLASSES - 1)
    weights = chances.gather(-1, around)
    place = (weights * around).sum(-1) / weights.sum(-1)
    voicing = torch.sigmoid(voicing_logits)
    return Pitch(settle(place * (CLASS_CENTS / 1200.0), voicing), voicing)


def settle(octaves: Tensor, voicing: Tensor) -> Tensor:
    """Frequencies (B, T) in Hz of octaves above the lowest: unvoiced frames take the
    voicing-weighted mean of what is near, so that the pitch never jumps where it is a guess.
    """
    kernel = torch.hann_window(2 * SETTLE_FRAMES + 3, periodic=False, device=octaves.device)
    kernel = kernel[None, None, 1:-1]
    trust = (voicing**TRUST)[:, None] + 1e-4
    total = nn.functional.conv1d(trust, kernel, padding=SETTLE_FRAMES)
    near = nn.functional.conv1d(trust * octaves[:, None], kernel, padding=SETTLE_FRAMES) / total
    settled = voicing * octaves + (1.0 - voicing) * near[:, 0]
    smooth = torch.tensor(SMOOTHING, device=octaves.device)[None, None]
    padded = nn.functional.pad(settled[:, None], (1, 1), mode="replicate")
    return LOWEST_HZ * torch.exp2(nn.functional.conv1d(padded, smooth)[:, 0])

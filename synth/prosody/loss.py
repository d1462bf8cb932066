"""Distances that an acoustic network learns by.

Axes: B batch, S renderings, T frames, M mel bands, P phonemes, F features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .features import FEATURES

# Patches (frames, bands) within which bands and frames have to fit each other: a point, about a
# phone's steady part by a harmonic's width, and a syllable by a formant's.
PATCHES = ((1, 1), (4, 5), (12, 20))
TINY = 1e-6
PITCH = (FEATURES.index("log_f0"), FEATURES.index("slope"))
VOICING = FEATURES.index("voicing")


def mean_distance(mels: Tensor, target: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference of log-mels (B, T, M) over the real frames (B, T)."""
    return ((mels - target).abs().mean(-1) * real).sum() / real.sum().clamp(min=1.0)


def texture_distance(first: Tensor, second: Tensor, target: Tensor, real: Tensor) -> Tensor:
    """Energy distance of two renderings with different noise from a target, all (B, T, M).

    For every patch size the mean distance from the target less half that from each other. With
    the root mean square of a patch as distance it is least where renderings are distributed as
    recordings are (Szekely and Rizzo 2013; a strictly proper score, Gneiting and Raftery 2007),
    so blurring costs as much as wrong detail.
    """
    mask = real[..., None]
    apart = [(first - target) * mask, (second - target) * mask, (first - second) * mask]
    share = real.mean().clamp(min=TINY)
    total = first.new_zeros(())
    for patch in PATCHES:
        to_first, to_second, between = (patch_distance(one, patch) for one in apart)
        total = total + (to_first + to_second - between) / 2.0
    return total / (len(PATCHES) * share)


def patch_distance(difference: Tensor, patch: tuple[int, int]) -> Tensor:
    """Mean over half-overlapping patches of the root mean square of a difference (B, T, M)."""
    if patch == (1, 1):
        return difference.abs().mean()
    stride = tuple(max(1, size // 2) for size in patch)
    squares = nn.functional.avg_pool2d(difference.square()[:, None], patch, stride)
    return torch.sqrt(squares + TINY).mean()


def prosody_distance(predicted: Tensor, features: Tensor, real: Tensor, pause: Tensor) -> Tensor:
    """How far predicted features (B, P, F) are from measured ones, both normalized.

    Pitch counts by the voiced share of a phoneme and not at all in pauses (B, P).
    """
    wrong = nn.functional.smooth_l1_loss(predicted, features, reduction="none")
    weights = real[..., None].expand_as(wrong).clone()
    pitched = real * (1.0 - pause) * features[..., VOICING]
    for column in PITCH:
        weights[..., column] = pitched
    return ((wrong * weights).sum((0, 1)) / weights.sum((0, 1)).clamp(min=1.0)).sum()


def texture_ratio(mels: Tensor, target: Tensor) -> Tensor:
    """How much fine detail mels (B, T, M) have for that of a target: 1 is as much, less is blurred.

    Detail is what remains without a mean over 3 frames by 5 bands.
    """
    found, wanted = (one - smooth(one) for one in (mels, target))
    return (found.square().mean() / wanted.square().mean().clamp(min=TINY)).sqrt()


def smooth(mels: Tensor) -> Tensor:
    """Means over 3 frames by 5 bands, (B, T, M)."""
    pooled = nn.functional.avg_pool2d(
        mels[:, None], (3, 5), stride=1, padding=(1, 2), count_include_pad=False
    )
    return pooled[:, 0]

"""Distances that an acoustic network learns by.

Axes: B batch, S renderings, T frames, M mel bands, P phonemes, F features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .features import FEATURES

# Areas (frames, bands) over which means are compared, beside points and their differences:
# about a harmonic for a phone's steady part, and a formant for a syllable.
AREAS = ((4, 4), (12, 16))
TINY = 1e-6
PITCH = (FEATURES.index("log_f0"), FEATURES.index("slope"))
VOICING = FEATURES.index("voicing")


def mean_distance(mels: Tensor, target: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference of log-mels (B, T, M) over the real frames (B, T)."""
    return ((mels - target).abs().mean(-1) * real).sum() / real.sum().clamp(min=1.0)


def texture_distance(first: Tensor, second: Tensor, target: Tensor, real: Tensor) -> Tensor:
    """Energy distance of two renderings with different noise from a target, all (B, T, M).

    The mean distance from the target less half that from each other is least where renderings
    are distributed as recordings are (Gneiting and Raftery 2007, section 4.2), so blur costs as
    much as wrong detail. It is taken of several views of the mel, each a linear map: of points
    alone, white noise would do for what is uncertain of a whole formant.
    """
    mask = real[..., None]
    apart = torch.stack([first - target, second - target, first - second]) * mask
    share = real.mean().clamp(min=TINY)
    scores = []
    for view in views(apart.flatten(0, 1)):
        to_first, to_second, between = view.abs().mean((1, 2)).unflatten(0, (3, -1)).mean(1)
        scores.append((to_first + to_second - between) / 2.0)
    return torch.stack(scores).mean() / share


def views(mels: Tensor) -> list[Tensor]:
    """Mels (B, T, M) as they are, their steps in time and over bands, and means of ``AREAS``."""
    seen = [mels, mels[:, 1:] - mels[:, :-1], mels[:, :, 1:] - mels[:, :, :-1]]
    for frames, bands in AREAS:
        strides = (frames // 2, bands // 2)
        seen.append(nn.functional.avg_pool2d(mels[:, None], (frames, bands), strides)[:, 0])
    return seen


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

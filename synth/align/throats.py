"""Vocal tract lengths: spectra stretched or squeezed, and which stretch suits a speaker.

Axes: B batch, T frames of 10 ms, M mel bands.
Source: Lee and Rose 1996 (warp chosen by the likelihood of the text).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import NARROW

from .alignment import Thresholds, align_posteriors
from .features import Features
from .network import AlignerNetwork, log_posteriors
from .script import Script

HTK, HTK_HZ = 2595 / np.log(10), 700.0  # of the mel scale
FACTORS = (0.8, 0.86, 0.93, 1.0, 1.08)  # below 1 for throats shorter than those learned from


def warped(features: Tensor, factors: NDArray[np.float64]) -> Tensor:
    """Mel features (B, T, M) with the frequencies of each utterance multiplied by a factor (B,)."""
    n_mels = features.shape[2]
    top = HTK * np.log1p(NARROW.high_hz / HTK_HZ)
    hz = HTK_HZ * np.expm1(np.linspace(0.0, top, n_mels) / HTK)
    asked = HTK * np.log1p(hz / factors[:, None] / HTK_HZ) / top * (n_mels - 1)
    places = torch.from_numpy(np.clip(asked, 0, n_mels - 1)).to(features)
    low = places.floor().long().clamp(max=n_mels - 2)
    share = (places - low)[:, None, :]
    low = low[:, None, :].expand(features.shape)
    return torch.lerp(features.gather(2, low), features.gather(2, low + 1), share)


def warped_alike(features: Sequence[Features], factor: float) -> list[Features]:
    """Features (T, M) of one speaker's recordings, all warped by one factor."""
    if factor == 1.0:
        return list(features)
    factors = np.array([factor])
    return [warped(torch.from_numpy(one)[None], factors)[0].numpy() for one in features]


def best_factor(
    network: AlignerNetwork, features: Sequence[Features], scripts: Sequence[Script]
) -> float:
    """The factor of ``FACTORS`` with which the texts fit the recordings best."""
    scores = []
    for factor in FACTORS:
        posteriors = log_posteriors(network, warped_alike(features, factor))
        found = align_posteriors(posteriors, scripts, Thresholds())
        scores.append(float(np.mean([one.score for one in found if one.symbols] or [0.0])))
    return FACTORS[int(np.argmax(scores))]

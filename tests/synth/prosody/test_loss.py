"""Distances: what they are least for."""

import pytest
import torch

from synth.prosody.loss import (
    mean_distance,
    prosody_distance,
    texture_distance,
    texture_ratio,
)

SHAPE = (40, 48, 60)  # renderings, frames, bands


def noise(seed, spread=1.0):
    return spread * torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed))


def score(spread):
    real = torch.ones(SHAPE[:2])
    return float(texture_distance(noise(1, spread), noise(2, spread), noise(3), real))


def test_texture_is_best_where_renderings_vary_as_recordings_do():
    right = score(1.0)
    assert right < score(0.0) - 0.1  # the mean, blurred
    assert right < score(0.5)
    assert right < score(2.0)


def soft(seed, spread=1.0):
    """Noise whose neighbors are alike, of the same spread."""
    mixed = torch.nn.functional.avg_pool2d(noise(seed)[:, None], 5, stride=1, padding=2)[:, 0]
    return spread * mixed / mixed.std()


def test_white_noise_is_no_texture_for_what_is_smooth():
    real = torch.ones(SHAPE[:2])
    right = texture_distance(soft(1), soft(2), soft(3), real)
    assert float(right) < float(texture_distance(noise(1), noise(2), soft(3), real)) - 0.05


def test_what_is_not_real_does_not_count():
    real = torch.ones(2, 10)
    real[:, 6:] = 0.0
    target = torch.zeros(2, 10, 5)
    mels = target.clone()
    mels[:, 6:] = 9.0
    assert float(mean_distance(mels, target, real)) == 0.0
    assert float(mean_distance(mels + 1.0, target, real)) == pytest.approx(1.0)


def test_pitch_in_pauses_and_without_voice_is_nobodys_fault():
    features = torch.zeros(1, 3, 5)
    features[0, :, 2] = torch.tensor([1.0, 1.0, 0.0])
    predicted = features.clone()
    real, pause = torch.ones(1, 3), torch.tensor([[1.0, 0.0, 0.0]])
    predicted[0, [0, 2], 0] = 4.0  # a pause and a voiceless phone
    assert float(prosody_distance(predicted, features, real, pause)) == 0.0
    predicted[0, 1, 0] = 4.0
    assert float(prosody_distance(predicted, features, real, pause)) > 1.0


def test_the_texture_ratio_shows_blur():
    sharp = noise(1)
    blurred = torch.nn.functional.avg_pool1d(sharp, 5, stride=1, padding=2)
    assert float(texture_ratio(sharp, noise(2))) == pytest.approx(1.0, abs=0.02)
    assert float(texture_ratio(blurred, sharp)) < 0.5

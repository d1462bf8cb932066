"""Losses and critics: zero where they must be, ordered where they must be."""

import pytest
import torch

from synth.vocoder.discriminators import PERIODS, RESOLUTIONS, Critics, Judgement, PeriodCritic
from synth.vocoder.loss import (
    critic_loss,
    deception_loss,
    feature_distance,
    mel_distance,
    multi_resolution_distance,
)

from .signals import voice


@pytest.fixture(scope="module")
def signal():
    return torch.from_numpy(voice(8000))[None]


@pytest.mark.parametrize("distance", [mel_distance, multi_resolution_distance])
def test_a_signal_is_at_no_distance_from_itself_and_nearer_to_less_noise(distance, signal):
    noise = torch.randn(signal.shape, generator=torch.Generator().manual_seed(2))
    same, near, far = (float(distance(signal + a * noise, signal)) for a in (0.0, 0.001, 0.03))
    assert same == pytest.approx(0.0, abs=1e-6)
    assert 0 < near < far


def judgement(score):
    return [Judgement(torch.full((1, 1, 4), score), (torch.full((1, 2, 4), score),))]


def test_critics_lose_nothing_when_they_are_sure_and_right():
    assert float(critic_loss(judgement(1.0), judgement(-1.0))) == 0.0
    assert float(critic_loss(judgement(-1.0), judgement(1.0))) == 4.0


def test_the_network_loses_nothing_when_it_deceives():
    assert float(deception_loss(judgement(1.5))) == 0.0
    assert float(deception_loss(judgement(-1.0))) == 2.0


def test_equal_hidden_maps_are_at_no_distance():
    assert float(feature_distance(judgement(0.5), judgement(0.5))) == 0.0
    assert float(feature_distance(judgement(0.5), judgement(1.0))) == pytest.approx(1.0, rel=1e-3)


def test_every_critic_scores_every_signal(signal):
    judged = Critics()(torch.cat([signal, signal]))
    assert len(judged) == len(PERIODS) + len(RESOLUTIONS)
    assert all(bool(torch.isfinite(j.score).all()) for j in judged)


def test_a_period_critic_sees_samples_one_period_apart():
    view = PeriodCritic(period=3).view(torch.arange(10.0)[None])
    assert view[:, 0].tolist() == [[0.0, 3.0, 6.0], [1.0, 4.0, 7.0], [2.0, 5.0, 8.0]]

"""Losses and critics: zero where they must be, ordered where they must be."""

import pytest
import torch

from synth.vocoder.discriminators import PERIODS, RESOLUTIONS, Critics, Judgement, PeriodCritic
from synth.vocoder.loss import (
    critic_loss,
    deception_loss,
    energy_distance,
    feature_distance,
    mel_distance,
    phase_distance,
    pitch_losses,
    spectra_of,
    spectral_distance,
)
from synth.vocoder.pitch import pitch_classes

from .signals import voice


@pytest.fixture(scope="module")
def signal():
    return torch.from_numpy(voice(8000))[None]


def spectral(first, second):
    made, recording = spectra_of(first), spectra_of(second)
    return spectral_distance(made, recording, recording).mean()


def energy(*signals):
    return float(energy_distance(*map(spectra_of, signals)))


@pytest.mark.parametrize("distance", [mel_distance, spectral])
def test_a_signal_is_at_no_distance_from_itself_and_nearer_to_less_noise(distance, signal):
    noise = torch.randn(signal.shape, generator=torch.Generator().manual_seed(2))
    same, near, far = (float(distance(signal + a * noise, signal)) for a in (0.0, 0.001, 0.03))
    assert same == pytest.approx(0.0, abs=1e-6)
    assert 0 < near < far


def noises(seed, n=3, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    return [scale * torch.randn(4, 8000, generator=generator) for _ in range(n)]


def test_a_noise_is_best_rendered_as_noise_of_its_level():
    """A plain distance prefers the predictable; the energy distance does not."""
    target, first, second = noises(1)
    tone = torch.cos(0.5 * torch.arange(8000.0)).expand(4, 8000)
    as_noise = energy(first, second, target)
    assert as_noise < energy(tone, tone, target)
    for scale in (0.5, 2.0):
        assert as_noise < energy(scale * first, scale * second, target)


def test_phase_errors_are_none_for_the_same_signal_and_one_for_noise(signal):
    assert float(phase_distance(signal, signal)) < 0.1  # bins of next to nothing count as wrong
    assert float(phase_distance(*noises(2, n=2))) == pytest.approx(1.0, abs=0.02)


def test_pitch_is_only_learned_where_there_is_voice():
    logits = torch.zeros(1, 4, 240)
    frequency = torch.tensor([[100.0, 100.0, 700.0, 700.0]])
    voicing = torch.tensor([[1.0, 1.0, 0.0, 0.0]])
    right = logits.clone()
    right[0, :2] = 20 * (pitch_classes(frequency[:, :2])[0] - 0.5)
    flat, heard = pitch_losses(logits, torch.zeros(1, 4), frequency, voicing)
    better, sure = pitch_losses(right, 20 * (voicing - 0.5), frequency, voicing)
    assert float(better) < 0.1 * float(flat)
    assert float(sure) < 1e-3 < float(heard)


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

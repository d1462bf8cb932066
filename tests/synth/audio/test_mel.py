"""The front end: shapes, inversion, phase reconstruction."""

import numpy as np
import pytest
import torch

from synth.audio.mel import (
    HOP,
    LOG_FLOOR,
    N_BINS,
    N_MELS,
    griffin_lim,
    invert_mel,
    istft,
    log_mel,
    log_mel_batch,
    mel_bank,
    mel_of_magnitude,
    n_frames,
    stft,
)


@pytest.fixture(scope="module")
def voice():
    """A second of a gliding harmonic tone with a little noise, peak below one."""
    rng = np.random.default_rng(5)
    time_s = np.arange(16_000) / 16_000
    phase = 2 * np.pi * np.cumsum(140 + 40 * np.sin(2 * np.pi * 1.5 * time_s)) / 16_000
    tone = sum(np.cos(k * phase) / k for k in range(1, 30))
    envelope = 0.55 - 0.45 * np.cos(2 * np.pi * 3 * time_s)
    return (0.2 * tone * envelope + 0.003 * rng.standard_normal(16_000)).astype(np.float32)


def distance(first, second):
    return float(np.abs(first - second).mean())


@pytest.mark.parametrize("n_samples", [321, 16_000, 16_001, 16_159])
def test_a_mel_has_one_frame_more_than_whole_hops(n_samples):
    mel = log_mel(np.ones(n_samples))
    assert mel.shape == (n_frames(n_samples), N_MELS) == (1 + n_samples // HOP, N_MELS)


def test_a_signal_too_short_to_reflect_is_refused():
    with pytest.raises(ValueError, match="321"):
        log_mel(np.ones(320))


def test_silence_is_the_floor():
    assert np.allclose(log_mel(np.zeros(1600)), np.log(LOG_FLOOR))


def test_every_band_is_a_triangle_within_the_spectrum():
    bank = mel_bank()
    assert bank.shape == (N_MELS, N_BINS)
    assert bool((bank.sum(1) > 0).all())
    assert float(bank.max()) <= 1.0


def test_a_tone_lands_in_the_band_around_it():
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    band = int(log_mel(tone)[50].argmax())
    center_hz = 700 * (10 ** (2840.0 * (band + 1) / (N_MELS + 1) / 2595) - 1)
    assert abs(center_hz - 1000) < 40


@pytest.mark.parametrize("n_samples", [1600, 1601, 1759])
def test_inverse_transform_restores_every_sample(n_samples):
    signal = torch.randn(2, n_samples, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(istft(stft(signal), n_samples), signal, atol=1e-5)


def test_inverted_magnitudes_have_the_mel_they_came_from(voice):
    mels = log_mel_batch(torch.from_numpy(voice)[None])
    inverted = invert_mel(mels)
    assert bool((inverted >= 0).all())
    assert float((mel_of_magnitude(inverted) - mels).abs().mean()) < 0.05


def test_more_updates_bring_the_mel_closer(voice):
    mels = log_mel_batch(torch.from_numpy(voice)[None])
    errors = [
        float((mel_of_magnitude(invert_mel(mels, updates=n)) - mels).exp().sub(1).square().mean())
        for n in (1, 5, 50)
    ]
    assert errors[0] > errors[1] > errors[2]


def test_griffin_lim_comes_close_to_the_mel(voice):
    mel = log_mel(voice)
    output = griffin_lim(mel, len(voice), seed=1)
    assert output.shape == voice.shape
    assert distance(log_mel(output), mel) < 0.2


def test_griffin_lim_improves_with_iterations(voice):
    mel = log_mel(voice)
    few, many = (griffin_lim(mel, len(voice), iterations=n, seed=1) for n in (1, 40))
    assert distance(log_mel(many), mel) < 0.6 * distance(log_mel(few), mel)


def test_griffin_lim_repeats_itself_by_seed(voice):
    mel = log_mel(voice)
    first, again, other = (
        griffin_lim(mel, len(voice), iterations=2, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_griffin_lim_of_silence_is_silent():
    output = griffin_lim(log_mel(np.zeros(3200)), 3200, iterations=3, seed=0)
    assert np.isfinite(output).all()
    assert np.abs(output).max() < 1e-3


def test_griffin_lim_refuses_a_mel_of_another_length(voice):
    with pytest.raises(ValueError, match=r"\(101, 100\)"):
        griffin_lim(log_mel(voice)[:50], len(voice), seed=0)

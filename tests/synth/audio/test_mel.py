"""The front end: shapes, inversion, phase reconstruction."""

import numpy as np
import pytest
import torch

from synth.audio.mel import (
    HOP,
    LOG_FLOOR,
    N_BINS,
    N_FFT,
    N_MELS,
    NARROW,
    RATE_HZ,
    WIDE,
    FrontEnd,
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


@pytest.mark.parametrize("front_end", [NARROW, WIDE])
def test_the_inverse_transform_is_torch_s_own(front_end):
    """Also of spectra that no signal has."""
    generator = torch.Generator().manual_seed(2)
    spectra = torch.randn(2, 12, front_end.n_bins, dtype=torch.complex64, generator=generator)
    n_samples = 12 * front_end.hop - 1
    expected = torch.istft(
        spectra.transpose(1, 2),
        front_end.n_fft,
        front_end.hop,
        window=torch.hann_window(front_end.window),
        length=n_samples,
    )
    assert torch.allclose(istft(spectra, n_samples, front_end=front_end), expected, atol=1e-5)


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


BETWEEN = FrontEnd(rate_hz=24_000, hop=300, window=1200, n_fft=2048, n_mels=80, high_hz=12_000.0)


def wide_voice(n_samples=24_000, *, hz=150.0):
    """A harmonic tone whose partials reach 11 kHz, with some noise, at 24 kHz."""
    noise = 0.003 * np.random.default_rng(2).standard_normal(n_samples)
    phase = 2 * np.pi * hz * np.arange(n_samples) / 24_000
    partials = range(1, int(11_000 / hz))
    return (0.1 * sum(np.cos(k * phase) / k for k in partials) + noise).astype(np.float32)


def test_the_narrow_front_end_is_what_the_constants_say():
    figures = (NARROW.rate_hz, NARROW.hop, NARROW.n_fft, NARROW.n_bins, NARROW.n_mels)
    assert figures == (RATE_HZ, HOP, N_FFT, N_BINS, N_MELS)
    assert FrontEnd() == NARROW


@pytest.mark.parametrize("front_end", [WIDE, BETWEEN])
def test_another_front_end_has_its_own_shapes(front_end):
    mel = log_mel(wide_voice(), front_end=front_end)
    assert mel.shape == (1 + 24_000 // front_end.hop, front_end.n_mels)
    assert mel_bank(front_end=front_end).shape == (front_end.n_mels, front_end.n_bins)
    assert bool((mel_bank(front_end=front_end).sum(1) > 0).all())


@pytest.mark.parametrize("front_end", [WIDE, BETWEEN])
def test_another_front_end_is_inverted_by_griffin_lim(front_end):
    signal = wide_voice()
    mel = log_mel(signal, front_end=front_end)
    output = griffin_lim(mel, len(signal), iterations=20, seed=1, front_end=front_end)
    assert output.shape == signal.shape
    assert distance(log_mel(output, front_end=front_end)[4:-4], mel[4:-4]) < 0.25


def test_the_wide_front_end_hears_above_8_khz():
    tone = np.sin(2 * np.pi * 10_000 * np.arange(24_000) / 24_000)
    band = int(log_mel(tone, front_end=WIDE)[50].argmax())
    center_hz = 700 * (10 ** (3266.5 * (band + 1) / 101 / 2595) - 1)
    assert abs(center_hz - 10_000) < 200


def test_a_mel_of_the_other_front_end_is_refused():
    with pytest.raises(ValueError, match=r"\(101, 100\)"):
        griffin_lim(log_mel(wide_voice(24_240), front_end=WIDE), 24_000, seed=0, front_end=WIDE)


def test_a_signal_too_short_for_the_wide_front_end_is_refused():
    with pytest.raises(ValueError, match="481"):
        log_mel(np.ones(480), front_end=WIDE)

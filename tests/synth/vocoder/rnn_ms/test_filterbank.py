"""The filter bank: what is split is merged again, bands hold what they should."""

import pytest
import torch

from synth.vocoder.rnn_ms.filterbank import merge, prototype, split


def noise(n_samples, seed=0):
    return torch.randn(2, n_samples, generator=torch.Generator().manual_seed(seed))


def ratio_db(signal, error):
    return 10 * torch.log10(signal.square().mean() / error.square().mean()).item()


@pytest.mark.parametrize("bands", [2, 4, 8])
def test_merging_restores_what_was_split(bands):
    signal = noise(8000)
    error = merge(split(signal, bands)) - signal
    ends = 2 * len(prototype(bands))
    assert ratio_db(signal[:, ends:-ends], error[:, ends:-ends]) > 60.0


def test_one_band_is_the_signal():
    signal = noise(100)
    assert torch.equal(merge(split(signal, 1)), signal)


def test_the_bank_is_critically_sampled_and_keeps_energy():
    signal = noise(16_000)
    bands = split(signal, 4)
    assert bands.shape == (2, 4, 4000)
    assert float(bands.square().sum() / signal.square().sum()) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("hz", "band"), [(1000, 0), (3000, 1), (5000, 2), (7000, 3)])
def test_a_tone_lands_in_its_band(hz, band):
    tone = torch.sin(2 * torch.pi * hz * torch.arange(16_000) / 16_000)[None]
    energy = split(tone, 4)[0].square().sum(1)
    assert float(energy[band] / energy.sum()) > 0.999


def test_nothing_is_delayed():
    click = torch.zeros(1, 1024)
    click[0, 512] = 1.0
    assert int(merge(split(click, 4))[0].abs().argmax()) == 512

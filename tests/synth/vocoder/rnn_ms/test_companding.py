"""Mu-law: every class comes back, errors follow the level."""

import math

import pytest
import torch

from synth.vocoder.rnn_ms.companding import compand, expand


@pytest.mark.parametrize("classes", [256, 512, 1024])
def test_every_class_survives_a_round_trip(classes):
    every = torch.arange(classes)
    assert torch.equal(compand(expand(every, classes), classes), every)


@pytest.mark.parametrize("classes", [256, 1024])
def test_silence_is_the_middle_class(classes):
    assert compand(torch.zeros(1), classes).item() == classes // 2
    assert expand(torch.tensor([classes // 2]), classes).item() == 0.0


def test_the_law_is_that_of_g711():
    """ln(1 + 255 * 0.1) / ln 256 = 0.5910 of 128 levels on either side."""
    assert compand(torch.tensor([0.1, -0.1]), 256).tolist() == [128 + 76, 128 - 76]
    assert math.log1p(255 * 0.1) / math.log(256) * 128 == pytest.approx(75.6, abs=0.1)


def test_beyond_full_scale_is_clipped():
    assert compand(torch.tensor([-3.0, 3.0]), 256).tolist() == [0, 255]


def test_quiet_samples_have_small_errors():
    samples = torch.linspace(-0.9, 0.9, 2001)
    errors = (expand(compand(samples, 256), 256) - samples).abs()
    assert float(errors[samples.abs() < 0.01].max()) < 0.0005
    assert float((errors / (samples.abs() + 1 / 255)).max()) < 0.025

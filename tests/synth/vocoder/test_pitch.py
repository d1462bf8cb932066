"""Reading pitch: classes and back, unvoiced frames."""

import pytest
import torch

from synth.vocoder.pitch import pitch_classes, read_pitch, settle


@pytest.mark.parametrize("hz", [62.0, 123.4, 311.0, 700.0])
def test_classes_read_back_to_their_frequency(hz):
    targets = pitch_classes(torch.full((1, 9), hz)).clamp(1e-6, 1 - 1e-6)
    logits = torch.log(targets / (1 - targets))
    read = read_pitch(logits, torch.full((1, 9), 20.0))
    assert read.frequency[0].tolist() == pytest.approx([hz] * 9, rel=2e-3)


def test_unvoiced_frames_hold_the_pitch_of_the_voiced_around_them():
    octaves = torch.ones(1, 30)
    octaves[0, 12:18] = 3.0  # a wild guess
    voicing = torch.ones(1, 30)
    voicing[0, 12:18] = 0.02
    held = settle(octaves, voicing)
    assert held[0].tolist() == pytest.approx([100.0] * 30, rel=0.1)


def test_nothing_voiced_still_gives_a_frequency():
    read = settle(torch.full((1, 50), 1.5), torch.zeros(1, 50))
    assert torch.isfinite(read).all()
    assert float(read.min()) > 50

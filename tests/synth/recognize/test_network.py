"""The network: one posterior per frame, whatever the number of frames."""

import pytest
import torch

from synth.align.sounds import SOUNDS
from synth.recognize.network import RecognizerConfig, RecognizerNetwork, between

from .made import tiny


@pytest.mark.parametrize("n_frames", [1, 2, 9, 10])
def test_every_frame_has_posteriors(n_frames):
    posteriors = RecognizerNetwork(tiny()).eval()(torch.zeros(2, n_frames, 100))
    assert posteriors.shape == (2, n_frames, len(SOUNDS))
    torch.testing.assert_close(posteriors.exp().sum(-1), torch.ones(2, n_frames))


def test_what_is_between_is_halved():
    values = torch.tensor([[[0.0], [2.0], [6.0]]])
    assert between(values).flatten().tolist() == [0.0, 1.0, 2.0, 4.0, 6.0, 6.0]


def test_a_frame_is_heard_within_the_whole_recording():
    torch.manual_seed(1)
    network = RecognizerNetwork(tiny()).eval()
    features = torch.randn(1, 40, 100)
    changed = features.clone()
    changed[:, -5:] += 1.0
    assert (network(features)[0, 0] - network(changed)[0, 0]).abs().max() > 0


def test_it_is_small():
    network = RecognizerNetwork(RecognizerConfig())
    assert sum(one.numel() for one in network.parameters()) < 2_500_000

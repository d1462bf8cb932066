"""Warps: frequencies move, and the one that suits a speaker is found."""

import numpy as np
import pytest
import torch

from synth.align.network import log_posteriors
from synth.align.throats import FACTORS, best_factor, warped, warped_alike
from synth.align.train import AlignerTrainer
from synth.audio.mel import log_mel
from tests.synth.align.made import QUICK, examples, tiny


def test_warping_moves_a_tone_to_where_its_frequency_would_be():
    time = np.arange(16_000) / 16_000
    low, high = (
        torch.from_numpy(log_mel(0.1 * np.sin(2 * np.pi * hz * time)))[None] for hz in (2000, 2200)
    )
    moved = warped(low, np.array([1.1]))
    assert moved[0, 50].argmax() == high[0, 50].argmax() != low[0, 50].argmax()
    torch.testing.assert_close(warped(low, np.array([1.0])), low, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("throat", [0.86, 1.0])
def test_the_warp_that_suits_a_speaker_is_found(throat):
    trainer = AlignerTrainer(tiny(), QUICK, examples(12))
    for _ in range(QUICK.steps):
        trainer.train_step()
    heard = examples(6, first=200)
    features = warped_alike([one.features for one in heard], 1 / throat)
    assert best_factor(trainer.average, features, [one.script for one in heard]) == throat
    assert {0.86, 1.0} < set(FACTORS)
    assert len(log_posteriors(trainer.average, features)) == 6

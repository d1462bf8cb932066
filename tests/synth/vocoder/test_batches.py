"""Which crops are drawn: by seed and step, only from training, balanced by speaker."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.vocoder.batches import at_other_speed, crop, draw_batch, training_set

from .signals import QUICK, corpus, spoken_corpus, utterance


@pytest.fixture(scope="module")
def training():
    return training_set(spoken_corpus(), QUICK)


def test_a_step_always_draws_the_same_batch_and_no_other_step_does(training):
    first, again, other = (draw_batch(training, QUICK, step=step) for step in (4, 4, 5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_batches_have_the_configured_shape_and_stay_below_full_scale(training):
    batch = draw_batch(training, QUICK, step=0)
    assert batch.shape == (QUICK.batch, (QUICK.crop_frames - 1) * 160)
    assert batch.dtype == torch.float32
    assert float(batch.abs().max()) <= 1.0


def test_only_the_training_split_is_used():
    splits = ("train", "validation", "test", "unseen")
    held = corpus([utterance("a", k, split=split) for k, split in enumerate(splits)])
    assert training_set(held, QUICK).indices == [0]


def test_a_training_set_can_be_limited_to_some_speakers():
    both = corpus([utterance("a", 0), utterance("b", 1)])
    assert training_set(both, replace(QUICK, speakers=("b",))).speakers == ("b",)


def test_nothing_to_train_on_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        training_set(corpus([utterance("a", 0)]), replace(QUICK, speakers=("nobody",)))


def test_a_speaker_weighs_by_the_root_of_capped_minutes():
    minutes = {"a": 1, "b": 4, "c": 10}
    spoken = [utterance(name, n, duration_s=60.0 * n) for name, n in minutes.items()]
    uneven = corpus(spoken)
    weights = training_set(uneven, replace(QUICK, speaker_cap_minutes=4.0)).speaker_weights
    assert np.allclose(weights, [0.2, 0.4, 0.4])


def test_crops_avoid_silence_and_short_recordings_are_padded():
    samples = np.zeros(40_000, np.int16)
    samples[:8000] = 5000
    rng = np.random.default_rng(0)
    loud = sum(np.any(crop(samples, 4000, rng)) for _ in range(200))
    assert 90 < loud < 150  # 1 - (1 - 8/36)^4 = 63 %; 22 % with a single try
    assert len(crop(samples[:100], 4000, rng)) == 4000


def test_another_speed_changes_the_pitch():
    tone = (8000 * np.sin(2 * np.pi * 500 * np.arange(16_000) / 16_000)).astype(np.int16)
    config = replace(QUICK, speed_share=1.0)
    changed = at_other_speed(tone, config, np.random.default_rng(1))
    spectrum = np.abs(np.fft.rfft(changed * np.hanning(len(changed))))
    hz = spectrum.argmax() * 16_000 / len(changed)
    assert 390 < hz < 630
    assert abs(hz - 500) > 5

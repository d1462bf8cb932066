"""Training: learns, is decided by its seed, resumes to the step."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.recognize.recognizer import phone_error, without_repeats
from synth.recognize.train import (
    RecognizerTrainer,
    chances,
    resume_training,
    save_training,
)
from tests.synth.align.made import sentence, spoken

from .made import DISGUISED, QUICK, lesson, lessons, sounds, tiny


def trained(trainer, steps):
    return [trainer.train_step() for _ in range(steps)]


@pytest.fixture(scope="module")
def learned():
    trainer = RecognizerTrainer(tiny(), QUICK, lessons(2))
    return trainer, trained(trainer, QUICK.steps)


def test_two_recordings_can_be_learned_by_heart(learned):
    _, figures = learned
    assert figures[0]["right"] < 0.5
    assert figures[-1]["right"] > 0.95
    assert figures[-1]["loss"] < 0.2 * figures[0]["loss"]


def test_what_was_learned_is_heard(learned):
    trainer, _ = learned
    symbols, durations = sentence(0)
    heard = trainer.recognizer().hear(spoken(symbols, durations))
    expected = without_repeats(sounds(symbols))
    assert phone_error(expected, without_repeats(heard.sounds)) < 0.2
    assert heard.durations.sum() == durations.sum()


@pytest.mark.parametrize("config", [QUICK, DISGUISED], ids=["plain", "disguised"])
def test_the_seed_decides_all(config):
    first, again = (RecognizerTrainer(tiny(), config, lessons(3)) for _ in range(2))
    assert trained(first, 3) == trained(again, 3)
    weights = [torch.cat([w.flatten() for w in t.average.parameters()]) for t in (first, again)]
    torch.testing.assert_close(*weights, rtol=0, atol=0)
    other = RecognizerTrainer(tiny(), replace(config, seed=2), lessons(3))
    assert trained(other, 3) != trained(again, 3)


def test_a_stopped_training_goes_on_to_the_same_end(tmp_path):
    whole = RecognizerTrainer(tiny(), DISGUISED, lessons(3))
    figures = trained(whole, 6)
    first = RecognizerTrainer(tiny(), DISGUISED, lessons(3))
    trained(first, 4)
    save_training(first, tmp_path / "state.pt")
    second = resume_training(tmp_path / "state.pt", lessons(3))
    assert second.config == DISGUISED
    assert trained(second, 2) == figures[4:]


def test_speakers_count_by_the_root_of_their_speech():
    made = [lesson(seed, "much") for seed in range(9)] + [lesson(20, "little")]
    found = chances(made)
    lengths = np.array([len(one.targets) for one in made])
    shares = found[:9].sum(), found[9]
    np.testing.assert_allclose(
        shares[0] / shares[1], np.sqrt(lengths[:9].sum() / lengths[9]), rtol=1e-6
    )

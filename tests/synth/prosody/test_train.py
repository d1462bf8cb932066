"""Training of acoustic networks: it learns, repeats itself, and resumes to the step."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.prosody.batches import draw_batch
from synth.prosody.config import AGG_TEXTLESS, VARIANTS
from synth.prosody.train import (
    Trainer,
    learning_rate,
    new_network,
    resume_training,
    save_training,
)

from .made_voice import QUICK, tiny, write_made_voice


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("voice"), speeds=(0.94, 1.0))


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """The same voice as a recognizer hears it."""
    return write_made_voice(tmp_path_factory.mktemp("heard"), speeds=(0.94, 1.0), heard=True)


def trainer_of(voice, variant="agg", config=QUICK):
    return Trainer(new_network(tiny(variant), voice.inventory, seed=config.seed), config, voice)


def weights(trainer):
    modules = (trainer.network, trainer.average)
    return torch.cat([p.detach().flatten() for module in modules for p in module.parameters()])


@pytest.mark.parametrize("variant", VARIANTS)
def test_training_overfits_one_batch(voice, heard, variant):
    voice = heard if variant == AGG_TEXTLESS else voice
    trainer = trainer_of(voice, variant)
    batch = draw_batch(voice, tiny(variant), QUICK, step=0)
    figures = [trainer.train_on(batch) for _ in range(60)]
    assert figures[-1]["mean"] < 0.5 * figures[0]["mean"]
    assert figures[-1]["texture"] < 0.6 * figures[0]["texture"]
    if variant in {"base", "sec_att"}:
        assert figures[-1]["prosody"] < 0.7 * figures[0]["prosody"]
    if variant == "agg_vae":
        assert figures[-1]["bottleneck"] < 0.3 * figures[0]["bottleneck"]


def test_training_repeats_itself(voice):
    first, second = trainer_of(voice, "agg_vae"), trainer_of(voice, "agg_vae")
    for _ in range(3):
        first.train_step()
        second.train_step()
    assert torch.equal(weights(first), weights(second))


@pytest.mark.parametrize("variant", ["agg", "sec_att"])
def test_a_resumed_run_goes_on_as_if_never_stopped(voice, tmp_path, variant):
    config = replace(QUICK)
    network = replace(tiny(variant), dropout=0.2)
    straight, stopped = (
        Trainer(new_network(network, voice.inventory, seed=3), config, voice) for _ in range(2)
    )
    for _ in range(4):
        straight.train_step()
    for _ in range(2):
        stopped.train_step()
    save_training(stopped, tmp_path / "state.pt")
    resumed = resume_training(tmp_path / "state.pt", voice)
    for _ in range(2):
        resumed.train_step()
    assert resumed.step == straight.step
    assert torch.equal(weights(resumed), weights(straight))


def test_a_batch_follows_from_seed_and_step(voice):
    first, second, other = (draw_batch(voice, tiny(), QUICK, step=k) for k in (5, 5, 6))
    assert torch.equal(first.mels, second.mels)
    assert torch.equal(first.stretch.noise, second.stretch.noise)
    assert not torch.equal(first.mels, other.mels)


def test_nothing_held_out_is_learned_from(voice):
    held = {tuple(voice.mels[voice.frames_at(k)][20]) for k in voice.chosen("validation")}
    for step in range(30):
        drawn = draw_batch(voice, tiny(), QUICK, step=step).mels.numpy().astype(np.float16)
        assert held.isdisjoint(tuple(row) for row in drawn.reshape(-1, 100))


def test_frames_belong_to_the_phonemes_they_are_told_to(voice):
    batch = draw_batch(voice, tiny(), QUICK, step=1)
    for k in range(QUICK.batch):
        ends = torch.cumsum(batch.durations[k], 0)
        start = int(batch.starts[k])
        owners = batch.stretch.phoneme[k][batch.stretch.real[k] > 0]
        expected = torch.searchsorted(ends, start + torch.arange(len(owners)), right=True)
        assert torch.equal(owners, expected)


def test_a_trainer_without_a_voice_says_so(voice):
    trainer = Trainer(new_network(tiny(), voice.inventory, seed=1), QUICK, None)
    with pytest.raises(ValueError, match="voice"):
        trainer.train_step()


def test_the_rate_rises_and_falls():
    config = replace(QUICK, steps=100, warmup_steps=10)
    rates = [learning_rate(step, config) for step in range(101)]
    assert rates[0] < rates[9] == pytest.approx(max(rates))
    assert rates[100] == pytest.approx(config.final_rate * config.learning_rate)

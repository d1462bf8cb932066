"""Training of RNN_MS: it repeats itself, resumes to the step, and refuses what cannot work."""

from dataclasses import replace

import pytest
import torch

from synth.audio.mel import HOP, WIDE
from synth.vocoder.batches import training_set
from synth.vocoder.rnn_ms.train import (
    RnnMsTrainer,
    RnnMsTraining,
    resume_rnn_ms,
    stored_training,
)
from synth.vocoder.states import write_atomically

from ..signals import spoken_corpus, voice
from .networks import TINY

QUICK = RnnMsTraining(seed=3, steps=8, batch=2, crop_frames=7, context_frames=2, warmup_steps=2)


def make_trainer(config=QUICK):
    return RnnMsTrainer(TINY, config, training_set(spoken_corpus(), config.draws))


def weights(trainer):
    modules = (trainer.network, trainer.average)
    return torch.cat([p.detach().flatten() for module in modules for p in module.parameters()])


def test_training_repeats_itself():
    first, second = make_trainer(), make_trainer()
    for _ in range(3):
        assert first.train_step() == second.train_step()
    assert torch.equal(weights(first), weights(second))


def test_a_resumed_run_goes_on_as_if_never_stopped(tmp_path):
    straight, stopped = make_trainer(), make_trainer()
    for _ in range(4):
        straight.train_step()
    for _ in range(2):
        stopped.train_step()
    write_atomically(stopped.state(), tmp_path / "state.pt")
    resumed = resume_rnn_ms(tmp_path / "state.pt", training_set(spoken_corpus(), QUICK.draws))
    for _ in range(2):
        resumed.train_step()
    assert resumed.step == 4
    assert torch.equal(weights(straight), weights(resumed))


def test_an_interrupted_write_leaves_the_old_state(tmp_path, monkeypatch):
    path = tmp_path / "state.pt"
    write_atomically({"step": 1}, path)

    def break_off(state, partial):
        partial.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", break_off)
    with pytest.raises(OSError, match="disk full"):
        write_atomically({"step": 2}, path)
    assert torch.load(path, weights_only=True)["step"] == 1


def test_the_average_trails_the_network():
    trainer = make_trainer()
    start = trainer.average.second.bias.clone()
    for _ in range(3):
        trainer.train_step()
    moved = (trainer.network.second.bias.detach() - start).abs().sum()
    trailing = (trainer.average.second.bias - start).abs().sum()
    assert 0 < float(trailing) < float(moved)


def test_training_lowers_the_held_out_loss():
    config = replace(QUICK, steps=60, learning_rate=2e-2)
    trainer = make_trainer(config)
    samples = torch.from_numpy(voice(8 * HOP, seed=9))[None]
    before = trainer.held_out_loss(samples)
    for _ in range(30):
        trainer.train_step()
    assert trainer.held_out_loss(samples) < before - 0.3


def test_the_learning_rate_warms_up_and_decays_to_its_share():
    config = RnnMsTraining(steps=1050, warmup_steps=50, learning_rate=1.0, final_rate=0.02)
    rates = [config.rate(step) for step in (0, 24, 49, 550, 1050)]
    assert rates == pytest.approx([0.02, 0.5, 1.0, 0.51, 0.02], abs=1e-6)


def test_a_stored_training_configuration_comes_back():
    config = replace(QUICK, speakers=("long",))
    stored = {**config.__dict__, "speakers": ["long"], "of_another_version": 1}
    assert stored_training(stored) == config


def test_a_network_of_another_rate_is_refused():
    with pytest.raises(ValueError, match="24000 Hz"):
        RnnMsTrainer(
            replace(TINY, front_end=WIDE), QUICK, training_set(spoken_corpus(), QUICK.draws)
        )


def test_a_trainer_without_a_training_set_asks_for_batches():
    with pytest.raises(ValueError, match="train_on"):
        RnnMsTrainer(TINY, QUICK, None).train_step()

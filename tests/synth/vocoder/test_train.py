"""Training: it learns, repeats itself, and resumes to the step."""

from dataclasses import replace

import pytest
import torch

from synth.audio.mel import log_mel_batch
from synth.vocoder.batches import training_set
from synth.vocoder.config import TrainingConfig
from synth.vocoder.loss import mel_distance
from synth.vocoder.train import Trainer, rate_share, resume_training, save_training

from .signals import QUICK, TINY, spoken_corpus, voice


def make_trainer(config=QUICK):
    return Trainer(TINY, config, training_set(spoken_corpus(), config))


def weights(trainer):
    modules = (trainer.network, trainer.average, trainer.critics)
    return torch.cat([p.detach().flatten() for module in modules for p in module.parameters()])


@torch.no_grad()
def distance_to(trainer, batch):
    return float(mel_distance(trainer.network(log_mel_batch(batch)), batch))


def test_training_overfits_one_batch():
    config = replace(QUICK, adversarial_from=1000, learning_rate=1e-2, steps=60)
    trainer = Trainer(TINY, config, None)
    batch = torch.from_numpy(voice(4000))[None].repeat(2, 1)
    before = distance_to(trainer, batch)
    for _ in range(60):
        trainer.train_on(batch)
    after = distance_to(trainer, batch)
    assert after < 0.7 * before


def test_training_repeats_itself():
    first, second = make_trainer(), make_trainer()
    for _ in range(4):
        first.train_step()
        second.train_step()
    assert torch.equal(weights(first), weights(second))


def test_a_resumed_run_goes_on_as_if_never_stopped(tmp_path):
    """Across the start of adversarial training, optimizers and averages included."""
    straight, stopped = make_trainer(), make_trainer()
    for _ in range(5):
        straight.train_step()
    for _ in range(2):
        stopped.train_step()
    save_training(stopped, tmp_path / "state.pt")
    resumed = resume_training(tmp_path / "state.pt", training_set(spoken_corpus(), QUICK))
    for _ in range(3):
        resumed.train_step()
    assert resumed.step == 5
    assert torch.equal(weights(straight), weights(resumed))


def test_critics_only_learn_during_the_adversarial_steps():
    trainer = make_trainer(replace(QUICK, adversarial_from=1, adversarial_until=2))
    before = torch.cat([p.detach().flatten() for p in trainer.critics.parameters()])
    figures = [trainer.train_step() for _ in range(3)]
    after = torch.cat([p.detach().flatten() for p in trainer.critics.parameters()])
    assert ["critic" in one for one in figures] == [False, True, False]
    assert not torch.equal(before, after)


def test_the_average_trails_the_network():
    trainer = make_trainer()
    start = trainer.average.leave.bias.clone()
    for _ in range(3):
        trainer.train_step()
    moved = (trainer.network.leave.bias - start).abs().sum()
    trailing = (trainer.average.leave.bias - start).abs().sum()
    assert 0 < float(trailing) < float(moved)


def test_the_learning_rate_warms_up_and_decays_to_its_share():
    config = TrainingConfig(steps=1000, warmup_steps=100, final_rate=0.05)
    shares = [rate_share(step, config) for step in (0, 49, 99, 550, 1000)]
    assert shares == pytest.approx([0.01, 0.5, 1.0, 0.525, 0.05], abs=1e-6)


def test_a_trainer_without_a_training_set_asks_for_batches():
    with pytest.raises(ValueError, match="train_on"):
        Trainer(TINY, QUICK, None).train_step()

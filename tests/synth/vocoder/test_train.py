"""Training: it learns, repeats itself, and resumes to the step."""

from dataclasses import replace

import pytest
import torch

from synth.audio.mel import log_mel_batch
from synth.vocoder.config import TrainingConfig
from synth.vocoder.loss import spectra_of, spectral_distance
from synth.vocoder.schedule import rate_share
from synth.vocoder.train import Trainer, resume_training, save_training

from .signals import QUICK, TINY, spoken_set, voice, voiced_batch


def make_trainer(config=QUICK):
    return Trainer(TINY, config, spoken_set(config))


def weights(trainer):
    modules = (trainer.network, trainer.average, trainer.critics)
    return torch.cat([p.detach().flatten() for module in modules for p in module.parameters()])


@torch.no_grad()
def distance_to(trainer, batch):
    mels = log_mel_batch(batch.signals)
    recording, made = spectra_of(batch.signals), spectra_of(trainer.network(mels))
    return float(spectral_distance(made, recording, recording).mean())


FAST = replace(
    QUICK,
    adversarial_from=None,
    pitch_steps=40,
    learning_rate=1e-2,
    pitch_learning_rate=1e-2,
    steps=400,
)


def test_training_overfits_one_batch():
    trainer = Trainer(TINY, FAST, None)
    batch = voiced_batch(voice(8000))
    for _ in range(FAST.pitch_steps):
        trainer.train_on(batch)
    before = distance_to(trainer, batch)
    for _ in range(150):
        figures = trainer.train_on(batch)
    assert distance_to(trainer, batch) < 0.85 * before
    assert figures["spread"] > 0.3  # the trunk's features follow the sound


def test_the_pitch_reader_learns_the_pitch_of_one_voice():
    trainer = Trainer(TINY, FAST, None)
    batch = voiced_batch(voice(8000))
    for _ in range(FAST.pitch_steps):
        trainer.train_on(batch)
    with torch.no_grad():
        read = trainer.network.voice(log_mel_batch(batch.signals)).frequency
    assert float(read.median()) == pytest.approx(140.0, rel=0.01)


def test_training_repeats_itself():
    first, second = make_trainer(), make_trainer()
    for _ in range(4):
        first.train_step()
        second.train_step()
    assert torch.equal(weights(first), weights(second))


def test_a_resumed_run_goes_on_as_if_never_stopped(tmp_path):
    """Across the pitch reader's end and the critics' start, optimizers and averages included."""
    config = replace(QUICK, pitch_steps=3, adversarial_from=4)
    straight, stopped = make_trainer(config), make_trainer(config)
    for _ in range(5):
        straight.train_step()
    for _ in range(2):
        stopped.train_step()
    save_training(stopped, tmp_path / "state.pt")
    resumed = resume_training(tmp_path / "state.pt", spoken_set())
    for _ in range(3):
        resumed.train_step()
    assert resumed.step == 5
    assert torch.equal(weights(straight), weights(resumed))


def critic_weights(trainer):
    return torch.cat([p.detach().flatten() for p in trainer.critics.parameters()])


def test_critics_only_learn_during_the_adversarial_steps():
    trainer = make_trainer(replace(QUICK, pitch_steps=0, adversarial_from=2))
    states = [critic_weights(trainer)]
    figures = []
    for _ in range(3):
        figures.append(trainer.train_step())
        states.append(critic_weights(trainer))
    assert ["critic" in one for one in figures] == [False, False, True]
    assert torch.equal(states[0], states[2])
    assert not torch.equal(states[2], states[3])


def test_the_pitch_reader_learns_first_and_then_stays():
    trainer = make_trainer(replace(QUICK, pitch_steps=2, adversarial_from=None))
    reader = [p.detach().clone() for p in trainer.network.pitch.parameters()]
    trunk = [p.detach().clone() for p in trainer.network.trunk.parameters()]
    for _ in range(2):
        trainer.train_step()
    assert all(map(torch.equal, trunk, trainer.network.trunk.parameters()))
    assert not all(map(torch.equal, reader, trainer.network.pitch.parameters()))
    trainer.train_step()
    averaged = list(trainer.average.pitch.parameters())
    assert all(map(torch.equal, averaged, trainer.network.pitch.parameters()))
    assert not all(map(torch.equal, trunk, trainer.network.trunk.parameters()))


def test_the_average_trails_the_network():
    trainer = make_trainer(replace(QUICK, pitch_steps=0))
    start = trainer.average.trunk.leave.bias.clone()
    for _ in range(3):
        trainer.train_step()
    moved = (trainer.network.trunk.leave.bias.detach() - start).abs().sum()
    trailing = (trainer.average.trunk.leave.bias.detach() - start).abs().sum()
    assert 0 < float(trailing) < float(moved)


def test_the_learning_rate_warms_up_and_decays_to_its_share():
    config = TrainingConfig(steps=1000, warmup_steps=100, final_rate=0.05)
    shares = [rate_share(step, 1000, config) for step in (0, 49, 99, 550, 1000)]
    assert shares == pytest.approx([0.01, 0.5, 1.0, 0.525, 0.05], abs=1e-6)


def test_a_trainer_without_a_training_set_asks_for_batches():
    with pytest.raises(ValueError, match="train_on"):
        Trainer(TINY, QUICK, None).train_step()


def test_a_run_can_begin_from_trained_weights():
    trained, fresh = make_trainer(), make_trainer(replace(QUICK, seed=9))
    trained.train_step()
    fresh.start_from(trained.average.state_dict())
    for one in (fresh.network, fresh.average):
        assert torch.equal(one.trunk.enter.weight, trained.average.trunk.enter.weight)


def test_half_of_a_batch_is_made_at_the_pitch_the_network_reads():
    trainer = make_trainer()
    batch = voiced_batch(voice(4000))
    mels = log_mel_batch(batch.signals)
    is_aligned = trainer._render(mels, batch)[2]
    assert is_aligned.tolist() == [False, True]

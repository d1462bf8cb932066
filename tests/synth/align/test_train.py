"""Training: learns, is decided by its seed, resumes to the step, betters its guesses."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.align.alignment import Aligner
from synth.align.examples import draw_batch
from synth.align.network import AlignerConfig, AlignerNetwork
from synth.align.sounds import SOUNDS
from synth.align.train import (
    AlignerTrainer,
    log_prior,
    read_guesses,
    read_network,
    resume_training,
    save_training,
)
from tests.synth.align.made import QUICK, examples, tiny

GUESSED = replace(QUICK, steps=200, realign_every=25)


def trained(trainer, steps):
    return [trainer.train_step() for _ in range(steps)]


def weights(trainer):
    return torch.cat([one.flatten() for one in trainer.average.parameters()])


def boundary_errors(network, made):
    """Distances in frames of all inner boundaries from the true ones."""
    found = Aligner(network).align_all([one.features for one in made], [one.script for one in made])
    pairs = zip(found, made, strict=True)
    return np.concatenate(
        [np.abs(np.cumsum(f.durations) - np.cumsum(one.durations))[:-1] for f, one in pairs]
    )


def test_the_network_gives_log_posteriors_and_is_small():
    network = AlignerNetwork(tiny())
    posteriors = network(torch.zeros(2, 9, 100))
    assert posteriors.shape == (2, 9, len(SOUNDS))
    torch.testing.assert_close(posteriors.exp().sum(-1), torch.ones(2, 9))
    full = AlignerNetwork(AlignerConfig())
    assert sum(one.numel() for one in full.parameters()) < 1_000_000


def test_one_batch_can_be_learned_by_heart():
    trainer = AlignerTrainer(tiny(), QUICK, [])
    batch = draw_batch(examples(2), size=(2, 60), seed=(1, 0))
    figures = [trainer.train_on(batch) for _ in range(QUICK.steps)]
    assert figures[0]["right"] < 0.5
    assert figures[-1]["right"] > 0.98
    assert figures[-1]["loss"] < 0.1 * figures[0]["loss"]


def test_the_seed_decides_all():
    first, again = (AlignerTrainer(tiny(), QUICK, examples(3)) for _ in range(2))
    assert trained(first, 3) == trained(again, 3)
    torch.testing.assert_close(weights(first), weights(again), rtol=0, atol=0)
    other = AlignerTrainer(tiny(), replace(QUICK, seed=2), examples(3))
    assert trained(other, 3) != trained(again, 3)


@pytest.mark.parametrize(("certain", "realign_every"), [(True, 0), (False, 3)])
def test_a_stopped_training_goes_on_to_the_same_end(tmp_path, certain, realign_every):
    config = replace(QUICK, realign_every=realign_every)
    made = examples(3, certain=certain)
    whole = AlignerTrainer(tiny(), config, made)
    figures = trained(whole, 8)
    first = AlignerTrainer(tiny(), config, made)
    trained(first, 5)
    save_training(first, tmp_path / "state.pt")
    second = resume_training(tmp_path / "state.pt", made)
    assert second.step == 5
    assert trained(second, 3) == figures[5:]
    torch.testing.assert_close(weights(second), weights(whole), rtol=0, atol=0)


def test_a_state_belongs_to_its_examples(tmp_path):
    trainer = AlignerTrainer(tiny(), GUESSED, examples(3, certain=False))
    save_training(trainer, tmp_path / "state.pt")
    with pytest.raises(ValueError, match="same recordings"):
        resume_training(tmp_path / "state.pt", examples(2, certain=False))


def test_the_averaged_network_is_what_is_kept(tmp_path):
    trainer = AlignerTrainer(tiny(), QUICK, examples(2))
    trained(trainer, 2)
    save_training(trainer, tmp_path / "state.pt")
    kept = read_network(tmp_path / "state.pt")
    assert kept.config == trainer.network.config
    features = torch.randn(1, 20, 100)
    share = QUICK.prior_share * torch.from_numpy(log_prior(trainer.examples))
    expected = torch.log_softmax(trainer.average(features) - share, dim=-1)
    torch.testing.assert_close(kept(features), expected)


def test_without_examples_only_batches_can_be_learned():
    with pytest.raises(ValueError, match="train_on"):
        AlignerTrainer(tiny(), QUICK, []).train_step()


def test_labels_teach_where_phones_begin():
    trainer = AlignerTrainer(tiny(), QUICK, examples(12))
    trained(trainer, QUICK.steps)
    errors = boundary_errors(trainer.average, examples(6, first=100))
    assert np.median(errors) <= 1
    assert np.quantile(errors, 0.9) <= 2


def test_a_wrong_guess_is_made_better():
    made = examples(16, certain=False)
    trainer = AlignerTrainer(tiny(), GUESSED, made)
    truth = [np.cumsum(one.durations) for one in examples(16)]
    guess = [np.cumsum(one.durations) for one in made]
    trained(trainer, GUESSED.steps)
    errors = boundary_errors(trainer.average, examples(6, first=100))
    first = np.concatenate([np.abs(a - b) for a, b in zip(truth, guess, strict=True)])
    assert np.median(errors) <= 1
    assert errors.mean() < 0.5 * first.mean()


def test_certain_times_are_left_alone():
    made = [*examples(2), *examples(2, certain=False, first=2)]
    trainer = AlignerTrainer(tiny(), replace(QUICK, realign_every=3), made)
    trained(trainer, 8)
    kept = [a.durations is b.durations for a, b in zip(made, trainer.examples, strict=True)]
    assert kept == [True, True, False, False]


def test_examples_need_times():
    with pytest.raises(ValueError, match="durations"):
        AlignerTrainer(tiny(), QUICK, [replace(examples(1)[0], durations=None)])


def test_a_training_may_begin_with_another_network():
    first = AlignerTrainer(tiny(), QUICK, examples(2))
    trained(first, 3)
    second = AlignerTrainer(tiny(), replace(QUICK, seed=5), examples(2))
    second.begin_with(first.average)
    torch.testing.assert_close(weights(second), weights(first), rtol=0, atol=0)


def test_guesses_are_read_from_a_state(tmp_path):
    made = [*examples(1), *examples(2, certain=False, first=1)]
    save_training(AlignerTrainer(tiny(), QUICK, made), tmp_path / "state.pt")
    found = read_guesses(tmp_path / "state.pt")
    assert [one.tolist() for one in found] == [one.durations.tolist() for one in made[1:]]

"""Training: learns, is decided by its seed, resumes to the step, needs no labels."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.align.alignment import Aligner
from synth.align.examples import draw_batch
from synth.align.network import AlignerConfig, AlignerNetwork
from synth.align.train import (
    AlignerTrainer,
    read_network,
    resume_training,
    save_training,
)
from tests.synth.align.made import QUICK, examples, tiny

FLAT = replace(QUICK, steps=200, realign_every=25)


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
    assert posteriors.shape == (2, 9, 7)
    torch.testing.assert_close(posteriors.exp().sum(-1), torch.ones(2, 9))
    full = AlignerNetwork(AlignerConfig(tiny().classes))
    assert sum(one.numel() for one in full.parameters()) < 1_000_000


def test_one_batch_can_be_learned_by_heart():
    trainer = AlignerTrainer(tiny(), QUICK, [])
    batch = draw_batch(examples(2), trainer.classes, size=(2, 60), seed=(1, 0))
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


@pytest.mark.parametrize(("labeled", "realign_every"), [(True, 0), (False, 3)])
def test_a_stopped_training_goes_on_to_the_same_end(tmp_path, labeled, realign_every):
    config = replace(QUICK, realign_every=realign_every)
    made = examples(3, labeled=labeled)
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
    trainer = AlignerTrainer(tiny(), FLAT, examples(3, labeled=False))
    save_training(trainer, tmp_path / "state.pt")
    with pytest.raises(ValueError, match="same recordings"):
        resume_training(tmp_path / "state.pt", examples(2, labeled=False))


def test_the_averaged_network_is_what_is_kept(tmp_path):
    trainer = AlignerTrainer(tiny(), QUICK, examples(2))
    trained(trainer, 2)
    save_training(trainer, tmp_path / "state.pt")
    kept = read_network(tmp_path / "state.pt")
    assert kept.config == trainer.network.config
    features = torch.randn(1, 20, 100)
    torch.testing.assert_close(kept(features), trainer.average(features))


def test_without_examples_only_batches_can_be_learned():
    with pytest.raises(ValueError, match="train_on"):
        AlignerTrainer(tiny(), QUICK, []).train_step()


def test_labels_teach_where_phones_begin():
    trainer = AlignerTrainer(tiny(), QUICK, examples(12))
    trained(trainer, QUICK.steps)
    errors = boundary_errors(trainer.average, examples(6, first=100))
    assert np.median(errors) <= 1
    assert np.quantile(errors, 0.9) <= 2


def test_text_alone_teaches_where_phones_begin():
    made = examples(16, labeled=False)
    trainer = AlignerTrainer(tiny(), FLAT, made)
    truth = [np.cumsum(one.durations) for one in examples(16)]
    guess = [np.cumsum(one.durations) for one in trainer.examples]
    trained(trainer, FLAT.steps)
    errors = boundary_errors(trainer.average, examples(6, first=100))
    first = np.concatenate([np.abs(a - b) for a, b in zip(truth, guess, strict=True)])
    assert np.median(errors) <= 1
    assert errors.mean() < 0.5 * first.mean()

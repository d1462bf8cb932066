"""The acoustic networks' shapes, and what their outputs depend on."""

from dataclasses import replace

import pytest
import torch

from synth.prosody.batches import Places, batch_at, draw_batch
from synth.prosody.config import NETWORKS, VARIANTS, network_config
from synth.prosody.network import AcousticNetwork, n_parameters
from synth.prosody.train import new_network

from .made_voice import QUICK, tiny, write_made_voice


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("voice"))


def network(voice, variant="agg"):
    return new_network(tiny(variant), voice.inventory, seed=1).eval()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_makes_mels_of_the_frames_asked_for(voice, variant):
    batch = draw_batch(voice, tiny(variant), QUICK, step=0)
    made = network(voice, variant)(batch.sentences, batch.stretch)
    assert made.mean.shape == batch.mels.shape == (2, 64, 100)
    assert made.mels.shape == (2, 2, 64, 100)
    assert made.mels.dtype == torch.float32


@pytest.mark.parametrize("preset", NETWORKS)
def test_the_presets_sizes(voice, preset):
    with torch.device("meta"):
        made = AcousticNetwork(network_config(preset, "agg"), voice.inventory)
    low, high = {"small": (2e6, 5e6), "large": (12e6, 30e6)}[preset]
    assert low < n_parameters(made) < high


def test_noise_changes_the_rendering_and_not_the_mean(voice):
    batch = draw_batch(voice, tiny(), QUICK, step=0)
    made = network(voice)(batch.sentences, batch.stretch)
    other = replace(batch.stretch, noise=batch.stretch.noise + 1.0)
    again = network(voice)(batch.sentences, other)
    assert torch.equal(made.mean, again.mean)
    assert not torch.equal(made.mels, again.mels)
    assert not torch.equal(made.mels[:, 0], made.mels[:, 1])


def test_a_sentence_does_not_depend_on_its_neighbors(voice):
    """Padding of phonemes and of frames changes nothing."""
    first, second = sorted(voice.chosen("train"), key=lambda k: voice.n_frames[k])[::5][:2]
    longest = int(max(voice.n_frames[[first, second]]))
    alone = batch_at(voice, tiny(), Places([first], [0], int(voice.n_frames[first])), noise())
    both = batch_at(voice, tiny(), Places([first, second], [0, 0], longest), noise())
    net = network(voice)
    found = net(both.sentences, both.stretch).mean[0, : voice.n_frames[first]]
    expected = net(alone.sentences, alone.stretch).mean[0]
    assert torch.allclose(found, expected, atol=1e-4)


def noise():
    return torch.Generator().manual_seed(0)


def test_posteriors_that_are_sure_say_the_same_as_symbols(voice):
    batch = draw_batch(voice, tiny(), QUICK, step=0)
    shares = torch.nn.functional.one_hot(
        batch.sentences.phones, len(voice.inventory.symbols)
    ).float()
    net = network(voice)
    by_shares = net(replace(batch.sentences, phones=shares), batch.stretch).mean
    by_symbols = net(batch.sentences, batch.stretch).mean
    assert torch.allclose(by_shares, by_symbols, atol=1e-5)


def test_attention_looks_at_what_there_is_of_the_reference(voice):
    batch = draw_batch(voice, tiny("sec_att"), QUICK, step=0)
    told, net = batch.sentences, network(voice, "sec_att")
    assert told.reference_real is not None
    attention = net.predictor.attention
    queries = torch.randn(*told.phones.shape, tiny().source_width)
    found = attention.weights(queries, told.real, told.reference, told.reference_real)
    assert torch.allclose(found.sum(-1), torch.ones(found.shape[:2]), atol=1e-5)
    heard = told.reference_real[:, ::2]
    beyond = heard[:, None].expand_as(found) == 0
    assert not found[beyond].any()


def test_attention_needs_its_reference(voice):
    batch = draw_batch(voice, tiny("base"), QUICK, step=0)
    with pytest.raises(ValueError, match="reference"):
        network(voice, "sec_att").predictor(batch.sentences.phones, batch.sentences.real)


def test_the_bottleneck_divergence_is_zero_for_what_is_normal():
    from synth.prosody.prosody_sources import Posterior

    nothing = torch.zeros(1, 2, 8)
    assert torch.equal(Posterior(nothing, nothing).divergence, torch.zeros(1, 2))
    assert (Posterior(nothing + 1.0, nothing).divergence > 0).all()

"""The network: shapes, one step against all steps, learning, repeatable drawing."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.audio.mel import HOP, LOG_FLOOR, log_mel_batch
from synth.vocoder.rnn_ms.config import rnn_ms_config
from synth.vocoder.rnn_ms.generate import advance
from synth.vocoder.rnn_ms.network import RnnMs, cross_entropy

from ..signals import voice
from .networks import ONE_BAND, TINY, network_of

SILENCE = math.log(LOG_FLOOR)


def mels(n_frames=21, *, seed=0):
    samples = torch.from_numpy(voice((n_frames - 1) * HOP, seed=seed))
    return log_mel_batch(samples[None])


@pytest.mark.parametrize("config", [TINY, ONE_BAND])
def test_a_mel_becomes_a_signal_of_its_hops(config):
    signal = network_of(config)(mels(21))
    assert signal.shape == (1, 20 * HOP)
    assert signal.dtype == torch.float32
    assert bool(signal.isfinite().all())


def test_the_same_seed_draws_the_same_signal():
    first, again = network_of()(mels()), network_of()(mels())
    other = network_of(replace(TINY, seed=2))(mels())
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_drawing_leaves_the_global_generator_alone():
    network = network_of()
    before = torch.get_rng_state()
    network(mels())
    assert torch.equal(torch.get_rng_state(), before)


def test_a_signal_does_not_depend_on_its_neighbors():
    network, one, other = network_of(), mels(seed=1), mels(seed=2)
    together = network(torch.cat([one, other]))
    assert torch.equal(together[:1], network(one))
    assert torch.equal(together[1:], network(other))


def test_silence_after_the_reach_changes_nothing():
    network, mel = network_of(), mels()
    reach = network.reach_frames
    short, long = (
        torch.nn.functional.pad(mel, (0, 0, 0, n), value=SILENCE) for n in (reach, 2 * reach)
    )
    first, second = network(short)[0], network(long)[0]
    assert torch.equal(first, second[: len(first)])
    assert not second[len(first) :].any()


@pytest.mark.parametrize("n_frames", [1, 2, 120])
def test_silence_gives_something_finite(n_frames):
    silent = torch.full((1, n_frames, 100), SILENCE)
    signal = network_of(replace(TINY, fold_frames=20))(silent)
    assert signal.shape == (1, (n_frames - 1) * HOP)
    assert bool(signal.isfinite().all())


def test_steps_one_by_one_are_all_steps_at_once():
    """Drawing and teacher forcing are the same network."""
    network, mel = network_of(), mels(6)
    n_steps = 5 * TINY.steps_per_frame
    history = torch.randint(TINY.classes, (1, TINY.bands, n_steps))
    with torch.no_grad():
        frames = network.frame_gates_of(mel)
        expected = network.logits(frames, history)
        gates = network.upsampled(frames, steps=TINY.steps_per_frame)[0]
        recurrence, state = network.recurrence_of(), torch.zeros(1, TINY.hidden)
        for n in range(n_steps):
            state = advance(recurrence, state, gates[n : n + 1], history[:, :, n])
        logits = network.second(torch.relu(network.first(state)))
    assert torch.allclose(logits.flatten(), expected[-1].flatten(), atol=1e-4)


def test_an_untrained_network_knows_next_to_nothing():
    samples = torch.from_numpy(voice(20 * HOP))[None]
    with torch.no_grad():
        loss = cross_entropy(network_of(), samples, context_frames=4)
    assert float(loss) == pytest.approx(math.log(TINY.classes), rel=0.15)


@pytest.mark.parametrize("config", [TINY, ONE_BAND])
def test_training_overfits_one_batch(config):
    network = network_of(config).train()
    samples = torch.from_numpy(np.stack([voice(10 * HOP, seed=k) for k in range(2)]))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-2)
    for _ in range(30):
        loss = cross_entropy(network, samples, context_frames=3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.65 * math.log(config.classes)


def test_what_comes_later_does_not_help():
    """The history of a step ends before it."""
    network, frames = network_of(), network_of().frame_gates_of(mels(4))
    history = torch.randint(TINY.classes, (1, TINY.bands, 3 * TINY.steps_per_frame))
    changed = history.clone()
    changed[:, :, 70:] = 0
    with torch.no_grad():
        first, second = network.logits(frames, history), network.logits(frames, changed)
    assert torch.equal(first[:70], second[:70])
    assert not torch.equal(first[70:], second[70:])


def test_the_paper_preset_learns_within_a_few_steps():
    config = rnn_ms_config("paper")
    torch.manual_seed(0)
    network = RnnMs(config)
    samples = torch.from_numpy(voice(5 * config.front_end.hop))[None]
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-4)
    losses = []
    for _ in range(4):
        loss = cross_entropy(network, samples, context_frames=2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[0] == pytest.approx(math.log(1024), rel=0.05)
    assert losses[-1] < losses[0] - 0.3

"""Streaming gives what rendering in one go gives."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from synth.audio.mel import log_mel
from synth.vocoder import streaming
from synth.vocoder.streaming import Stream

from .signals import random_network, voice


@pytest.fixture(scope="module")
def network():
    return random_network().eval()


@pytest.fixture(scope="module")
def mel():
    glides = [voice(16_000, hz=hz, seed=k) for k, hz in enumerate((110, 240, 160, 320))]
    return log_mel(np.concatenate(glides))


@torch.no_grad()
def in_one_go(network, mel):
    reach = np.full((network.reach_frames, 100), np.log(np.float32(1e-5)), np.float32)
    padded = torch.from_numpy(np.concatenate([mel, reach]))[None]
    return network(padded)[0, : (len(mel) - 1) * 160].numpy()


@pytest.mark.parametrize("sizes", [(401,), (7,) * 58, (150, 1, 250)])
def test_pieces_of_any_size_make_the_same_signal(network, mel, sizes, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK_FRAMES", 90)
    stream = Stream(network)
    starts = np.cumsum((0, *sizes))
    pieces = [stream.push(mel[a:b]) for a, b in pairwise(starts)]
    signal = np.concatenate([*pieces, stream.finish()])
    expected = in_one_go(network, mel)
    assert signal.shape == expected.shape
    assert np.abs(signal - expected).max() < 2e-3 * np.abs(expected).max()


def test_samples_come_as_soon_as_they_are_certain(network, mel):
    stream = Stream(network)
    reach = network.reach_frames
    assert len(stream.push(mel[:reach])) == 0
    assert len(stream.push(mel[reach : reach + 5])) == 5 * 160


def test_memory_stays_bounded(network, mel):
    stream = Stream(network)
    for frame in mel:
        stream.push(frame[None])
    assert len(stream.frames) <= 2 * network.reach_frames + 1

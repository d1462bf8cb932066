"""Pieces: where they are cut, and that together they are the whole."""

from dataclasses import replace

import torch

from synth.audio.mel import HOP, log_mel_batch
from synth.vocoder.rnn_ms.generate import Piece, cut, draw, join, spread

from ..signals import voice
from .networks import TINY, network_of


def test_a_short_mel_is_one_piece():
    assert cut(torch.zeros(70), fold_frames=50, overlap_frames=4) == [Piece(0, 69)]
    assert cut(torch.zeros(500), fold_frames=0, overlap_frames=4) == [Piece(0, 499)]


def test_pieces_cover_the_mel_and_overlap_in_its_quietest_frames():
    level = torch.zeros(201)
    level[[47, 110, 143]] = -5.0
    pieces = cut(level, fold_frames=50, overlap_frames=4)
    assert pieces == [Piece(0, 49), Piece(45, 112), Piece(108, 145), Piece(141, 200)]


def test_joined_pieces_of_one_signal_are_that_signal():
    whole = torch.randn(2, 60 * 40)
    pieces = [Piece(0, 22), Piece(18, 41), Piece(37, 60)]
    parts = spread(whole.t(), pieces, per_frame=40).permute(1, 2, 0)
    assert torch.allclose(join(parts, pieces, per_frame=40), whole, atol=1e-6)


def test_pieces_of_a_network_without_memory_are_the_whole():
    """Where the past says nothing, cutting must change nothing but rounding."""
    network = network_of(replace(TINY, fold_frames=20))
    with torch.no_grad():
        network.rows.weight.zero_()
        network.recurrence.weight.zero_()
        width = TINY.hidden
        network.frame_gates.bias[width : 2 * width] = -50.0  # the update gate forgets all
    mel = log_mel_batch(torch.from_numpy(voice(100 * HOP))[None])
    folded = network(mel)
    network.config = replace(TINY, fold_frames=0)
    assert torch.allclose(folded, network(mel), atol=1e-4)


def test_draws_follow_the_distribution():
    """With thresholds spread evenly, classes come as often as their probability says."""
    network = network_of()
    n_pieces = 400
    thresholds = ((torch.arange(n_pieces) + 0.5) / n_pieces)[None, :, None]
    gates = torch.zeros(1, n_pieces, 3 * TINY.hidden)
    with torch.no_grad():
        drawn = draw(
            network.recurrence_of(), gates, thresholds.expand(1, -1, TINY.bands), repeats=1
        )
        history = torch.full((1, TINY.bands, TINY.steps_per_frame), TINY.classes // 2)
        chances = network.logits(torch.zeros(1, 2, 3 * TINY.hidden), history)[0, 0].softmax(-1)
    for band in range(TINY.bands):
        shares = torch.bincount(drawn[0, :, band], minlength=TINY.classes) / n_pieces
        assert torch.allclose(shares, chances[band], atol=1.5 / n_pieces)


def test_a_cold_softmax_draws_the_likeliest():
    network = network_of(replace(TINY, temperature=1e-3))
    recurrence = network.recurrence_of()
    assert recurrence.second.abs().max() > 100 * network.second.weight.abs().max()

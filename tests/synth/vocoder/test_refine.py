"""Refinement: closer to the mel, in blocks without seams."""

import numpy as np

from synth.audio.mel import log_mel
from synth.vocoder import refine as refining
from synth.vocoder.refine import refine

from .signals import voice


def mel_error(signal, mel):
    return float(np.abs(log_mel(signal) - mel).mean())


def test_refining_brings_a_signal_closer_to_its_mel():
    mel = log_mel(voice(16_000))
    start = voice(16_000, hz=141.0, seed=4)
    errors = [mel_error(refine(start, mel, iterations=n), mel) for n in (1, 8, 24)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.5 * mel_error(start, mel)


def test_blocks_join_without_a_seam(monkeypatch):
    signal = voice(32_000)
    mel = log_mel(signal)
    whole = refine(signal, mel)
    monkeypatch.setattr(refining, "BLOCK_FRAMES", 70)
    blocks = refine(signal, mel)
    jumps = np.abs(np.diff(blocks)) - np.abs(np.diff(whole))
    assert blocks.shape == whole.shape
    assert jumps.max() < 0.1 * np.abs(whole).max()
    assert np.abs(blocks - whole).std() < 0.05 * whole.std()

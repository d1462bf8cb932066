"""Refinement by signal processing of what a vocoder made: magnitudes and phases.

Axes: B batch, K frequency bins, T frames, M mel bands, N samples.
Fast Griffin-Lim steps from the signal's own phase, which is a voice's and not random. Their
magnitudes begin as the mel's inverse by non-negative least squares; from halfway on they move
towards those of the signal reached, scaled to the mel wanted, so that what the mel leaves open
becomes what neighboring frames can agree on.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import (
    MOMENTUM,
    NARROW,
    TINY,
    FloatArray,
    FrontEnd,
    invert_mel,
    istft,
    magnitude_of,
    stft,
    unit_phasors,
)

from .network import MelMatcher

ITERATIONS = 24
UPDATES = 30  # of the inversion
MOVE_FROM = 0.4  # share of the iterations after which magnitudes begin to move
BLOCK_FRAMES = 2_000
OVERLAP_FRAMES = 100  # rendered on either side of a block and thrown away, but for the fade
FADE_FRAMES = 8


def refine_batch(
    signals: Tensor, log_mels: Tensor, *, iterations: int, front_end: FrontEnd = NARROW
) -> Tensor:
    """Signals (B, N) refined towards log-mels (B, T, M), N = (T - 1) * hop."""
    wanted, matcher = log_mels.exp(), MelMatcher(front_end)
    magnitude = invert_mel(log_mels, updates=UPDATES, front_end=front_end)
    phase = unit_phasors(stft(signals, front_end=front_end))
    before = torch.zeros_like(phase)
    for iteration in range(iterations):
        signal = istft(magnitude * phase, signals.shape[1], front_end=front_end)
        consistent = stft(signal, front_end=front_end)
        phase = unit_phasors(torch.sub(consistent, before, alpha=MOMENTUM / (1.0 + MOMENTUM)))
        before = consistent
        if iteration >= MOVE_FROM * iterations:
            reached = magnitude_of(consistent) + TINY
            reached = reached * matcher.scale(reached, wanted, updates=1)
            magnitude = torch.sqrt(magnitude * reached)
    return istft(magnitude * phase, signals.shape[1], front_end=front_end)


@torch.no_grad()
def refine(
    signal: FloatArray,
    log_mel: FloatArray,
    *,
    iterations: int = ITERATIONS,
    front_end: FrontEnd = NARROW,
) -> NDArray[np.float32]:
    """One signal (N,) refined towards its log-mel (T, M), N = (T - 1) * hop, in bounded memory.

    Longer ones are refined in blocks that share a phase already, faded into one another.
    """
    hop, last = front_end.hop, len(log_mel) - 1
    refined = np.zeros(last * hop, np.float32)
    fade = np.linspace(0.0, 1.0, FADE_FRAMES * hop, dtype=np.float32)
    for start in range(0, max(last, 1), BLOCK_FRAMES):
        begin = max(0, start - OVERLAP_FRAMES)
        stop = min(last, start + BLOCK_FRAMES)
        end = min(last, stop + OVERLAP_FRAMES)
        block = refine_batch(
            torch.from_numpy(np.ascontiguousarray(signal[begin * hop : end * hop]))[None],
            torch.from_numpy(np.ascontiguousarray(log_mel[begin : end + 1], np.float32))[None],
            iterations=iterations,
            front_end=front_end,
        )[0].numpy()
        piece = block[(start - begin) * hop : (stop - begin) * hop]
        if start:
            before = block[(start - begin) * hop - len(fade) : (start - begin) * hop]
            place = slice(start * hop - len(fade), start * hop)
            refined[place] = (1.0 - fade) * refined[place] + fade * before
        refined[start * hop : stop * hop] = piece
    return refined

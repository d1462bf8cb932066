"""Drawing signals from RNN_MS, in pieces that run side by side.

A step costs little arithmetic and much overhead, so a long mel is cut into pieces of similar
length that are generated as one batch and cross-faded. Cuts are moved to the quietest frame
nearby, and all pieces use the same random numbers at the same time, so that two pieces often
agree where they overlap.

Axes: L pieces, T frames, N steps, P sub-bands, F hidden width, C classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Piece:
    """A stretch of a mel, from one frame to another; overlaps are part of it."""

    start: int
    stop: int


@dataclass(frozen=True)
class Recurrence:
    """The autoregressive part as the loop needs it: matrices already turned.

    ``rows`` (P * C, 3F), ``hidden`` (F, 3F), ``first`` (F, A), ``second`` (A, P * C) with the
    temperature in it.
    """

    rows: Tensor
    offsets: Tensor
    hidden: Tensor
    hidden_bias: Tensor
    first: Tensor
    first_bias: Tensor
    second: Tensor
    second_bias: Tensor

    @property
    def classes(self) -> int:
        """C: values a sub-band sample can have."""
        return len(self.rows) // len(self.offsets)


def cut(level: Tensor, *, fold_frames: int, overlap_frames: int) -> list[Piece]:
    """Pieces of about ``fold_frames`` frames of a mel with levels (T,).

    Each cut lies in the quietest frame within a quarter of a piece; neighbors overlap by
    ``overlap_frames`` around it. One piece where ``fold_frames`` is 0 or the mel is short.
    """
    last = len(level) - 1
    n_pieces = round(last / fold_frames) if fold_frames else 1
    if n_pieces < 2:
        return [Piece(0, last)]
    slack = fold_frames // 4
    cuts = []
    for k in range(1, n_pieces):
        earliest = round(k * last / n_pieces) - slack
        cuts.append(earliest + int(level[earliest : earliest + 2 * slack + 1].argmin()))
    half = overlap_frames // 2
    starts = [0, *(c - half for c in cuts)]
    stops = [*(c + half for c in cuts), last]
    return [Piece(a, b) for a, b in zip(starts, stops, strict=True)]


def spread(values: Tensor, pieces: list[Piece], *, per_frame: int) -> Tensor:
    """Values (N, ...) of a whole mel's steps as (N, L, ...), zeros after the shorter pieces."""
    stretches = [values[p.start * per_frame : p.stop * per_frame] for p in pieces]
    return torch.nn.utils.rnn.pad_sequence(stretches)


def draw(recurrence: Recurrence, gates: Tensor, thresholds: Tensor, *, repeats: int) -> Tensor:
    """Classes (N, L, P), drawn step after step from silence.

    Args:
        gates: (N / repeats, L, 3F), what the mel adds to the gates for ``repeats`` steps each.
        thresholds: (N, L, P) uniform in 0..1; the draw is the first class at which the
            cumulative probability exceeds its threshold.
    """
    n_pieces, width = gates.shape[1], len(recurrence.hidden)
    state = gates.new_zeros(n_pieces, width)
    silence = recurrence.classes // 2
    shape = (len(thresholds), n_pieces, len(recurrence.offsets))
    drawn = recurrence.offsets.new_full(shape, silence)
    before = recurrence.offsets.new_full(shape[1:], silence)
    limits = thresholds.flatten(1)[..., None]
    for n in range(len(thresholds)):
        state = advance(recurrence, state, gates[n // repeats], before)
        before = choose(recurrence, state, limits[n]).view_as(before)
        drawn[n] = before
    return drawn


def advance(recurrence: Recurrence, state: Tensor, gates: Tensor, before: Tensor) -> Tensor:
    """The next state (L, F) after the classes ``before`` (L, P), as ``torch.nn.GRU`` has it."""
    rows = before + recurrence.offsets
    given = torch.nn.functional.embedding_bag(rows, recurrence.rows, mode="sum") + gates
    hidden = torch.addmm(recurrence.hidden_bias, state, recurrence.hidden)
    width = state.shape[1]
    opened = torch.sigmoid(given[:, : 2 * width] + hidden[:, : 2 * width])
    reset, update = opened[:, :width], opened[:, width:]
    fresh = torch.tanh(torch.addcmul(given[:, 2 * width :], reset, hidden[:, 2 * width :]))
    return torch.lerp(fresh, state, update)


def choose(recurrence: Recurrence, state: Tensor, limits: Tensor) -> Tensor:
    """Classes (L * P,) drawn at thresholds (L * P, 1)."""
    features = torch.addmm(recurrence.first_bias, state, recurrence.first).relu_()
    logits = torch.addmm(recurrence.second_bias, features, recurrence.second)
    chances = logits.view(-1, recurrence.classes).softmax(dim=1)
    below = (chances.cumsum(dim=1) < limits).sum(dim=1)
    return below.clamp_(max=recurrence.classes - 1)


def join(sub_bands: Tensor, pieces: list[Piece], *, per_frame: int) -> Tensor:
    """The whole's sub-bands (P, N) of pieces' (L, P, N), cross-faded where they overlap."""
    n_steps = pieces[-1].stop * per_frame
    whole = sub_bands.new_zeros(sub_bands.shape[1], n_steps)
    end = 0
    for samples, piece in zip(sub_bands, pieces, strict=True):
        start, stop = piece.start * per_frame, piece.stop * per_frame
        overlap = max(0, end - start)
        ramp = (torch.arange(overlap, device=sub_bands.device) + 0.5) / max(1, overlap)
        whole[:, start:end] *= 1.0 - ramp
        own = samples[:, : stop - start].clone()
        own[:, :overlap] *= ramp
        whole[:, start:stop] += own
        end = stop
    return whole

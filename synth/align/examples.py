"""What an aligner learns from: features, what is said, and the sound of every frame.

Axes: T frames of 10 ms, S sounds of a script, B batch, M mel bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..text.festvox import Label
from ..text.phones import PAUSE
from .features import Features
from .script import Script
from .sounds import places_of

HOP_S = 0.01
UNLABELED = -100  # torch's cross entropy leaves these frames out
ROUNDING = 1e-6
WET_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Example:
    """One utterance: features (T, M), its script (S,), and durations (S,) where they are known.

    A duration of 0 leaves out a pause. ``is_certain``: whether the durations are given, by
    labels or by who spoke, and not a guess that is to be made better. ``wet``: the features in a
    room, which share the durations.
    """

    features: Features
    script: Script
    durations: NDArray[np.intp] | None = None
    is_certain: bool = True
    wet: Features | None = None

    @property
    def targets(self) -> NDArray[np.intp]:
        """The place in ``SOUNDS`` (T,) of every frame, ``UNLABELED`` without durations."""
        if self.durations is None:
            return np.full(len(self.features), UNLABELED)
        return np.repeat(places_of(self.script.sounds), self.durations)


@dataclass(frozen=True)
class Batch:
    """Pieces of utterances: features (B, T, M) float32 and sounds (B, T) int64."""

    features: Tensor
    targets: Tensor

    def to(self, device: str) -> Batch:
        """The batch on a device."""
        return Batch(self.features.to(device), self.targets.to(device))


def joined_pauses(labels: Sequence[Label]) -> tuple[Label, ...]:
    """The labels with pauses that follow each other as one."""
    found: list[Label] = []
    for label in labels:
        if found and label.symbol == PAUSE == found[-1].symbol:
            label = Label(PAUSE, found.pop().start_s, label.end_s)
        found.append(label)
    return tuple(found)


def label_durations(labels: Sequence[Label], n_frames: int) -> NDArray[np.intp]:
    """Whole frames (S,) of labels; frame t is centered on t * 10 ms, the last takes the rest.

    Raises:
        ValueError: if a label holds no frame's center, or they end after the recording.
    """
    ends = np.ceil([one.end_s / HOP_S - ROUNDING for one in labels]).astype(np.intp)
    ends[-1] = n_frames
    durations = np.diff(ends, prepend=0)
    if (durations < 1).any():
        raise ValueError(f"Labels of {len(labels)} phones do not fit {n_frames} frames of 10 ms.")
    return durations


def draw_batch(
    examples: Sequence[Example],
    *,
    size: tuple[int, int],
    seed: tuple[int, int],
) -> Batch:
    """Pieces of ``size`` (B, T), from utterances drawn by length; the seed decides all.

    Half the pieces are those in a room, where there are any. A shorter utterance is followed by
    unlabeled frames of its last one.
    """
    rng = np.random.default_rng(seed)
    lengths = np.array([len(one.features) for one in examples], dtype=float)
    n, n_frames = size
    chosen = rng.choice(len(examples), size=n, p=lengths / lengths.sum())
    pieces = [_piece(examples[k], n_frames, rng) for k in chosen]
    features = np.stack([piece[0] for piece in pieces]).astype(np.float32)
    targets = np.stack([piece[1] for piece in pieces]).astype(np.int64)
    return Batch(torch.from_numpy(features), torch.from_numpy(targets))


def _piece(
    example: Example, n_frames: int, rng: np.random.Generator
) -> tuple[Features, NDArray[np.intp]]:
    start = int(rng.integers(0, max(1, len(example.features) - n_frames + 1)))
    is_wet = example.wet is not None and rng.random() < WET_SHARE
    heard = example.wet if example.wet is not None and is_wet else example.features
    features = heard[start : start + n_frames]
    targets = example.targets[start : start + n_frames]
    missing = n_frames - len(features)
    padded = np.pad(features, ((0, missing), (0, 0)), mode="edge")
    return padded, np.pad(targets, (0, missing), constant_values=UNLABELED)

"""What an aligner learns from: features, what is said, and the class of every frame.

Axes: T frames of 10 ms, P symbols, B batch, M mel bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..text.festvox import Label
from ..text.phones import PAUSE, PHONE_SETS, phone_of
from ..text.symbols import UnknownSymbols
from .classes import Classes
from .features import Features
from .script import Script

HOP_S = 0.01
UNLABELED = -100  # torch's cross entropy leaves these frames out
VOWEL_WEIGHT = 1.3  # a vowel's length over a consonant's, for the first guess
ROUNDING = 1e-6
QUIET_SHARE = 0.35  # of the way from the quietest to the loud frames: where speech begins


@dataclass(frozen=True, eq=False)
class Example:
    """One utterance: features (T, M), its script (P,), and durations (P,) where they are known.

    A duration of 0 leaves out a pause.
    """

    features: Features
    script: Script
    durations: NDArray[np.intp] | None = None

    def targets(self, classes: Classes) -> NDArray[np.intp]:
        """The class (T,) of every frame, ``UNLABELED`` without durations."""
        if self.durations is None:
            return np.full(len(self.features), UNLABELED)
        return np.repeat(classes.indices(self.script.symbols), self.durations)


@dataclass(frozen=True)
class Batch:
    """Pieces of utterances: features (B, T, M) float32 and classes (B, T) int64."""

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
    """Whole frames (P,) of labels; frame t is centered on t * 10 ms, the last takes the rest.

    Raises:
        ValueError: if a label holds no frame's center, or they end after the recording.
    """
    ends = np.ceil([one.end_s / HOP_S - ROUNDING for one in labels]).astype(np.intp)
    ends[-1] = n_frames
    durations = np.diff(ends, prepend=0)
    if (durations < 1).any():
        raise ValueError(f"Labels of {len(labels)} phones do not fit {n_frames} frames of 10 ms.")
    return durations


def even_durations(features: Features, script: Script) -> NDArray[np.intp]:
    """A first guess (P,) without any network: phones spread evenly from first to last speech.

    Inner pauses are left out; a vowel takes ``VOWEL_WEIGHT`` times what a consonant takes.

    Raises:
        ValueError: if there are fewer frames than symbols that must come.
    """
    if len(features) < (~script.is_optional).sum():
        raise ValueError(f"{len(features)} frames are too few for {len(script.symbols)} symbols.")
    start, stop = speech_span(features, n_least=int((~script.is_pause).sum()))
    weights = np.where(script.is_pause, 0.0, 1.0)
    weights[[symbol_is_vowel(symbol) for symbol in script.symbols]] = VOWEL_WEIGHT
    durations = shared_out(stop - start, weights)
    durations[0] += start
    durations[-1] += len(features) - stop
    return durations


def symbol_is_vowel(symbol: str) -> bool:
    """Whether a symbol of either phone set is a vowel."""
    for phone_set in PHONE_SETS:
        try:
            return phone_of(symbol, phone_set).is_vowel
        except UnknownSymbols:
            continue
    return False


def speech_span(features: Features, *, n_least: int) -> tuple[int, int]:
    """First and one past the last loud frame, with a frame of pause at both ends."""
    level = features.mean(axis=1)
    quiet, loud = np.quantile(level, [0.02, 0.9])
    heard = np.flatnonzero(level > quiet + QUIET_SHARE * (loud - quiet))
    start, stop = max(1, int(heard[0])), min(len(level) - 1, int(heard[-1]) + 1)
    return (start, stop) if stop - start >= n_least else (1, len(level) - 1)


def shared_out(n_frames: int, weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """``n_frames`` as whole numbers (P,) by weight, at least one where the weight is not zero."""
    used = weights > 0
    ends = np.cumsum(weights[used]) / weights.sum() * (n_frames - used.sum())
    durations = np.zeros(len(weights), dtype=np.intp)
    durations[used] = 1 + np.diff(np.rint(ends).astype(np.intp), prepend=0)
    return durations


def draw_batch(
    examples: Sequence[Example],
    classes: Classes,
    *,
    size: tuple[int, int],
    seed: tuple[int, int],
) -> Batch:
    """Pieces of ``size`` (B, T), from utterances drawn by length; the seed decides all.

    A shorter utterance is followed by unlabeled frames of its last one.
    """
    rng = np.random.default_rng(seed)
    lengths = np.array([len(one.features) for one in examples], dtype=float)
    n, n_frames = size
    chosen = rng.choice(len(examples), size=n, p=lengths / lengths.sum())
    pieces = [_piece(examples[k], classes, n_frames, rng) for k in chosen]
    features = np.stack([piece[0] for piece in pieces]).astype(np.float32)
    targets = np.stack([piece[1] for piece in pieces]).astype(np.int64)
    return Batch(torch.from_numpy(features), torch.from_numpy(targets))


def _piece(
    example: Example, classes: Classes, n_frames: int, rng: np.random.Generator
) -> tuple[Features, NDArray[np.intp]]:
    start = int(rng.integers(0, max(1, len(example.features) - n_frames + 1)))
    features = example.features[start : start + n_frames]
    targets = example.targets(classes)[start : start + n_frames]
    missing = n_frames - len(features)
    padded = np.pad(features, ((0, missing), (0, 0)), mode="edge")
    return padded, np.pad(targets, (0, missing), constant_values=UNLABELED)

"""How far alignments are from labels or from true times. Axes: S sounds of a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from .examples import HOP_S, Example
from .script import UNWRITTEN, Script

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Distances of sounds' onsets from where they should be, in ms; ``within_20`` is a share."""

    n_onsets: int
    median: float
    mean: float
    p90: float
    within_20: float


def onset_errors(script: Script, durations: NDArray[np.intp], example: Example) -> Array:
    """Distances in ms of the onsets of all sounds that both have, whole frames of 10 ms.

    Sounds are matched in order where the scripts differ; pauses are not counted, but the sound
    after one is.

    Args:
        script, durations: (S,) what was found.
        example: with the durations it is measured against.
    Raises:
        ValueError: if the example has no durations.
    """
    if example.durations is None:
        raise ValueError("Expected an example with labels to measure an alignment against.")
    found, first = spoken_onsets(script, durations)
    labeled, second = spoken_onsets(example.script, example.durations)
    matcher = SequenceMatcher(None, found, labeled, autojunk=False)
    pairs = [
        (block.a + k, block.b + k)
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]
    ours, theirs = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return np.abs(first[ours] - second[theirs]) * (1000.0 * HOP_S)


def spoken_onsets(
    script: Script, durations: NDArray[np.intp]
) -> tuple[list[str], NDArray[np.intp]]:
    """The sounds that begin a phone, and their onsets in frames.

    Where a diphthong's second half begins nobody knows.
    """
    onsets = np.cumsum(durations) - durations
    begins = ~script.is_pause & (np.diff(script.positions, prepend=UNWRITTEN) != 0)
    return [script.sounds[k] for k in np.flatnonzero(begins)], onsets[begins]


def agreement(errors: Sequence[Array]) -> Agreement:
    """The errors of all utterances together, each onset counted once."""
    pooled = np.concatenate(list(errors))
    return Agreement(
        len(pooled),
        float(np.median(pooled)),
        float(pooled.mean()),
        float(np.quantile(pooled, 0.9)),
        float((pooled <= 20.0).mean()),
    )

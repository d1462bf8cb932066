"""How far alignments are from labels, and how wrong texts are made to set thresholds with.

Labels are machine made here, so this measures how far two machines agree. Axes: P symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from ..text.phones import PAUSE
from .alignment import WINDOW, Alignment, Thresholds, threshold
from .examples import HOP_S, Example
from .script import Script, script_of_symbols

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Distances of phone onsets from the labels', in ms; ``within_20`` is a share."""

    n_onsets: int
    median: float
    mean: float
    p90: float
    within_20: float


def onset_errors(alignment: Alignment, example: Example) -> Array:
    """Distances in ms of the onsets of all phones that both have, whole frames of 10 ms.

    Phones are matched in order where the strings differ; pauses are not counted, but the phone
    after one is.

    Raises:
        ValueError: if the example has no durations.
    """
    if example.durations is None:
        raise ValueError("Expected an example with labels to measure an alignment against.")
    ends = np.cumsum(alignment.durations), np.cumsum(example.durations)
    spoken = ~alignment.is_pause, ~example.script.is_pause
    onsets = [
        (end - durations)[chosen]
        for end, durations, chosen in zip(
            ends, (alignment.durations, example.durations), spoken, strict=True
        )
    ]
    found, labeled = (
        [symbol for symbol in symbols if symbol != PAUSE]
        for symbols in (alignment.symbols, example.script.symbols)
    )
    matcher = SequenceMatcher(None, found, labeled, autojunk=False)
    pairs = [
        (block.a + k, block.b + k)
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return np.abs(onsets[0][first] - onsets[1][second]) * (1000.0 * HOP_S)


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


def other_texts(scripts: Sequence[Script]) -> list[Script]:
    """For each script the other one that is nearest in its number of symbols: a wrong text.

    Raises:
        ValueError: for a single script.
    """
    if len(scripts) < 2:
        raise ValueError("Expected two texts or more, to take one for the other.")
    lengths = np.array([len(one.symbols) for one in scripts])
    distances = np.abs(lengths[:, None] - lengths[None, :]).astype(float)
    np.fill_diagonal(distances, np.inf)
    return [scripts[int(k)] for k in distances.argmin(axis=1)]


def misread(script: Script, other: Script, *, n_phones: int = WINDOW) -> Script:
    """The script with ``n_phones`` in its middle taken from another one: a part that is wrong."""
    symbols, foreign = list(script.symbols), list(other.symbols)
    spoken = [k for k, symbol in enumerate(symbols) if symbol != PAUSE]
    donors = [symbol for symbol in foreign if symbol != PAUSE]
    start, first = (max(0, (len(one) - n_phones) // 2) for one in (spoken, donors))
    chosen = spoken[start : start + n_phones]
    for place, symbol in zip(chosen, donors[first:], strict=False):
        symbols[place] = symbol
    return script_of_symbols(symbols)


def thresholds(
    right: Sequence[Alignment], wrong: Sequence[Alignment], partly_wrong: Sequence[Alignment]
) -> Thresholds:
    """Limits that best part right texts from wrong ones, and from those wrong in a part."""
    return Thresholds(
        threshold([one.score for one in right], [one.score for one in wrong]),
        threshold([one.weakest for one in right], [one.weakest for one in partly_wrong]),
    )

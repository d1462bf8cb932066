"""The likeliest durations of a known string of classes: Viterbi over many utterances at once.

Axes: B utterances, T frames, K classes, P symbols, S states. A symbol of at least n frames is a
chain of n states, of which the last may repeat; what may be left out can be stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BATCH = 32
NOWHERE = -1
STAY, MOVE, SKIP = 0, 1, 2
IMPOSSIBLE = np.float32(-1e30)

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Chain:
    """What is said: classes, least frames and whether it may be missing, all (P,)."""

    classes: Ints
    least: Ints
    is_optional: NDArray[np.bool_]

    def __post_init__(self) -> None:
        optional = self.is_optional
        if not (len(self.classes) == len(self.least) == len(optional)) or len(optional) == 0:
            raise ValueError("Expected as many least durations and options as classes.")
        if (self.least < 1).any() or optional.all() or (optional[1:] & optional[:-1]).any():
            raise ValueError(
                "Expected at least one frame per symbol, one symbol that must come, and no two "
                f"optional ones in a row, got {self.least.tolist()}, {optional.tolist()}."
            )

    @property
    def least_frames(self) -> int:
        """Frames below which the chain does not fit."""
        return int(self.least[~self.is_optional].sum())


@dataclass(frozen=True, eq=False)
class _States:
    """Chains spelled out and padded, all (B, S); ``last`` and ``last_skipped`` are (B,)."""

    symbol: Ints
    emits: Ints
    repeats: NDArray[np.bool_]
    skip_from: Ints
    is_first: NDArray[np.bool_]
    last: Ints
    last_skipped: Ints


def best_durations(log_likelihoods: Sequence[Floats], chains: Sequence[Chain]) -> list[Ints | None]:
    """Durations (P,) of every utterance's likeliest path; 0 for what is left out.

    Args:
        log_likelihoods: (T, K) of each utterance.
        chains: what is said in each.
    Returns: for each the durations, together T; None where the frames are too few.
    """
    found: list[Ints | None] = [None] * len(chains)
    pairs = zip(chains, log_likelihoods, strict=True)
    fitting = [k for k, (chain, one) in enumerate(pairs) if chain.least_frames <= len(one)]
    fitting.sort(key=lambda k: -len(log_likelihoods[k]))
    for start in range(0, len(fitting), BATCH):
        chosen = fitting[start : start + BATCH]
        batch = _batch_durations([log_likelihoods[k] for k in chosen], [chains[k] for k in chosen])
        for k, durations in zip(chosen, batch, strict=True):
            found[k] = durations
    return found


def _batch_durations(likelihoods: list[Floats], chains: list[Chain]) -> Iterator[Ints]:
    """The same of utterances that fit, the longest first."""
    states = _states_of(chains)
    lengths = np.array([len(one) for one in likelihoods])
    steps, final = _forward(likelihoods, lengths, states)
    rows = np.arange(len(chains))
    reached = final[rows, states.last]
    skipped = np.where(states.last_skipped != NOWHERE, final[rows, states.last_skipped], IMPOSSIBLE)
    ends = np.where(skipped > reached, states.last_skipped, states.last)
    counts = _trace(steps, lengths, ends, states)
    for row, chain in enumerate(chains):
        used = states.symbol[row] != NOWHERE
        symbols = states.symbol[row, used]
        yield np.bincount(symbols, counts[row, used], len(chain.classes)).astype(np.intp)


def _states_of(chains: Sequence[Chain]) -> _States:
    size = max(int(chain.least.sum()) for chain in chains)
    shape = (len(chains), size)
    symbol, emits, skip = np.full(shape, NOWHERE), np.zeros(shape, int), np.full(shape, NOWHERE)
    repeats, first = np.zeros(shape, bool), np.zeros(shape, bool)
    last, last_skipped = np.zeros(len(chains), int), np.full(len(chains), NOWHERE)
    for row, chain in enumerate(chains):
        stops = np.cumsum(chain.least)
        starts, n = stops - chain.least, stops[-1]
        symbol[row, :n] = np.repeat(np.arange(len(starts)), chain.least)
        emits[row, :n] = np.repeat(chain.classes, chain.least)
        repeats[row, stops - 1] = True
        first[row, 0] = True
        for k in np.flatnonzero(chain.is_optional):
            if k == 0:
                first[row, starts[1]] = True
            elif k == len(starts) - 1:
                last_skipped[row] = starts[k] - 1
            else:
                skip[row, starts[k + 1]] = starts[k] - 1
        last[row] = n - 1
    return _States(symbol, emits, repeats, skip, first, last, last_skipped)


def _forward(
    likelihoods: Sequence[Floats], lengths: Ints, states: _States
) -> tuple[NDArray[np.uint8], Floats]:
    """How every state was best entered (T, B, S), and the last frame's best scores (B, S)."""
    n_rows, n_states = states.emits.shape
    steps = np.zeros((lengths[0], n_rows, n_states), np.uint8)
    best = np.full((n_rows, n_states), IMPOSSIBLE)
    for time in range(lengths[0]):
        n = int(np.searchsorted(-lengths, -time))  # utterances that reach this frame
        frame = np.stack([one[time] for one in likelihoods[:n]])
        emitted = np.take_along_axis(frame, states.emits[:n], axis=1)
        if time == 0:
            best[:n] = np.where(states.is_first[:n], emitted, IMPOSSIBLE)
            continue
        entered, steps[time, :n] = _entered(best[:n], states, n)
        best[:n] = np.maximum(entered + emitted, IMPOSSIBLE)
    return steps, best


def _entered(best: Floats, states: _States, n: int) -> tuple[Floats, NDArray[np.uint8]]:
    """The best score (B, S) to come into each state from the frame before, and by which step."""
    stay = np.where(states.repeats[:n], best, IMPOSSIBLE)
    move = np.concatenate([np.full((n, 1), IMPOSSIBLE), best[:, :-1]], axis=1)
    sources = states.skip_from[:n]
    jumped = np.take_along_axis(best, np.maximum(sources, 0), axis=1)
    skip = np.where(sources != NOWHERE, jumped, IMPOSSIBLE)
    step = (move > stay).astype(np.uint8)
    entered = np.maximum(stay, move)
    return np.maximum(entered, skip), np.where(skip > entered, np.uint8(SKIP), step)


def _trace(steps: NDArray[np.uint8], lengths: Ints, ends: Ints, states: _States) -> Ints:
    """How many frames (B, S) the best path spends in each state."""
    counts = np.zeros(states.emits.shape, np.intp)
    state = ends.astype(np.intp).copy()
    for time in range(lengths[0] - 1, -1, -1):
        rows = np.arange(int(np.searchsorted(-lengths, -time)))
        current = state[rows]
        counts[rows, current] += 1
        step = steps[time, rows, current]
        came = np.where(step == MOVE, current - 1, current)
        state[rows] = np.where(step == SKIP, states.skip_from[rows, current], came)
    return counts

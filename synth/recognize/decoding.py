"""The likeliest string of sounds of a recording: Viterbi over a loop of all sounds.

Axes: T frames of 10 ms, K sounds, D states of a sound, of which the last may repeat, S sounds
that were heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_FRAMES = 3  # of a sound: 30 ms, as for the aligner's scripts
ADDED = 1.0  # to every count of a pair, so that none is impossible
IMPOSSIBLE = -1e30

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Loop:
    """How the sounds follow each other and how much it weighs.

    Attributes:
        pairs: (K, K) natural logs of how likely the second sound comes after the first.
        weight: the power of that; 0 leaves it out.
        cost: of every sound, in nepers, that keeps their number down.
        prior_share: the power of a sound's frequency that its posterior is divided by.
    """

    pairs: Floats
    weight: float = 0.5
    cost: float = 1.0
    prior_share: float = 0.3

    @property
    def steps(self) -> Floats:
        """What it is worth (K, K) to go from a sound to another."""
        return self.weight * np.asarray(self.pairs, dtype=np.float64) - self.cost


def pairs_of(
    strings: Iterable[Sequence[int] | NDArray[np.integer]], n_sounds: int
) -> NDArray[np.float32]:
    """Log probabilities (K, K) of the pairs in strings of places of sounds, rare ones smoothed."""
    counts = np.full((n_sounds, n_sounds), ADDED)
    for string in strings:
        np.add.at(counts, (np.asarray(string[:-1]), np.asarray(string[1:])), 1.0)
    return np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)


def likeliest_sounds(
    likelihoods: Floats, steps: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The likeliest sounds (S,), as places, and their durations (S,) in frames, together T.

    Args:
        likelihoods: (T, K) logs.
        steps: (K, K) what it is worth to go from a sound to another (``Loop.steps``).
    Returns: a recording below ``LEAST_FRAMES`` frames is one sound.
    """
    if len(likelihoods) < LEAST_FRAMES:
        return np.array([likelihoods.sum(axis=0).argmax()]), np.array([len(likelihoods)])
    came, moved, final = _forward(np.asarray(likelihoods, dtype=np.float64), steps)
    return _trace(came, moved, int(final.argmax()))


def _forward(
    likelihoods: Floats, steps: Floats
) -> tuple[NDArray[np.intp], NDArray[np.bool_], Floats]:
    """Whence each sound was entered (T, K), whether its last state was just reached, the end."""
    n_frames, n_sounds = likelihoods.shape
    came = np.zeros((n_frames, n_sounds), dtype=np.intp)
    moved = np.zeros((n_frames, n_sounds), dtype=bool)
    best = np.full((LEAST_FRAMES, n_sounds), IMPOSSIBLE)
    best[0] = likelihoods[0]
    for time in range(1, n_frames):
        entering = best[-1][:, None] + steps
        came[time] = entering.argmax(axis=0)
        following = np.concatenate([entering[came[time], np.arange(n_sounds)][None], best[:-1]])
        moved[time] = following[-1] > best[-1]
        following[-1] = np.maximum(following[-1], best[-1])
        best = following + likelihoods[time]
    return came, moved, best[-1]


def _trace(
    came: NDArray[np.intp], moved: NDArray[np.bool_], last: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Sounds and durations of the best path that ends in a sound's last state."""
    sound, state, stop = last, LEAST_FRAMES - 1, len(came)
    sounds, durations = [], []
    for time in range(len(came) - 1, 0, -1):
        if state == LEAST_FRAMES - 1 and not moved[time, sound]:
            continue
        if state > 0:
            state -= 1
            continue
        sounds.append(sound)
        durations.append(stop - time)
        sound, state, stop = int(came[time, sound]), LEAST_FRAMES - 1, time
    sounds.append(sound)
    durations.append(stop)
    return np.array(sounds[::-1], dtype=np.intp), np.array(durations[::-1], dtype=np.intp)

"""The orders in which a sitting hears trials and stimuli (BS.1534-3 3: random, recorded)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class TrialOrder:
    """A trial's index among the test's trials, and its stimuli's indices in shown order."""

    trial: int
    stimuli: tuple[int, ...]


def sitting_rng(seed: int, sitting_number: int) -> Random:
    """The random source of one sitting: the same for the same test seed and number, always."""
    digest = hashlib.sha256(f"earshot sitting {seed} {sitting_number}".encode()).digest()
    return Random(int.from_bytes(digest, "big"))


def draw_orders(n_stimuli_per_trial: Sequence[int], rng: Random) -> list[TrialOrder]:
    """A random order of trials, each with a random order of its stimuli.

    Args:
        n_stimuli_per_trial: how many stimuli (the hidden reference included) each trial shows.
    """
    trials = shuffled(range(len(n_stimuli_per_trial)), rng)
    return [
        TrialOrder(trial, tuple(shuffled(range(n_stimuli_per_trial[trial]), rng)))
        for trial in trials
    ]


def shuffled(things: Sequence[Thing], rng: Random) -> list[Thing]:
    """A new list of the same things in random order."""
    mixed = list(things)
    rng.shuffle(mixed)
    return mixed

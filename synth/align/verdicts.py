"""Which texts to believe: limits on scores, set for each speaker with texts made wrong.

Axes: T frames of 10 ms, K sounds there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..text.phones import PAUSE
from .alignment import WINDOW, Alignment, Thresholds, align_posteriors
from .script import Script

OPEN = Thresholds()


def limits_of(posteriors: Sequence[NDArray[np.float32]], scripts: Sequence[Script]) -> Thresholds:
    """The limits that suit one speaker, from recordings (T, K) and their texts.

    A few texts that are not what is said do no harm: the limits lie where right and wrong
    texts are parted best.

    Raises:
        ValueError: for fewer than two recordings.
    """
    others = other_texts(scripts)
    partly = [misread(own, other) for own, other in zip(scripts, others, strict=True)]
    right, wrong, misread_ones = (
        align_posteriors(posteriors, chosen, OPEN) for chosen in (scripts, others, partly)
    )
    return thresholds(right, wrong, misread_ones)


def thresholds(
    right: Sequence[Alignment], wrong: Sequence[Alignment], partly_wrong: Sequence[Alignment]
) -> Thresholds:
    """Limits that best part right texts from wrong ones, and from those wrong in a part."""
    return Thresholds(
        threshold([one.score for one in right], [one.score for one in wrong]),
        threshold([one.weakest for one in right], [one.weakest for one in partly_wrong]),
    )


def threshold(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The score that best parts right texts from wrong ones: least mean of both error rates.

    Of equally good cuts the middle one. Alignments that do not fit at all count as they are,
    with a score of negative infinity, and set no cut.

    Raises:
        ValueError: without scores of either kind.
    """
    if not len(right) or not len(wrong):
        raise ValueError("Expected scores of right and of wrong texts to set a threshold.")
    values = np.unique(np.concatenate([right, wrong]))
    values = values[np.isfinite(values)]
    cuts = np.concatenate([[values[0] - 1.0], (values[1:] + values[:-1]) / 2, [values[-1] + 1.0]])
    refused = np.searchsorted(np.sort(right), cuts) / len(right)
    believed = 1.0 - np.searchsorted(np.sort(wrong), cuts) / len(wrong)
    errors = refused + believed
    best = np.flatnonzero(errors <= errors.min() + 1e-12)
    return float((cuts[best[0]] + cuts[best[-1]]) / 2)


def other_texts(scripts: Sequence[Script]) -> list[Script]:
    """For each script the other one that is nearest in its number of sounds: a wrong text.

    One that says the same sounds is no other text.

    Raises:
        ValueError: if there are no two different texts.
    """
    if len({script.sounds for script in scripts}) < 2:
        raise ValueError("Expected two texts or more, to take one for the other.")
    lengths = np.array([len(one.sounds) for one in scripts])
    names = {sounds: k for k, sounds in enumerate({one.sounds for one in scripts})}
    same = np.array([names[one.sounds] for one in scripts])
    distances = np.abs(lengths[:, None] - lengths[None, :]).astype(float)
    distances[same[:, None] == same[None, :]] = np.inf
    return [scripts[int(k)] for k in distances.argmin(axis=1)]


def misread(script: Script, other: Script, *, n_sounds: int = WINDOW) -> Script:
    """The script with ``n_sounds`` in its middle taken from another one: a part that is wrong."""
    sounds = list(script.sounds)
    spoken = [k for k, sound in enumerate(sounds) if sound != PAUSE]
    donors = [sound for sound in other.sounds if sound != PAUSE]
    start, first = (max(0, (len(one) - n_sounds) // 2) for one in (spoken, donors))
    chosen = spoken[start : start + n_sounds]
    for place, sound in zip(chosen, donors[first:], strict=False):
        sounds[place] = sound
    return replace(script, sounds=tuple(sounds))

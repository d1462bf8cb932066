"""Which unseen voices sound like one of the training set, judged by speaker embeddings.

A *voice* is what one speaker group says in one language and one recording condition. The
figures are measured by scripts/check_speakers.py and kept in speakers.json beside this
module, where the split they justify lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .records import Utterance
from .splits import TEST, TRAIN, UNSEEN, VALIDATION, split_of

RESULT = Path(__file__).with_name("speakers.json")
ENCODER = "Resemblyzer 0.1.4 (GE2E), mean of two halves of up to 30 s each"
THRESHOLD = 0.87
KNOWN = frozenset({TRAIN, VALIDATION, TEST})

Embeddings = Mapping[str, Sequence[NDArray[np.float64]]]
Directions = Mapping[str, NDArray[np.float64]]


def voice_of(utterance: Utterance) -> str:
    """The name of the voice that says an utterance."""
    name = f"{utterance.speaker} {utterance.language}"
    return name if utterance.condition == "clean" else f"{name} {utterance.condition}"


def voices_of(utterances: Sequence[Utterance]) -> dict[str, list[int]]:
    """Positions of the utterances of each voice."""
    voices: dict[str, list[int]] = {}
    for index, utterance in enumerate(utterances):
        voices.setdefault(voice_of(utterance), []).append(index)
    return voices


def splits_by_voice(utterances: Sequence[Utterance]) -> dict[str, str]:
    """``train`` for voices of the training set, else the split all of a voice is in.

    By today's rule, which may be newer than the one the corpus was prepared with.
    """
    found = {}
    for voice, indices in voices_of(utterances).items():
        one = utterances[indices[0]]
        split = split_of(
            speaker=one.speaker, language=one.language, prompt=one.prompt, condition=one.condition
        )
        found[voice] = TRAIN if split in KNOWN else split
    return found


def direction(halves: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The mean embedding, of length 1."""
    mean = np.mean(np.stack(halves), axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def minutes_by_voice(utterances: Sequence[Utterance]) -> dict[str, float]:
    """How much of each voice the corpus holds."""
    minutes: dict[str, float] = {}
    for utterance in utterances:
        voice = voice_of(utterance)
        minutes[voice] = minutes.get(voice, 0.0) + utterance.duration_s / 60
    return minutes


def closest_known(voice: str, directions: Directions, known: Sequence[str]) -> dict[str, Any]:
    """The voice among ``known`` that sounds most like ``voice``, and its cosine."""
    cosines = {other: float(directions[voice] @ directions[other]) for other in known}
    closest = max(cosines, key=lambda other: cosines[other])
    return {"closest": closest, "cosine": round(cosines[closest], 3)}


def alike_voices(
    directions: Directions, speakers: Mapping[str, str]
) -> list[tuple[str, str, float]]:
    """Pairs of voices above the threshold or of one speaker, with their cosine, closest first."""
    chosen = []
    for first, second in combinations(sorted(directions), 2):
        cosine = float(directions[first] @ directions[second])
        if cosine > THRESHOLD or speakers[first] == speakers[second]:
            chosen.append((first, second, round(cosine, 3)))
    return sorted(chosen, key=lambda pair: (-pair[2], pair[0], pair[1]))


def describe_voices(utterances: Sequence[Utterance], embeddings: Embeddings) -> dict[str, Any]:
    """What speakers.json holds.

    Args:
        utterances: the whole corpus.
        embeddings: by voice, those of two halves of its speech.
    Returns: per voice its split, minutes, the cosine between its own halves, and the closest
        voice of another speaker in the training set; and the pairs that sound alike.
    """
    splits = splits_by_voice(utterances)
    speakers = {voice_of(u): u.speaker for u in utterances}
    directions = {voice: direction(halves) for voice, halves in embeddings.items()}
    minutes = minutes_by_voice(utterances)
    described = {}
    for voice in sorted(embeddings):
        known = [
            other
            for other in directions
            if splits[other] == TRAIN and speakers[other] != speakers[voice]
        ]
        described[voice] = {
            "split": splits[voice],
            "minutes": round(minutes[voice], 2),
            "own_halves": round(float(embeddings[voice][0] @ embeddings[voice][1]), 3),
        } | closest_known(voice, directions, known)
    return {
        "encoder": ENCODER,
        "threshold": THRESHOLD,
        "voices": described,
        "alike": alike_voices(directions, speakers),
    }


def leaking(found: Mapping[str, Any]) -> list[str]:
    """The voices of the unseen split that lie above the threshold."""
    return [
        voice
        for voice, entry in found["voices"].items()
        if entry["split"] == UNSEEN and entry["cosine"] > found["threshold"]
    ]

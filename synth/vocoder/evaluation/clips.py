"""The clips that vocoders are measured on: of two seconds or more, distinct, some kept aside.

Everything is decided by hashes of the samples, so that a corpus added or a list reordered moves
no clip. A speaker whose utterances are all shorter gives whole utterances joined end to end.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.audio.metrics import MIN_S
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import Utterance
from synth.datasets.splits import HEARD, TRAIN, VALIDATION

MAX_S = 8.0
ASIDE_PERCENT = 30
CLEAN = "clean"
STYLES_AS_CONDITIONS = frozenset({"acted", "shouted", "sung"})
NO_SPEECH = "zxx"
SEEN_SPEAKER, UNSEEN_SPEAKER, UNSEEN_LANGUAGE = "seen_speaker", "unseen_speaker", "unseen_language"
SPLITS = (SEEN_SPEAKER, UNSEEN_SPEAKER, UNSEEN_LANGUAGE)


@dataclass(frozen=True)
class Clip:
    """One recording to be measured on: whole utterances of one speaker, by their places.

    Attributes:
        key: 16 hex digits, of the samples of its utterances in order.
        condition: how the recording sounds: its recording condition, or its style where that is
            acted, shouted or sung, else clean.
        joined: whether it is several utterances end to end.
        aside: whether it is kept for the last measurement, which no choice looks at.
    """

    key: str
    indices: tuple[int, ...]
    speaker: str
    language: str
    condition: str
    duration_s: float
    bandwidth_hz: float
    aside: bool

    @property
    def joined(self) -> bool:
        """Whether several utterances were put end to end."""
        return len(self.indices) > 1


@dataclass(frozen=True)
class Choice:
    """Which clips to take.

    Attributes:
        aside: take the clips kept aside instead of the others.
        excluded: sha256 of utterances to leave out: those of the demo, say.
        only: where not None, sha256 of the only utterances to take.
        longest_s: leave out longer utterances.
    """

    per_speaker: int = 8
    seed: int = 1
    aside: bool = False
    excluded: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    longest_s: float = MAX_S


def choose_clips(corpus: PreparedCorpus, choice: Choice) -> list[Clip]:
    """At most ``per_speaker`` clips per speaker and condition, of utterances never trained on."""
    by_source: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, utterance in enumerate(corpus.utterances):
        if _is_wanted(utterance, choice):
            by_source[(utterance.speaker, utterance.language, condition_of(utterance))].append(
                index
            )
    chosen: list[Clip] = []
    for source in sorted(by_source):
        clips = _clips_of(corpus, by_source[source], choice)
        chosen += sorted(clips, key=lambda clip: _order(clip.key, choice.seed))[
            : choice.per_speaker
        ]
    return chosen


def condition_of(utterance: Utterance) -> str:
    """How an utterance sounds, in one word."""
    if utterance.condition == CLEAN and utterance.style in STYLES_AS_CONDITIONS:
        return utterance.style
    return utterance.condition


def is_aside(sha256: str) -> bool:
    """Whether an utterance belongs to the share kept aside, whatever the seed."""
    digest = hashlib.sha256(f"kept aside|{sha256}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < ASIDE_PERCENT


def _is_wanted(utterance: Utterance, choice: Choice) -> bool:
    if utterance.split in (TRAIN, VALIDATION, HEARD) or utterance.language == NO_SPEECH:
        return False
    if utterance.is_overdriven:
        return False
    if choice.only is not None:
        return utterance.sha256 in choice.only
    return utterance.sha256 not in choice.excluded and is_aside(utterance.sha256) == choice.aside


def _clips_of(corpus: PreparedCorpus, indices: Sequence[int], choice: Choice) -> list[Clip]:
    """Clips of one speaker: each long utterance, or the short ones joined if none is long."""
    facts = corpus.utterances
    long = [i for i in indices if MIN_S <= facts[i].duration_s <= choice.longest_s]
    if long:
        return [_clip(corpus, (index,)) for index in long]
    short = [i for i in indices if facts[i].duration_s < MIN_S]
    ordered = sorted(short, key=lambda i: _order(facts[i].sha256, choice.seed))
    return [_clip(corpus, group) for group in _groups(facts, ordered)]


def _groups(facts: Sequence[Utterance], indices: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Runs of utterances that together reach the shortest length."""
    group: list[int] = []
    for index in indices:
        group.append(index)
        if sum(facts[i].duration_s for i in group) >= MIN_S:
            yield tuple(group)
            group = []


def _clip(corpus: PreparedCorpus, indices: tuple[int, ...]) -> Clip:
    utterances = [corpus.utterances[i] for i in indices]
    first = utterances[0]
    return Clip(
        key=hashlib.sha256("|".join(u.sha256 for u in utterances).encode()).hexdigest()[:16],
        indices=indices,
        speaker=first.speaker,
        language=first.language,
        condition=condition_of(first),
        duration_s=round(sum(u.duration_s for u in utterances), 3),
        bandwidth_hz=max(u.bandwidth_hz for u in utterances),
        aside=is_aside(first.sha256),
    )


def _order(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


def samples_of(corpus: PreparedCorpus, clip: Clip) -> NDArray[np.float32]:
    """The clip's samples (N,) in -1..1, at 16 kHz."""
    parts = [corpus.samples_of(index) for index in clip.indices]
    return (np.concatenate(parts) / 32768.0).astype(np.float32)


def split_of(clip: Clip, training: Mapping[str, Any]) -> str:
    """What a checkpoint with that training description already knew of a clip.

    A language counts as seen from one training utterance on, whoever spoke it.
    """
    if clip.speaker in training["speakers"]:
        return SEEN_SPEAKER
    return UNSEEN_SPEAKER if clip.language in training["languages"] else UNSEEN_LANGUAGE


def trained_clips(
    corpus: PreparedCorpus, clips: Sequence[Clip], digests: Collection[str], *, digits: int
) -> list[Clip]:
    """The clips that hold an utterance among shortened sha256 of training utterances."""
    known = set(digests)
    return [
        clip
        for clip in clips
        if any(corpus.utterances[i].sha256[:digits] in known for i in clip.indices)
    ]


def spread(clips: Sequence[Clip], count: int) -> list[Clip]:
    """Up to ``count`` clips, taken from the speakers in turn."""
    by_speaker: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        by_speaker[clip.speaker].append(clip)
    turns = [(turn, clip) for own in by_speaker.values() for turn, clip in enumerate(own)]
    return [clip for _, clip in sorted(turns, key=lambda pair: (pair[0], pair[1].key))[:count]]

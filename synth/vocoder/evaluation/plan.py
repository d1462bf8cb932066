"""Which clip is measured in which condition and from which mel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synth.datasets.prepared import PreparedCorpus
from synth.datasets.splits import TRAIN

from .clips import CLEAN, SEEN_SPEAKER, Clip, split_of, spread
from .scoring import Case
from .stand_ins import BOTTLENECK, SMOOTH
from .summary import UNSEEN


@dataclass(frozen=True)
class Plan:
    """How much is measured beyond every clip as it is with its true mel.

    Attributes:
        predicted: clips per split with each stand-in for predicted mels.
        simulated: clips per split in each simulated condition.
        conditions: the simulated conditions' codes, each with the version of its making.
        input_versions: of each kind of predicted input.
    """

    predicted: int = 24
    simulated: int = 8
    conditions: Mapping[str, str] = field(default_factory=dict)
    input_versions: Mapping[str, str] = field(default_factory=lambda: {SMOOTH: "", BOTTLENECK: ""})


def cases(clips: Sequence[Clip], plan: Plan, split: Callable[[Clip], str]) -> Iterator[Case]:
    """Every clip as it is, then clean ones with predicted mels and in simulated conditions."""
    yield from (Case(clip, clip.condition) for clip in clips)
    clean: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if clip.condition == CLEAN:
            clean[split(clip)].append(clip)
    for own in clean.values():
        for clip in spread(own, plan.predicted):
            for name, version in plan.input_versions.items():
                yield Case(clip, CLEAN, input=name, input_version=version)
        for clip in spread(own, plan.simulated):
            for code, version in plan.conditions.items():
                yield Case(clip, code, simulation=version)


def training_of(corpus: PreparedCorpus) -> dict[str, Any]:
    """What a checkpoint trained on the whole training split would know."""
    trained = [u for u in corpus.utterances if u.split == TRAIN]
    return {
        "speakers": sorted({u.speaker for u in trained}),
        "languages": sorted({u.language for u in trained}),
    }


def splits_of(
    training: Mapping[str, Any], single_voices: Mapping[str, str]
) -> Callable[[Clip], Iterable[str]]:
    """A clip's splits: as that training set leaves it, both unseen ones, a system's own voice.

    Args:
        single_voices: system -> the only speaker it was trained on.
    """

    def splits(clip: Clip) -> Iterator[str]:
        split = split_of(clip, training)
        yield split
        if split != SEEN_SPEAKER:
            yield UNSEEN
        yield from (f"own_voice_{n}" for n, who in single_voices.items() if who == clip.speaker)

    return splits

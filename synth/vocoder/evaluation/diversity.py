"""The study of data diversity: siblings of one architecture, trained on one voice or on many.

Siblings are known by their names (sd_SPEAKER, spk3, spk7, universal_60) and ordered by how many
speakers they heard. They are compared on voices and languages that none of them heard, and each
speaker-specific one's voice is a set of its own, in test utterances that no one was trained on.
Languages are confounded with speakers: a sibling that heard more voices heard more languages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np

from .clips import CLEAN
from .intervals import Estimate, clustered_mean, one_voice_mean
from .report import GAIN_METRICS
from .scoring import Case
from .summary import Observation, gains, rounded
from .systems import System

VOICES, LANGUAGES, OWN = "unseen voices", "unseen languages", "own voice"
MIN_CLIPS = 3
_SIBLING = re.compile(r"sd_.+|spk\d+|universal_\d+")

Group = tuple[str, str]  # set, input


def is_sibling(name: str) -> bool:
    """Whether a system takes part in the study."""
    return _SIBLING.fullmatch(name) is not None


def siblings(systems: Iterable[System]) -> list[System]:
    """The systems that take part, from few voices to many."""
    own = [s for s in systems if is_sibling(s.name) and s.training]
    return sorted(own, key=lambda s: (len((s.training or {})["speakers"]), s.name))


def single_voices(systems: Iterable[System]) -> dict[str, str]:
    """The only speaker of each speaker-specific system."""
    speakers = {s.name: s.training["speakers"] for s in systems if s.training}
    return {name: own[0] for name, own in speakers.items() if len(own) == 1}


def set_of(trained: Sequence[System]) -> Callable[[Case], str | None]:
    """Which set of the study a case belongs to, if any: of recordings as they are.

    Recordings in another condition than clean (acted, say) are sets of their own.
    """
    heard = {speaker for s in trained for speaker in (s.training or {})["speakers"]}
    languages = {language for s in trained for language in (s.training or {})["languages"]}
    voices = set(single_voices(trained).values())

    def found(case: Case) -> str | None:
        clip = case.clip
        if case.simulation:
            return None
        if clip.speaker in voices:
            name = f"{OWN} {clip.speaker}"
        elif clip.speaker in heard:
            return None
        else:
            name = VOICES if clip.language in languages else LANGUAGES
        return name if case.condition == CLEAN else f"{name}, {case.condition}"

    return found


def study(systems: Iterable[System], observations: Iterable[Observation]) -> dict[str, Any]:
    """Means, orders and paired differences of the siblings on every set.

    Returns: lists of plain rows under diversity_means, diversity_orders and
        diversity_differences; all empty with fewer than two siblings.
    """
    trained = siblings(systems)
    names = [s.name for s in trained]
    groups = _grouped(observations, set_of(trained), names) if len(names) > 1 else {}
    return {
        "diversity_means": [row for group in groups.items() for row in _means(names, *group)],
        "diversity_orders": [row for group in groups.items() for row in _orders(names, *group)],
        "diversity_differences": [
            row for group in groups.items() for row in _differences(names, *group)
        ],
    }


def _grouped(
    observations: Iterable[Observation], sets: Callable[[Case], str | None], names: Sequence[str]
) -> Mapping[Group, Sequence[Observation]]:
    """Observations of the siblings by set and input; sets of hardly a clip are left out."""
    groups: dict[Group, list[Observation]] = defaultdict(list)
    for one in observations:
        name = sets(one.case)
        if name is not None and one.row.system in names:
            groups[(name, one.case.input)].append(one)
    enough = (g for g in groups.items() if len({o.case.clip for o in g[1]}) >= MIN_CLIPS)
    return dict(sorted(enough, key=lambda g: (g[0][1] != "true", g[0][0].startswith(OWN), g[0])))


def _means(
    names: Sequence[str], group: Group, members: Sequence[Observation]
) -> Iterator[dict[str, Any]]:
    for name in names:
        own = [one for one in members if one.row.system == name]
        clips = {one.case.clip for one in own}
        yield {
            "set": group[0],
            "input": group[1],
            "system": name,
            "n_clips": len(clips),
            "n_speakers": len({clip.speaker for clip in clips}),
            "metrics": {
                metric: round(float(np.mean(values)), 4)
                for metric in GAIN_METRICS
                if (values := [o.row.scores[metric] for o in own if metric in o.row.scores])
            },
        }


def _orders(
    names: Sequence[str], group: Group, members: Sequence[Observation]
) -> Iterator[dict[str, Any]]:
    """Best first, by mean gain over the first sibling on clips where both are defined."""
    for metric in GAIN_METRICS:
        found = {name: gains(members, name, names[0], metric)[0] for name in names}
        if all(found.values()):
            order = sorted(names, key=lambda name: -float(np.mean(found[name])))
            yield {"set": group[0], "input": group[1], "metric": metric, "order": order}


def _differences(
    names: Sequence[str], group: Group, members: Sequence[Observation]
) -> Iterator[dict[str, Any]]:
    """Gains of the sibling that heard more voices over the one that heard fewer."""
    for fewer, more in combinations(names, 2):
        for metric in GAIN_METRICS:
            values, clips = gains(members, more, fewer, metric)
            if len(values) > 1:
                found = _estimate(values, [clip.speaker for clip in clips])
                yield {
                    "set": group[0],
                    "input": group[1],
                    "first": more,
                    "second": fewer,
                    "metric": metric,
                    **rounded(asdict(found)),
                    "holds_zero": found.holds_zero,
                }


def _estimate(values: Sequence[float], speakers: Sequence[str]) -> Estimate:
    return clustered_mean(values, speakers) if len(set(speakers)) > 1 else one_voice_mean(values)

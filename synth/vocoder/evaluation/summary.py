"""What the scores say: per cell of split, condition and input, and between systems.

Every gain is turned so that more than zero means the first system is better, whichever way the
metric counts. Clips of one speaker are one cluster in every interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from synth.audio.metrics import HIGHER_IS_BETTER, METRICS

from .clips import SPLITS, UNSEEN_LANGUAGE, UNSEEN_SPEAKER, Clip
from .intervals import clustered_mean, gain_ratio
from .scoring import Case, Row
from .systems import BASELINES, CONTROLS, GRIFFIN_LIM, GRIFFIN_LIM_8, NATURAL, WORLD

UNSEEN = "unseen"  # both unseen splits together
ALL_SPLITS = (*SPLITS, UNSEEN)
DIGITS = 4
DURATION_SPAN_S, BANDWIDTH_SPAN_HZ = 1.0, 1000.0  # how far apart matched clips may lie

Group = tuple[str, str, str]  # split, condition, input


@dataclass(frozen=True)
class Observation:
    """One rendering's row with the case it belongs to."""

    case: Case
    row: Row


SplitOf = Callable[[Clip], Iterable[str]]


def grouped(
    observations: Iterable[Observation], split_of: SplitOf
) -> dict[Group, list[Observation]]:
    """Observations by split, condition and input; one may belong to several splits."""
    groups: dict[Group, list[Observation]] = defaultdict(list)
    for one in observations:
        for split in split_of(one.case.clip):
            groups[(split, one.case.condition, one.case.input)].append(one)
    return dict(groups)


def cells(groups: Mapping[Group, Sequence[Observation]]) -> Iterator[dict[str, Any]]:
    """One summary per group and system."""
    for (split, condition, given), members in groups.items():
        by_system: dict[str, list[Observation]] = defaultdict(list)
        for member in members:
            by_system[member.row.system].append(member)
        for system, own in by_system.items():
            yield {
                "split": split,
                "condition": condition,
                "input": given,
                "system": system,
                **_counts(own),
                "rtf_cpu": _median(one.row.cpu_s / one.row.duration_s for one in own),
                "rtf_wall": _median(one.row.wall_s / one.row.duration_s for one in own),
                "metrics": _centers(own),
            }


def _counts(members: Sequence[Observation]) -> dict[str, int]:
    clips = {one.case.clip for one in members}
    return {
        "n_clips": len(clips),
        "n_speakers": len({clip.speaker for clip in clips}),
        "n_joined": sum(clip.joined for clip in clips),
    }


def _median(values: Iterable[float]) -> float:
    return round(float(np.median(list(values))), 5)


def _centers(members: Sequence[Observation]) -> dict[str, dict[str, Any]]:
    """Mean with its interval, median and number of clips of every metric that is defined."""
    centers = {}
    for metric in METRICS:
        own = [one for one in members if metric in one.row.scores]
        if own:
            values = [one.row.scores[metric] for one in own]
            found = clustered_mean(values, [one.case.clip.speaker for one in own])
            centers[metric] = {
                "mean": round(found.mean, DIGITS),
                "low": _rounded(found.low),
                "high": _rounded(found.high),
                "median": round(float(np.median(values)), DIGITS),
                "n": len(own),
            }
    return centers


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def named_pairs(systems: Sequence[str]) -> list[tuple[str, str]]:
    """Which systems are compared: checkpoints with the baselines, and with each other."""
    trained = [name for name in systems if name not in (*BASELINES, *CONTROLS)]
    rivals = [name for name in (*CONTROLS, WORLD, GRIFFIN_LIM_8, GRIFFIN_LIM) if name in systems]
    pairs = [(name, rival) for name in trained for rival in rivals]
    pairs += [(GRIFFIN_LIM, rival) for rival in (GRIFFIN_LIM_8, WORLD) if rival in systems]
    to_natural = [(name, NATURAL) for name in systems if name != NATURAL]
    return [*pairs, *combinations(trained, 2), *to_natural]


def gains(
    members: Sequence[Observation], first: str, second: str, metric: str
) -> tuple[list[float], list[Clip]]:
    """How much better ``first`` is than ``second`` on each clip where both are defined."""
    scores: dict[str, dict[Clip, float]] = {first: {}, second: {}}
    for one in members:
        if one.row.system in scores and metric in one.row.scores:
            scores[one.row.system][one.case.clip] = one.row.scores[metric]
    clips = sorted(scores[first].keys() & scores[second].keys(), key=lambda clip: clip.key)
    sign = 1.0 if HIGHER_IS_BETTER[metric] else -1.0
    return [sign * (scores[first][clip] - scores[second][clip]) for clip in clips], clips


def differences(
    groups: Mapping[Group, Sequence[Observation]],
    pairs: Iterable[tuple[str, str]],
    metrics: Sequence[str] = METRICS,
) -> Iterator[dict[str, Any]]:
    """Paired gains of the first system of each pair over the second, with intervals."""
    for first, second in pairs:
        for (split, condition, given), members in groups.items():
            for metric in metrics:
                values, clips = gains(members, first, second, metric)
                if len(values) > 1:
                    found = clustered_mean(values, [clip.speaker for clip in clips])
                    yield {
                        "first": first,
                        "second": second,
                        "split": split,
                        "condition": condition,
                        "input": given,
                        "metric": metric,
                        **rounded(asdict(found)),
                        "better": sum(value > 0 for value in values),
                    }


def rounded(fields: dict[str, Any]) -> dict[str, Any]:
    """The same with short floats."""
    return {k: round(v, DIGITS) if isinstance(v, float) else v for k, v in fields.items()}


def matched(first: Sequence[Clip], second: Sequence[Clip]) -> list[tuple[Clip, Clip]]:
    """Pairs alike in length (1 s) and bandwidth (1 kHz), each clip in one pair at most.

    Greedy: the closest pair of all first, so that the outcome does not depend on order.
    """
    pairs = sorted(
        (distance, a.key, b.key, a, b)
        for a in first
        for b in second
        if (distance := _distance(a, b)) is not None
    )
    taken: set[Clip] = set()
    chosen = []
    for _, _, _, a, b in pairs:
        if a not in taken and b not in taken:
            taken |= {a, b}
            chosen.append((a, b))
    return chosen


def _distance(first: Clip, second: Clip) -> float | None:
    longer = abs(first.duration_s - second.duration_s) / DURATION_SPAN_S
    wider = abs(first.bandwidth_hz - second.bandwidth_hz) / BANDWIDTH_SPAN_HZ
    return longer + wider if max(longer, wider) <= 1 else None


def universality(
    groups: Mapping[Group, Sequence[Observation]], systems: Iterable[str], condition: str
) -> Iterator[dict[str, Any]]:
    """Gain over Griffin-Lim on unseen languages over that on seen ones, on matched clips."""
    for given in sorted({group[2] for group in groups}):
        far = groups.get((UNSEEN_LANGUAGE, condition, given), [])
        near = groups.get((UNSEEN_SPEAKER, condition, given), [])
        for system in systems:
            for metric in METRICS:
                upper, lower = _matched_gains(far, near, system, metric)
                if len(upper[0]) > 1:
                    yield {
                        "system": system,
                        "input": given,
                        "metric": metric,
                        "unseen_language": asdict(clustered_mean(*upper)),
                        "seen_language": asdict(clustered_mean(*lower)),
                        "ratio": asdict(gain_ratio(upper, lower)),
                    }


def _matched_gains(
    far: Sequence[Observation], near: Sequence[Observation], system: str, metric: str
) -> tuple[tuple[list[float], list[str]], tuple[list[float], list[str]]]:
    """Gains over Griffin-Lim with their speakers, on unseen and on seen languages."""
    first, second = (_gain_by_clip(members, system, metric) for members in (far, near))
    pairs = matched(list(first), list(second))
    upper = [first[a] for a, _ in pairs], [a.speaker for a, _ in pairs]
    lower = [second[b] for _, b in pairs], [b.speaker for _, b in pairs]
    return upper, lower


def _gain_by_clip(members: Sequence[Observation], system: str, metric: str) -> dict[Clip, float]:
    values, clips = gains(members, system, GRIFFIN_LIM, metric)
    return dict(zip(clips, values, strict=True))

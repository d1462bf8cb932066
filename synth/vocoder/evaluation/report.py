"""What is kept of an evaluation: its results as JSON, and each checkpoint's part for its card."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from synth.vocoder.refine import ITERATIONS, MOVE_FROM, UPDATES

from .clips import CLEAN, split_of
from .stand_ins import TRUE
from .summary import Observation, cells, differences, grouped
from .systems import GRIFFIN_LIM, GRIFFIN_LIM_8, NATURAL, System

GAIN_METRICS = (
    "pesq_wb",
    "estoi",
    "mr_stft",
    "log_mel_l1",
    "periodicity_rmse",
    "voicing_error",
    "f0_rmse_cents",
    "speaker_similarity",
    "dnsmos_ovrl",
    "dnsmos_p808",
)
MIN_CARD_CLIPS = 4


def write_results(content: Mapping[str, Any], path: Path) -> None:
    """Write JSON with one line per row of each list, so that changes can be read."""
    parts = []
    for name, value in content.items():
        if isinstance(value, list):
            rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(
                f" {json.dumps(name)}: [\n{rows}\n ]" if value else f" {json.dumps(name)}: []"
            )
        else:
            parts.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def card_metrics(
    system: System, observations: Iterable[Observation], *, beside: Iterable[str]
) -> dict[str, Any]:
    """A checkpoint's figures by set, with other systems' beside them.

    The sets are split by what this very checkpoint was trained on, so one voice may be seen
    here and unseen in a sibling's card.

    Args:
        beside: names of the other systems.
    """
    training = system.training or {"speakers": [], "languages": []}
    shown = {system.name, *beside}
    own = [one for one in observations if one.row.system in shown]
    groups = grouped(own, lambda clip: [split_of(clip, training)])
    metrics: dict[str, Any] = {}
    for (split, condition, given), members in sorted(groups.items(), key=_card_order):
        if len({one.case.clip for one in members}) >= MIN_CARD_CLIPS:
            label = _label(split, condition, given)
            metrics[label] = _set_figures(system.name, (split, condition, given), members)
    return metrics


def refined_part(
    system: System, observations: Iterable[Observation], *, base: str
) -> dict[str, Any]:
    """What a card says of its checkpoint with refinement on top."""
    beside = (base, NATURAL, GRIFFIN_LIM, GRIFFIN_LIM_8)
    return {
        "name": system.name,
        "settings": {"iterations": ITERATIONS, "updates": UPDATES, "move_from": MOVE_FROM},
        "metrics": card_metrics(system, observations, beside=beside),
    }


def _card_order(item: tuple[tuple[str, str, str], Any]) -> tuple[Any, ...]:
    split, condition, given = item[0]
    return (given != TRUE, condition != CLEAN, split, given, condition)


def _label(split: str, condition: str, given: str) -> str:
    words = [split, *([] if condition == CLEAN else [condition])]
    return ", ".join([*words, *([] if given == TRUE else [f"{given} mels"])])


def _set_figures(
    name: str, group: tuple[str, str, str], members: Sequence[Observation]
) -> dict[str, Any]:
    summaries = {cell["system"]: cell for cell in cells({group: members})}
    rivals = [other for other in summaries if other != name]
    gains: dict[str, Any] = {}
    for row in differences({group: members}, [(name, rival) for rival in rivals]):
        if row["metric"] in GAIN_METRICS:
            gain = {key: row[key] for key in ("mean", "low", "high", "method")}
            gains.setdefault(row["second"], {})[row["metric"]] = gain
    systems = {
        system: {
            "n": cell["n_clips"],
            "n_speakers": cell["n_speakers"],
            "rtf": cell["rtf_cpu"],
            **cell["metrics"],
        }
        for system, cell in summaries.items()
    }
    return {"systems": systems, "gains": gains}

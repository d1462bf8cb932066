"""The model card: what a checkpoint is, what it was trained on, how it measures.

Written by scripts/evaluate_vocoder.py, never by hand. The utterances trained on lie in a
file of their own, STEM.training.json.gz.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth.datasets.records import Utterance
from synth.datasets.splits import SPLIT_NAME

from .config import NetworkConfig, TrainingConfig
from .infer import Network, front_end_of
from .network import n_parameters
from .rnn_ms.config import RnnMsConfig
from .rnn_ms.train import RnnMsTraining

HASH_DIGITS = 16


@dataclass(frozen=True)
class Run:
    """How a training run went; ``history`` has one entry per start or resumption."""

    steps: int
    cpu_hours: float
    history: tuple[dict[str, Any], ...]
    network: NetworkConfig | RnnMsConfig
    training: TrainingConfig | RnnMsTraining


def write_card(stem: Path, card: Mapping[str, Any]) -> None:
    """Write STEM.json and, once there are metrics, the page STEM.md."""
    text = json.dumps(card, indent=2, ensure_ascii=False)
    stem.with_name(f"{stem.name}.json").write_text(text + "\n", encoding="utf-8")
    if card["metrics"]:
        stem.with_name(f"{stem.name}.md").write_text(card_page(card), encoding="utf-8")


def training_file(stem: Path) -> Path:
    """Where the list of a checkpoint's training utterances lies."""
    return stem.with_name(f"{stem.name}.training.json.gz")


def write_training_file(stem: Path, utterances: Sequence[Utterance]) -> None:
    """Write package, path and shortened sha256 of every utterance trained on."""
    rows = sorted((u.package, u.source_path, u.sha256[:HASH_DIGITS]) for u in utterances)
    text = json.dumps({"columns": ["package", "source_path", "sha256"], "utterances": rows})
    training_file(stem).write_bytes(gzip.compress(text.encode(), mtime=0))


def read_training_file(stem: Path) -> list[tuple[str, str, str]]:
    """(package, source path, first 16 hex digits of sha256) of every utterance trained on."""
    stored = json.loads(gzip.decompress(training_file(stem).read_bytes()))
    return [(package, path, digest) for package, path, digest in stored["utterances"]]


def trained_on(
    rows: Sequence[tuple[str, str, str]], *, package: str, source_path: str, sha256: str
) -> bool:
    """Whether a recording is among the utterances trained on, by its place or its samples."""
    places = {(row[0], row[1]) for row in rows}
    digests = {row[2] for row in rows}
    return (package, source_path) in places or sha256[:HASH_DIGITS] in digests


def describe_training(utterances: Sequence[Utterance]) -> dict[str, Any]:
    """Speakers, languages, styles, conditions, minutes and licences of a training set."""
    minutes: dict[str, float] = {}
    for utterance in utterances:
        minutes[utterance.speaker] = minutes.get(utterance.speaker, 0.0) + utterance.duration_s / 60
    return {
        "speakers": sorted(minutes),
        "languages": sorted({u.language for u in utterances}),
        "styles": sorted({u.style for u in utterances}),
        "topics": sorted({u.topic for u in utterances if u.topic}),
        "conditions": sorted({u.condition for u in utterances}),
        "licences": {u.package: u.licence for u in utterances},
        "utterances": len(utterances),
        "minutes": round(sum(minutes.values()), 1),
        "minutes_by_speaker": {name: round(minutes[name], 2) for name in sorted(minutes)},
        "split": SPLIT_NAME,
    }


def build_card(
    run: Run, network: Network, utterances: Sequence[Utterance], sha256: str
) -> dict[str, Any]:
    """The card of a checkpoint, still without metrics and notes."""
    return {
        "architecture": network.architecture,
        "sha256": sha256,
        "parameters": n_parameters(network),
        "front_end": asdict(front_end_of(run.network)),
        "network": asdict(run.network),
        "training": describe_training(utterances)
        | {
            "config": asdict(run.training),
            "seed": run.training.seed,
            "steps": run.steps,
            "cpu_hours": round(run.cpu_hours, 2),
            "threads": 1,
            "git_commit": run.history[-1]["git_commit"],
            "history": list(run.history),
        },
    }


def card_page(card: Mapping[str, Any]) -> str:
    """The card as a Markdown page for readers."""
    training = card["training"]
    lines = [
        f"# Model card: {card['name']}",
        "",
        "Written by scripts/evaluate_vocoder.py from the JSON card beside it; do not edit.",
        "",
        f"- Architecture: {card['architecture']}; {card['parameters']:,} parameters.",
        f"- Trained for {training['steps']:,} steps in {training['cpu_hours']} hours of one CPU "
        f"thread, seed {training['seed']}, commit `{training['git_commit'][:12]}`.",
        f"- Training set: {training['utterances']:,} utterances, {training['minutes']} minutes, "
        f"{len(training['speakers'])} speakers, languages {', '.join(training['languages'])}; "
        f"styles {', '.join(training['styles'])}; conditions {', '.join(training['conditions'])}"
        f"{_topics(training)}.",
        *(f"- From step {e['step']}: {_settings(e)}." for e in training["history"]),
        *(f"- {line}." for line in _inference(card)),
        f"- Weights: sha256 `{card['sha256']}`.",
        "",
        "## Speakers and minutes",
        "",
        ", ".join(f"{name} {m}" for name, m in training["minutes_by_speaker"].items()) + ".",
        "",
        "## Licences of the recordings",
        "",
        *(f"- {package}: {licence}" for package, licence in training["licences"].items()),
        "",
        "## Measured on recordings that were not trained on",
        "",
        *_metrics_tables(card["metrics"]),
        *_refined(card.get("refined")),
        "## Notes",
        "",
        *(f"- {note}" for note in card["notes"]),
    ]
    return "\n".join(lines) + "\n"


def _topics(training: Mapping[str, Any]) -> str:
    topics = training.get("topics")
    return f"; topics {', '.join(topics)}" if topics else ""


def _settings(entry: Mapping[str, Any]) -> str:
    schedule = f"commit `{entry['git_commit'][:12]}`, schedule of {entry['steps']:,} steps"
    begin, end = entry.get("adversarial", (entry.get("adversarial_from"), None))
    if begin is None:
        return f"{schedule}, without critics"
    return f"{schedule}, critics from step {begin} to {'the end' if end is None else end}"


def _inference(card: Mapping[str, Any]) -> Iterator[str]:
    """With which settings of inference weights were kept, and what the last ones are."""
    for entry in card["training"].get("inference_history", ()):
        trained = entry.get("training_passes")
        within = "" if trained is None else f", {trained} in training"
        step = entry["step"]
        since = "Set for this checkpoint" if step is None else f"Kept from step {step}"
        yield (
            f"{since}: {entry['passes']} passes{within}, momentum {entry['momentum']}, "
            f"{entry['matches']} matching updates"
        )


def _refined(refined: Mapping[str, Any] | None) -> list[str]:
    """The figures of the same checkpoint with refinement on top."""
    if not refined:
        return []
    settings = ", ".join(f"{name} {value}" for name, value in refined["settings"].items())
    return [
        f"## {refined['name']}: the same weights, refined by signal processing",
        "",
        f"{settings} (`synth/vocoder/refine.py`); nothing more is trained.",
        "",
        *_metrics_tables(refined["metrics"]),
    ]


COLUMNS = (
    "pesq_wb",
    "estoi",
    "mr_stft",
    "log_mel_l1",
    "mcd_db",
    "f0_rmse_cents",
    "voicing_error",
    "periodicity_rmse",
    "speaker_similarity",
    "dnsmos_ovrl",
    "dnsmos_p808",
)


def _metrics_tables(metrics: Mapping[str, Any]) -> list[str]:
    """One table of means per set and, below it, the gains over the other systems."""
    lines: list[str] = []
    for label, figures in metrics.items():
        systems = figures["systems"]
        shown = [c for c in COLUMNS if any(system.get(c) for system in systems.values())]
        lines += [f"### {label.replace('_', ' ')}{_size(systems)}", ""]
        lines += ["| system | " + " | ".join((*shown, "RTF")) + " |"]
        lines += ["|---" * (len(shown) + 2) + "|"]
        for name, system in systems.items():
            cells = (*(_mean(system.get(column)) for column in shown), f"{system['rtf']:.3f}")
            lines += [f"| {name} | " + " | ".join(cells) + " |"]
        lines += [""]
        for rival, gains in figures.get("gains", {}).items():
            found = "; ".join(f"{metric} {_gain(gain)}" for metric, gain in gains.items())
            lines += [f"Better than {rival} by (95 % intervals): {found}.", ""]
    return lines


def _size(systems: Mapping[str, Any]) -> str:
    clips = max(system["n"] for system in systems.values())
    speakers = max(system.get("n_speakers", 0) for system in systems.values())
    return f" ({clips} clips of {speakers} speakers, means)"


def _mean(center: Mapping[str, float] | None) -> str:
    return f"{center['mean']:.3f}" if center else "-"


def _gain(gain: Mapping[str, float | None]) -> str:
    if gain["low"] is None:
        return f"{gain['mean']:+.3f} [one speaker]"
    return f"{gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"

"""The model card: what a checkpoint is, what it was trained on, how it measures.

Written by scripts/evaluate_vocoder.py, never by hand. The utterances trained on lie in a
file of their own, STEM.training.json.gz.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth.audio.mel import FrontEnd
from synth.datasets.records import Utterance
from synth.datasets.splits import SPLIT_NAME

from .config import NetworkConfig, TrainingConfig
from .network import VocoderNetwork, n_parameters

ARCHITECTURE = "spectrogram U-Net over an NNLS and peak-phase prior"
HASH_DIGITS = 16


@dataclass(frozen=True)
class Run:
    """How a training run went; ``history`` has one entry per start or resumption."""

    steps: int
    cpu_hours: float
    history: tuple[dict[str, Any], ...]
    network: NetworkConfig
    training: TrainingConfig


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
        "conditions": sorted({u.condition for u in utterances}),
        "licences": {u.package: u.licence for u in utterances},
        "utterances": len(utterances),
        "minutes": round(sum(minutes.values()), 1),
        "minutes_by_speaker": {name: round(minutes[name], 2) for name in sorted(minutes)},
        "split": SPLIT_NAME,
    }


def build_card(
    run: Run, network: VocoderNetwork, utterances: Sequence[Utterance], sha256: str
) -> dict[str, Any]:
    """The card of a checkpoint, still without metrics and notes."""
    return {
        "architecture": ARCHITECTURE,
        "sha256": sha256,
        "parameters": n_parameters(network),
        "front_end": asdict(FrontEnd()),
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


def card_page(card: dict[str, Any]) -> str:
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
        f"styles {', '.join(training['styles'])}.",
        *(f"- From step {e['step']}: {_settings(e)}." for e in training["history"]),
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
        "## Notes",
        "",
        *(f"- {note}" for note in card["notes"]),
    ]
    return "\n".join(lines) + "\n"


def _settings(entry: dict[str, Any]) -> str:
    begin, end = entry["adversarial"]
    return (
        f"commit `{entry['git_commit'][:12]}`, schedule of {entry['steps']:,} steps, "
        f"{entry['prior_iterations']} Griffin-Lim steps in the prior, "
        f"adversarial from {begin} until {'the end' if end is None else end}"
    )


COLUMNS = ("pesq_wb", "estoi", "log_mel_l1", "mr_stft", "f0_error_cents", "voicing_error")


def _metrics_tables(metrics: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for label, figures in metrics.items():
        n = max(system["n"] for system in figures["systems"].values())
        lines += [f"### {label} (n = {n}, means)", ""]
        lines += ["| system | " + " | ".join((*COLUMNS, "RTF")) + " |"]
        lines += ["|---" * (len(COLUMNS) + 2) + "|"]
        for name, system in figures["systems"].items():
            means = [f"{system[c]['mean']:.3f}" if system[c] else "-" for c in COLUMNS]
            lines += [f"| {name} | " + " | ".join((*means, f"{system['rtf']:.3f}")) + " |"]
        gains = (
            f"{name} {gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"
            for name, gain in figures["pesq_gain"].items()
        )
        lines += ["", "PESQ gain (95 % interval) over: " + "; ".join(gains) + ".", ""]
    return lines

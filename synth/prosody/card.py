"""The cards of acoustic checkpoints and of the voices they speak with, as they lie on disk.

A card says what a network is, whose voice it has, what it learned from and how it measures. Cards
are written by scripts (make_prosody_checkpoint.py, evaluate_prosody.py), never by hand. The
utterances trained on lie in a file of their own, STEM.training.json.gz, as for vocoders; what every
recording of a voice and its references is for, in the voice's parts.json.gz.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth.vocoder.card import HASH_DIGITS
from synth.vocoder.infer import file_sha256, write_weights

from ..datasets.voices import TargetVoice, VoiceRecord
from .network import AcousticNetwork, n_parameters
from .speaker_statistics import SpeakerStatistics

PARTS_FILE = "parts.json.gz"


def acoustic_card(
    network: AcousticNetwork, speaker: SpeakerStatistics, training: Mapping[str, Any]
) -> dict[str, Any]:
    """The card, still without the weights' checksum, metrics and notes.

    ``training``: the voice, what of it was learned from, steps, settings and history.
    """
    return {
        "architecture": network.architecture,
        "variant": network.config.variant,
        "parameters": n_parameters(network),
        "front_end": asdict(network.config.front_end),
        "network": asdict(network.config),
        "inventory": asdict(network.inventory),
        "speaker": asdict(speaker),
        "training": dict(training),
    }


def write_model(stem: Path, network: AcousticNetwork, card: Mapping[str, Any]) -> None:
    """Write STEM.safetensors and STEM.json, which names the weights' checksum."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(network, weights)
    known = {"name": stem.name, **card, "sha256": file_sha256(weights)}
    write_card(stem, {"metrics": [], "notes": [], **known})


def write_card(stem: Path, card: Mapping[str, Any]) -> None:
    """Write STEM.json and, once there are figures, the page STEM.md."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    stem.with_name(f"{stem.name}.json").write_text(text + "\n", encoding="utf-8")
    if card["metrics"]:
        stem.with_name(f"{stem.name}.md").write_text(card_page(card), encoding="utf-8")


def card_page(card: Mapping[str, Any]) -> str:
    """The card as a Markdown page for readers."""
    training = card["training"]
    lines = [
        f"# Model card: {card['name']} of {training['voice']}",
        "",
        "Written by scripts/evaluate_prosody.py from the JSON card beside it; do not edit.",
        "",
        f"- Architecture: {card['architecture']}, variant {card['variant']}; "
        f"{card['parameters']:,} parameters.",
        f"- Trained for {training['steps']:,} steps in {training['cpu_hours']} hours of one CPU "
        f"thread, seed {training['seed']}, commit `{training['git_commit'][:12]}`.",
        f"- Training set: {training['utterances']:,} utterances, {training['minutes']} minutes of "
        f"{', '.join(training['speakers'])}; styles {', '.join(training['styles'])}.",
        *(f"- Licence of {package}: {name}." for package, name in training["licences"].items()),
        f"- Weights: sha256 `{card['sha256']}`.",
        "",
        "## Measured on output audio",
        "",
        *_metrics_lines(card["metrics"]),
        "",
        "## Notes",
        "",
        *(f"- {note}" for note in card["notes"]),
    ]
    return "\n".join(lines) + "\n"


SHOWN = ("f0_r", "f0_rmse_hz", "ffe", "duration_r", "phone_error", "similarity_ratio")


def _metrics_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "| system | prosody from | cut by | utterances | " + " | ".join(SHOWN) + " |"
    yield "|" + "---|" * (4 + len(SHOWN))
    for row in rows:
        about = (row["system"], row["speaker"], row["cut"], str(row["n"]))
        figures = (_figure(row["metrics"].get(name)) for name in SHOWN)
        yield f"| {' | '.join((*about, *figures))} |"


def _figure(found: Mapping[str, Any] | None) -> str:
    if found is None or found["mean"] is None:
        return "-"
    if found["low"] is None:
        return f"{found['mean']:.3f}"
    return f"{found['mean']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def write_voice(folder: Path, voice: TargetVoice, title: str) -> None:
    """Write the voice.json by which an installation finds a voice (``synth.voices``)."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "title": title,
        "language": voice.language,
        "speaker": voice.speaker,
        "phone_set": voice.phone_set,
        "never_trained_on": sorted(voice.never_trained_on),
    }
    text = json.dumps(about, indent=1, ensure_ascii=False)
    (folder / "voice.json").write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class PartRow:
    """One recording of a voice or its references: where it is from, and what it is for."""

    package: str
    source_path: str
    sha256: str  # its first digits, as in training lists
    speaker: str
    role: str
    part: str


def write_parts(folder: Path, records: Iterable[VoiceRecord]) -> None:
    """Write what every recording of a voice and its references is for."""
    rows = sorted(
        (u.package, u.source_path, u.sha256[:HASH_DIGITS], u.speaker, one.role, one.part)
        for one in records
        for u in [one.utterance]
    )
    text = json.dumps({"columns": list(PartRow.__dataclass_fields__), "recordings": rows})
    (folder / PARTS_FILE).write_bytes(gzip.compress(text.encode(), mtime=0))


def read_parts(folder: Path) -> list[PartRow]:
    """What ``write_parts`` wrote."""
    stored = json.loads(gzip.decompress((folder / PARTS_FILE).read_bytes()))
    return [PartRow(*row) for row in stored["recordings"]]

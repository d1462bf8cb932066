"""Register what is on disk: corpora from a manifest, systems, and checkpoints with their cards."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import soundfile
from django.conf import settings
from django.db import transaction

from synth.audio.io import file_sha256
from synth.datasets.records import samples_sha256
from synth.errors import SynthError
from synth.models import Checkpoint, Corpus, Speaker, System, Utterance
from synth.systems import VARIANTS, WEIGHTS, SystemSpec, Variant, find_systems, read_card

Row = TypeVar("Row", Corpus, Speaker, Utterance, System)


@dataclass(frozen=True)
class _Field:
    """What one entry of the manifest must hold."""

    name: str
    kind: type
    required: bool = True


_CORPUS = (
    _Field("code", str),
    _Field("name", str),
    _Field("licence", str),
    _Field("licence_url", str, required=False),
    _Field("attribution", str, required=False),
    _Field("source", str),
)
_SPEAKER = (_Field("code", str), _Field("name", str), _Field("gender", str, required=False))
_UTTERANCE = (
    _Field("code", str),
    _Field("path", str),
    _Field("language", str),
    _Field("style", str),
    _Field("condition", str, required=False),
    _Field("topic", str, required=False),
    _Field("text", str, required=False),
    _Field("text_source", str, required=False),
    _Field("duration_s", float),
    _Field("rate_hz", int),
    _Field("bandwidth_hz", float),
    _Field("sha256", str),
    _Field("source_sha256", str, required=False),
)


@transaction.atomic
def load_corpus(manifest: Path) -> list[Corpus]:
    """The manifest's corpora, with speakers and utterances added or brought up to date.

    Recordings lie beside the manifest. A new or changed entry's file must be there, its samples
    with the sha256 that the entry names. What the manifest no longer lists stays, as batches may
    show it.

    Raises: SynthError "manifest_invalid", "recording_missing" or "recording_differs", with the
        name of the entry.
    """
    content = _read_json(manifest)
    root = _relative_to_project(manifest.parent)
    corpora = _store(Corpus, [{**row, "root": root} for row in _rows(content, "corpora", _CORPUS)])
    speakers = _store(Speaker, _linked(content, "speakers", _SPEAKER, {"corpus": corpora}))
    rows = _linked(content, "utterances", _UTTERANCE, {"speaker": speakers})
    _check_recordings(manifest.parent, rows)
    _store(Utterance, rows)
    return list(corpora.values())


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"There is no manifest at {path}."
        raise SynthError(message, code="manifest_missing") from None
    except ValueError as error:
        raise SynthError(f"{path} is not JSON: {error}", code="manifest_invalid") from None
    if not isinstance(content, dict):
        raise SynthError(f"{path} must hold one JSON object.", code="manifest_invalid")
    return content


def _relative_to_project(folder: Path) -> str:
    """The project may be moved as a whole; a folder elsewhere is named in full."""
    folder = folder.resolve()
    if folder.is_relative_to(settings.BASE_DIR):
        return str(folder.relative_to(settings.BASE_DIR))
    return str(folder)


def _rows(
    content: Mapping[str, Any], listed: str, fields: Sequence[_Field]
) -> list[dict[str, Any]]:
    entries = content.get(listed)
    if not isinstance(entries, list):
        message = f"The manifest must hold a list named {listed!r}."
        raise SynthError(message, code="manifest_invalid", field=listed)
    rows = [_row(entry, f"{listed}[{index}]", fields) for index, entry in enumerate(entries)]
    for code, n_entries in Counter(row["code"] for row in rows).items():
        if n_entries > 1:
            message = f"The manifest lists {code!r} {n_entries} times among its {listed}."
            raise SynthError(message, code="manifest_invalid", field=listed)
    return rows


def _row(entry: Any, place: str, fields: Sequence[_Field]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise SynthError(f"{place} must be an object, not {entry!r}.", code="manifest_invalid")
    place = f"{place} ({entry.get('code', 'without a code')})"
    return {
        field.name: _value(entry, place, field)
        for field in fields
        if field.required or field.name in entry
    }


def _value(entry: Mapping[str, Any], place: str, field: _Field) -> Any:
    value = entry.get(field.name)
    accepted = (int, float) if field.kind is float else (field.kind,)
    if not isinstance(value, accepted) or isinstance(value, bool):
        message = f"{place}: {field.name} must be {field.kind.__name__}, not {value!r}."
        raise SynthError(message, code="manifest_invalid", field=field.name)
    return value


def _linked(
    content: Mapping[str, Any],
    listed: str,
    fields: Sequence[_Field],
    parents: Mapping[str, Mapping[str, Row]],
) -> list[dict[str, Any]]:
    """Rows whose parent (the one entry of `parents`: link -> rows by code) is looked up."""
    ((link, known),) = parents.items()
    rows = _rows(content, listed, (*fields, _Field(link, str)))
    for row in rows:
        if row[link] not in known:
            message = (
                f"{listed}: {row['code']} names the {link} {row[link]!r}, which is not listed."
            )
            raise SynthError(message, code="manifest_invalid", field=link)
        row[f"{link}_id"] = known[row.pop(link)].pk
    return rows


def _check_recordings(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    known = set(Utterance.objects.values_list("code", "path", "sha256"))
    for row in rows:
        if (row["code"], row["path"], row["sha256"]) in known:
            continue
        file = folder / row["path"]
        if not file.is_file():
            message = f"Utterance {row['code']}: there is no recording at {file}."
            raise SynthError(message, code="recording_missing")
        if _recording_sha256(file) != row["sha256"]:
            message = (
                f"Utterance {row['code']}: {file} is not the recording that the manifest "
                "describes (its sha256 differs). Restore the file or correct the manifest."
            )
            raise SynthError(message, code="recording_differs")


def _recording_sha256(file: Path) -> str | None:
    """Over the samples, so that a recording may be packed differently; None if there are none."""
    try:
        samples, _ = soundfile.read(file, dtype="int16")
    except soundfile.SoundFileError:
        return None
    return samples_sha256(samples)


def _store(model: type[Row], rows: Sequence[Mapping[str, Any]]) -> dict[str, Row]:
    """The rows by code; each is created, or updated where it differs."""
    known = {row.code: row for row in model._default_manager.all()}
    stored = {}
    for values in rows:
        row = known.get(values["code"]) or model()
        if any(getattr(row, name, None) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
        stored[values["code"]] = row
    return stored


def load_systems(weights: Path = WEIGHTS, variants: Sequence[Variant] = VARIANTS) -> list[System]:
    """The systems that this installation can render with, added or brought up to date.

    A vocoder is among them once both its weights and its model card lie in synth/weights.

    Raises: SynthError "card_invalid" when a card does not tell what the vocoder is.
    """
    specs = find_systems(weights, variants)
    with transaction.atomic():
        checkpoints = {
            name: _store_checkpoint(name, weights)
            for name in {spec.checkpoint for spec in specs}
            if name is not None
        }
        rows = [_system_row(spec, order, checkpoints) for order, spec in enumerate(specs)]
        return list(_store(System, rows).values())


def _store_checkpoint(name: str, weights: Path) -> Checkpoint:
    card = read_card(name, weights)
    checkpoint, _ = Checkpoint.objects.update_or_create(
        name=name,
        defaults={
            "architecture": card["architecture"],
            "sha256": file_sha256(weights / f"{name}.safetensors"),
            "card": card,
        },
    )
    return checkpoint


def _system_row(
    spec: SystemSpec, order: int, checkpoints: Mapping[str, Checkpoint]
) -> dict[str, Any]:
    row = {
        "code": spec.code,
        "title": spec.title,
        "kind": spec.kind,
        "params": dict(spec.params),
        "sort_order": order,
    }
    return row | ({"checkpoint_id": checkpoints[spec.checkpoint].pk} if spec.checkpoint else {})

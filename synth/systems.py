"""The systems this installation can render with, told from what lies on its disk alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth.errors import SynthError
from synth.voices import VOICES, find_voices

WEIGHTS = Path(__file__).parent / "weights"
PROSODY = "prosody"
TEXT_NETWORK = "base"  # speaks a text without a recording
LISTENING = ("aligner", "recognizer")  # architectures of networks that render nothing


@dataclass(frozen=True)
class SystemSpec:
    """A system as the engine takes it. `checkpoint`: a name under the weights, or None."""

    code: str
    title: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: str | None = None


@dataclass(frozen=True)
class Variant:
    """Another setting of a checkpoint, as a system of its own: there whenever its checkpoint is."""

    code: str
    title: str
    checkpoint: str
    params: Mapping[str, Any]


BUILT_IN = (
    SystemSpec("natural", "Natural recording", "natural"),
    SystemSpec("anchor35", "3.5 kHz low anchor", "anchor", {"cutoff_hz": 3500}),
    SystemSpec("anchor70", "7 kHz mid anchor", "anchor", {"cutoff_hz": 7000}),
    SystemSpec("anchor20", "2 kHz speech anchor", "anchor", {"cutoff_hz": 2000}),
    SystemSpec("griffin_lim", "Griffin-Lim (60 iterations)", "griffin_lim", {"iterations": 60}),
    SystemSpec("world", "WORLD", "world"),
)

# In the order of the study: from the most diverse training to one voice, then other networks.
_TITLES = {
    "universal": "Universal vocoder",
    "universal_60": "Vocoder of many speakers, 60 minutes",
    "spk7": "Seven-speaker vocoder",
    "spk3": "Three-speaker vocoder",
}
_ONE_SPEAKER = "sd_"
_OTHERS = {"rnn_ms_lite": "RNN_MS vocoder (lite)"}

VARIANTS: Sequence[Variant] = (
    Variant("universal_refined", "Universal vocoder, refined", "universal", {"refine": True}),
)


# `network`: of the target voice. Without `flat` it says the recording's melody and timing.
SPEAKING: Sequence[SystemSpec] = (
    SystemSpec("transferred", "Transferred prosody", PROSODY, {"network": "agg"}),
    SystemSpec(
        "transferred_textless",
        "Transferred prosody, without a transcript",
        PROSODY,
        {"network": "agg_textless"},
    ),
    SystemSpec("synthesized", "Synthesized from text alone", PROSODY, {"network": TEXT_NETWORK}),
    SystemSpec(
        "transferred_attention",
        "Transferred prosody, by secondary attention",
        PROSODY,
        {"network": "sec_att"},
    ),
    SystemSpec(
        "transferred_vae",
        "Transferred prosody, through a bottleneck",
        PROSODY,
        {"network": "agg_vae"},
    ),
    SystemSpec("flat_prosody", "Flat pitch, even tempo", PROSODY, {"network": "agg", "flat": True}),
)


def find_systems(
    weights: Path = WEIGHTS, variants: Sequence[Variant] = VARIANTS
) -> list[SystemSpec]:
    """The built-in systems, then every vocoder with a model card, its variants after it.

    Last, what some installed voice can speak with (see `synth.voices`).

    Raises: SynthError "card_invalid" when a card does not tell what the network is.
    """
    names = sorted((file.stem for file in _with_card(weights)), key=_rank)
    vocoders = [spec for name in names for spec in _vocoders(name, weights, variants)]
    networks = {name for voice in find_voices(weights / VOICES) for name in voice.networks}
    speaking = [spec for spec in SPEAKING if spec.params["network"] in networks]
    return [*BUILT_IN, *vocoders, *speaking]


def find_system(
    code: str, weights: Path = WEIGHTS, variants: Sequence[Variant] = VARIANTS
) -> SystemSpec:
    """The system of that code. Raises: SynthError "system_unknown", naming those there are."""
    systems = {spec.code: spec for spec in find_systems(weights, variants)}
    if code not in systems:
        raise SynthError(
            f"There is no system {code!r}; this installation has {', '.join(systems)}.",
            code="system_unknown",
            field="system",
        )
    return systems[code]


def read_card(name: str, weights: Path = WEIGHTS) -> Mapping[str, Any]:
    """A checkpoint's model card. Raises: SynthError "card_invalid"."""
    path = weights / f"{name}.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SynthError(
            f"The model card {path} is not JSON: {error}", code="card_invalid"
        ) from None
    if not isinstance(card, dict) or not isinstance(card.get("architecture"), str):
        message = f"The model card {path} must name the network's architecture."
        raise SynthError(message, code="card_invalid", field="architecture")
    return card


def _with_card(weights: Path) -> Iterator[Path]:
    for file in weights.glob("*.safetensors"):
        if file.with_suffix(".json").is_file():
            yield file


def _rank(name: str) -> tuple[int, str]:
    known = list(_TITLES)
    if name in known:
        return known.index(name), name
    return (len(known) if name.startswith(_ONE_SPEAKER) else len(known) + 1), name


def _vocoders(name: str, weights: Path, variants: Sequence[Variant]) -> Iterator[SystemSpec]:
    card = read_card(name, weights)
    if card["architecture"] in LISTENING:
        return
    title = card.get("title") or _title(name)
    yield SystemSpec(name, title, "vocoder", checkpoint=name)
    for one in variants:
        if one.checkpoint == name:
            yield SystemSpec(one.code, one.title, "vocoder", one.params, name)


def _title(name: str) -> str:
    if name.startswith(_ONE_SPEAKER):
        return f"One-speaker vocoder ({name.removeprefix(_ONE_SPEAKER)})"
    return {**_TITLES, **_OTHERS}.get(name, f"{name.replace('_', ' ').capitalize()} vocoder")

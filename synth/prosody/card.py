"""The card of an acoustic checkpoint: what it is, whose voice it has, what it learned from.

Written by scripts/make_prosody_checkpoint.py, never by hand. The utterances trained on lie in a
file of their own, STEM.training.json.gz, as for vocoders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth.vocoder.card import write_card
from synth.vocoder.infer import file_sha256, write_weights

from .network import AcousticNetwork, n_parameters
from .speaker_statistics import SpeakerStatistics


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
    write_card(stem, {"metrics": {}, "notes": [], **known})

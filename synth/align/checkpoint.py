"""A trained aligner on disk: weights in half precision (.safetensors) and their card (.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth.vocoder.infer import file_sha256, read_weights, write_weights

from .alignment import Aligner, Thresholds
from .network import AlignerConfig, AlignerNetwork

ARCHITECTURE = "aligner"


def write_aligner(aligner: Aligner, stem: Path, about: Mapping[str, Any]) -> None:
    """Write ``stem``.safetensors and .json; ``about`` goes into the card as it is."""
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(aligner.network, weights)
    card = {
        "architecture": ARCHITECTURE,
        "sha256": file_sha256(weights),
        "network": asdict(aligner.network.config),
        "limits": asdict(aligner.limits),
        **about,
    }
    text = json.dumps(card, ensure_ascii=False, indent=1) + "\n"
    stem.with_name(f"{stem.name}.json").write_text(text, encoding="utf-8")


def read_aligner(stem: Path, device: str = "cpu") -> Aligner:
    """The aligner whose weights and card lie at ``stem``.

    Raises:
        FileNotFoundError: if one of the two is missing.
        ValueError: if the weights are not those the card describes, or of another kind.
    """
    card = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    weights = stem.with_name(f"{stem.name}.safetensors")
    if card["architecture"] != ARCHITECTURE or file_sha256(weights) != card["sha256"]:
        raise ValueError(f"{weights} is not the aligner its card describes; restore both files.")
    stored = card["network"]
    tuples = {name: tuple(stored[name]) for name in ("sounds", "dilations")}
    network = AlignerNetwork(AlignerConfig(**{**stored, **tuples}))
    network.load_state_dict(read_weights(weights))
    return Aligner(network.to(device).eval().requires_grad_(False), Thresholds(**card["limits"]))

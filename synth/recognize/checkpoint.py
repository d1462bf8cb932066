"""A trained recognizer on disk: weights in half precision (.safetensors) and their card (.json)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from synth.vocoder.infer import file_sha256, read_weights, write_weights

from .decoding import Loop
from .network import RecognizerConfig, RecognizerNetwork
from .recognizer import Recognizer

DIGITS = 4  # of what the card holds


def write_recognizer(recognizer: Recognizer, stem: Path, about: Mapping[str, Any]) -> None:
    """Write ``stem``.safetensors and .json; ``about`` goes into the card as it is.

    Raises:
        ValueError: for a network of another kind.
    """
    network = recognizer.network
    if not isinstance(network, RecognizerNetwork):
        raise ValueError(f"Expected a RecognizerNetwork, got {type(network).__name__}.")
    stem.parent.mkdir(parents=True, exist_ok=True)
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(network, weights)
    loop = recognizer.loop
    card = {
        "architecture": RecognizerNetwork.architecture,
        "sha256": file_sha256(weights),
        "network": asdict(network.config),
        "log_prior": np.round(recognizer.log_prior.astype(float), DIGITS).tolist(),
        "loop": {**asdict(loop), "pairs": np.round(loop.pairs.astype(float), DIGITS).tolist()},
        **about,
    }
    text = json.dumps(card, ensure_ascii=False) + "\n"
    stem.with_name(f"{stem.name}.json").write_text(text, encoding="utf-8")


def read_recognizer(stem: Path, device: str = "cpu") -> Recognizer:
    """The recognizer whose weights and card lie at ``stem``.

    Raises:
        FileNotFoundError: if one of the two is missing.
        ValueError: if the weights are not those the card describes, or of another kind.
    """
    card = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    weights = stem.with_name(f"{stem.name}.safetensors")
    is_ours = card["architecture"] == RecognizerNetwork.architecture
    if not is_ours or file_sha256(weights) != card["sha256"]:
        raise ValueError(f"{weights} is not the recognizer its card describes; restore both files.")
    stored = {**card["network"], "sounds": tuple(card["network"]["sounds"])}
    network = RecognizerNetwork(RecognizerConfig(**stored))
    network.load_state_dict(read_weights(weights))
    return Recognizer(
        network.to(device).eval().requires_grad_(False),
        np.array(card["log_prior"], dtype=np.float32),
        Loop(**{**card["loop"], "pairs": np.array(card["loop"]["pairs"], dtype=np.float32)}),
        version_of(card),
    )


def version_of(card: Mapping[str, Any]) -> str:
    """A hash of all that decides what a recognizer hears."""
    deciding = [card[name] for name in ("sha256", "log_prior", "loop")]
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:16]

"""Voices on disk for tests."""

import json
from pathlib import Path

import torch

from synth.align.alignment import Aligner
from synth.align.checkpoint import write_aligner
from synth.align.network import AlignerConfig, AlignerNetwork
from synth.engine import WEIGHTS
from synth.prosody.card import acoustic_card, write_model
from synth.prosody.config import AGG, BASE
from synth.prosody.train import new_network
from tests.synth.prosody.made_voice import tiny, write_made_voice

WHOSE = {"title": "Anna", "language": "ru", "speaker": "anna", "phone_set": "ipa"}


def install(folder: Path, code: str, **networks: str) -> Path:
    """A voice whose networks are nothing but cards with these hashes."""
    voice = folder / code
    voice.mkdir(parents=True)
    (voice / "voice.json").write_text(json.dumps(WHOSE))
    for name, sha256 in networks.items():
        (voice / f"{name}.safetensors").write_bytes(b"weights")
        (voice / f"{name}.json").write_text(json.dumps({"sha256": sha256}))
    return voice


def write_weights(folder: Path) -> Path:
    """The universal vocoder, an aligner that believes everything, and a voice named made.

    Aligner and voice have learned nothing: what they say is noise, by the whole chain.
    """
    for suffix in (".safetensors", ".json"):
        (folder / f"universal{suffix}").symlink_to(WEIGHTS / f"universal{suffix}")
    torch.manual_seed(1)
    write_aligner(Aligner(AlignerNetwork(AlignerConfig(width=16))), folder / "aligner", {})
    made = write_made_voice(folder / "made")
    voice = folder / "voices" / "made"
    for variant in (AGG, BASE):
        network = new_network(tiny(variant), made.inventory, seed=1)
        write_model(voice / variant, network, acoustic_card(network, made.speaker, {}))
    about = {"title": "Made", "language": "ru", "speaker": "made", "phone_set": "festvox-ru"}
    (voice / "voice.json").write_text(json.dumps(about))
    return folder

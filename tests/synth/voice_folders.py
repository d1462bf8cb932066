"""Voices on disk for tests."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from synth.align.alignment import Aligner
from synth.align.checkpoint import write_aligner
from synth.align.network import AlignerConfig, AlignerNetwork
from synth.engine import WEIGHTS
from synth.prosody.card import acoustic_card, write_model
from synth.prosody.config import AGG, AGG_TEXTLESS, BASE
from synth.prosody.train import new_network
from synth.recognize.checkpoint import read_recognizer, write_recognizer
from synth.recognize.decoding import Loop
from synth.recognize.network import RecognizerConfig, RecognizerNetwork
from synth.recognize.recognizer import Recognizer
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

    Aligner, recognizer and voice have learned nothing: what they say is noise, by the whole chain.
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
    version = write_recognizer_of_noise(folder / "recognizer")
    heard = write_made_voice(folder / "heard", heard=True)
    config = replace(tiny(AGG_TEXTLESS), recognizer=version)
    network = new_network(config, heard.inventory, seed=1)
    write_model(voice / AGG_TEXTLESS, network, acoustic_card(network, heard.speaker, {}))
    about = {"title": "Made", "language": "ru", "speaker": "made", "phone_set": "festvox-ru"}
    (voice / "voice.json").write_text(json.dumps(about))
    return folder


def write_recognizer_of_noise(stem: Path) -> str:
    """A recognizer that has learned nothing; returns its version."""
    network = RecognizerNetwork(
        RecognizerConfig(width=16, depth=1, recurrent=8, layers=1, dropout=0.0)
    )
    even = np.zeros(len(network.config.sounds), np.float32)
    write_recognizer(Recognizer(network, even, Loop(np.diag(even), cost=0.0)), stem, {})
    return read_recognizer(stem).version

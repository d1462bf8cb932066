"""Make a checkpoint of the averaged weights that a training run kept.

Used by evaluate_vocoder.py, which measures it and completes its card.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from synth.datasets.prepared import PreparedCorpus
from synth.vocoder.batches import training_set
from synth.vocoder.card import Run, build_card, write_card, write_training_file
from synth.vocoder.config import TrainingConfig, stored_network_config, training_config
from synth.vocoder.infer import Network, file_sha256, write_weights
from synth.vocoder.network import VocoderNetwork
from synth.vocoder.rnn_ms.config import stored_rnn_ms_config
from synth.vocoder.rnn_ms.network import RnnMs
from synth.vocoder.rnn_ms.train import RnnMsTraining, stored_training


@dataclass(frozen=True)
class Kept:
    """Averaged weights as a run kept them at one step."""

    folder: Path
    state: dict[str, Any]

    @property
    def step(self) -> int:
        """After how many steps."""
        return int(self.state["step"])

    @property
    def cpu_hours(self) -> float:
        """Processor time the run had taken by then."""
        return float(self.state["cpu_s"]) / 3600


def kept_weights(folder: Path, step: int | None = None) -> Kept:
    """The averaged weights a run kept at a step, the last when None."""
    kept = kept_files(folder)
    path = folder / f"average-{step:06d}.pt" if step is not None else kept[-1]
    return Kept(folder, torch.load(path, map_location="cpu", weights_only=True))


def kept_files(folder: Path) -> list[Path]:
    """Files of averaged weights in the order of their steps.

    Raises:
        FileNotFoundError: if the run kept none.
    """
    files = sorted(folder.glob("average-*.pt"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no average-STEP.pt; train a run of that name.")
    return files


def network_of(kept: Kept) -> tuple[Network, TrainingConfig | RnnMsTraining]:
    """The network with the kept weights, and the settings it was trained with."""
    stored, network = kept.state["training_config"], kept.state["network_config"]
    training: TrainingConfig | RnnMsTraining
    made: Network
    if kept.state.get("architecture") == RnnMs.architecture:
        training, made = stored_training(stored), RnnMs(stored_rnn_ms_config(network))
    else:
        training, made = training_config(stored), VocoderNetwork(stored_network_config(network))
    made.load_state_dict(kept.state["average"])
    return made, training


def write_checkpoint(kept: Kept, stem: Path, corpus: PreparedCorpus) -> None:
    """Write weights, training list and a card without metrics to ``stem`` and its suffixes."""
    network, training = network_of(kept)
    run = Run(
        steps=kept.step,
        cpu_hours=kept.cpu_hours,
        history=_history(kept),
        network=network.config,
        training=training,
    )
    draws = training.draws if isinstance(training, RnnMsTraining) else training
    utterances = [corpus.utterances[i] for i in training_set(corpus, draws).indices]
    stem.parent.mkdir(parents=True, exist_ok=True)
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(network, weights)
    write_training_file(stem, utterances)
    card = build_card(run, network, utterances, file_sha256(weights))
    write_card(stem, {"name": stem.name, **card, "metrics": {}, "notes": []})


def _history(kept: Kept) -> tuple[dict[str, Any], ...]:
    """The settings the run began and was resumed with, up to the step."""
    lines = (kept.folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return tuple(entry for entry in entries if entry["step"] < kept.step)

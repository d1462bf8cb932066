"""Make a checkpoint of the averaged weights that a training run kept, and land it.

Used by evaluate_vocoder.py, which measures it and completes its card in between.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from synth.datasets.prepared import PreparedCorpus
from synth.vocoder.batches import training_set
from synth.vocoder.card import Run, build_card, training_file, write_card, write_training_file
from synth.vocoder.config import (
    NetworkConfig,
    TrainingConfig,
    stored_network_config,
    training_config,
)
from synth.vocoder.infer import Network, file_sha256, front_end_of, write_weights
from synth.vocoder.network import VocoderNetwork
from synth.vocoder.rnn_ms.config import stored_rnn_ms_config
from synth.vocoder.rnn_ms.network import RnnMs
from synth.vocoder.rnn_ms.train import RnnMsTraining, stored_training

MAX_BYTES = 10_000_000  # of one checkpoint's weights
INFERENCE = ("passes", "momentum", "matches")  # of a network's settings, changeable afterwards


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


def every_kept(folder: Path) -> list[Kept]:
    """All averaged weights a run kept, in the order of their steps."""
    return [kept_weights(folder, int(path.stem.partition("-")[2])) for path in kept_files(folder)]


def kept_files(folder: Path) -> list[Path]:
    """Files of averaged weights in the order of their steps.

    Raises:
        FileNotFoundError: if the run kept none.
    """
    files = sorted(folder.glob("average-*.pt"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no average-STEP.pt; train a run of that name.")
    return files


def at_present_settings(kept: Kept) -> Kept:
    """The weights with the settings of inference that networks have now, whatever they had.

    Siblings and steps are comparable only at equal settings.
    """
    network = kept.state["network_config"]
    present = asdict(NetworkConfig())
    settings = {name: present[name] for name in INFERENCE if name in network}
    return replace(kept, state=kept.state | {"network_config": network | settings})


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
    """Write weights, training list and a card without metrics to ``stem`` and its suffixes.

    Raises:
        ValueError: if the corpus has another rate than the network.
    """
    network, training = network_of(kept)
    run = Run(
        steps=kept.step,
        cpu_hours=kept.cpu_hours,
        history=_history(kept),
        network=network.config,
        training=training,
    )
    draws = training.draws if isinstance(training, RnnMsTraining) else training
    chosen = training_set(corpus, draws, front_end=front_end_of(network.config))
    utterances = [corpus.utterances[i] for i in chosen.indices]
    stem.parent.mkdir(parents=True, exist_ok=True)
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(network, weights)
    write_training_file(stem, utterances)
    card = build_card(run, network, utterances, file_sha256(weights))
    card["training"]["inference_history"] = list(_inference_history(kept))
    write_card(stem, {"name": stem.name, **card, "metrics": {}, "notes": []})


def _history(kept: Kept) -> tuple[dict[str, Any], ...]:
    """The settings the run began and was resumed with, up to the step."""
    lines = (kept.folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return tuple(entry for entry in entries if entry["step"] < max(kept.step, 1))


def _inference_history(kept: Kept) -> Iterator[dict[str, Any]]:
    """From which kept step on which settings held; step None: set for the checkpoint alone."""
    before: dict[str, Any] = {}
    for path in kept_files(kept.folder):
        if int(path.stem.partition("-")[2]) > kept.step:
            break
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        settings = inference_settings(state)
        if settings and settings != before:
            yield {"step": int(state["step"]), **settings}
        before = settings
    if (last := inference_settings(kept.state)) != before:
        yield {"step": None, **last}


def inference_settings(state: Mapping[str, Any]) -> dict[str, Any]:
    """Passes, momentum and matching updates of kept weights, and the passes in training.

    None before training had its own number; empty for a network without passes.
    """
    network = state["network_config"]
    if "passes" not in network:
        return {}
    training = state["training_config"].get("passes")
    return {name: network[name] for name in INFERENCE} | {"training_passes": training}


def land(stem: Path, weights: Path) -> list[Path]:
    """Copy a measured checkpoint's four files to the folder of weights that ship.

    Raises:
        ValueError: if its card holds no figures yet, or it is too large to be committed.
    """
    card = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    file = stem.with_name(f"{stem.name}.safetensors")
    if not card["metrics"]:
        raise ValueError(f"{stem.name} has no figures yet; evaluate it before it lands.")
    if file.stat().st_size > MAX_BYTES:
        raise ValueError(f"{file} takes {file.stat().st_size} bytes, more than {MAX_BYTES}.")
    parts = [file, training_file(stem), *(file.with_suffix(s) for s in (".json", ".md"))]
    return [Path(shutil.copyfile(part, weights / part.name)) for part in parts]

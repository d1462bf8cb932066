"""A trained vocoder at work: checkpoint in, mels to waveforms.

Axes: T frames, M mel bands, N samples. A checkpoint is two files with one stem: the
averaged weights in half precision (.safetensors) and the model card (.json).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from synth.audio.mel import HOP, LOG_FLOOR, FloatArray, check_log_mel

from .config import stored_network_config
from .network import VocoderNetwork

GPU_BATCH = 8  # utterances; bounds memory
# On one CPU thread a pass over eight cost 1.4 times as much as eight passes (docs/decisions.md).
CPU_BATCH = 1


class Vocoder:
    """A network with its weights on one device. Nothing in it is random.

    Args:
        batch_size: utterances in one pass; by default what suits the device.
    """

    def __init__(
        self, network: VocoderNetwork, *, device: str = "cpu", batch_size: int | None = None
    ) -> None:
        self.network = network.to(device).eval().requires_grad_(False)
        self.device = device
        self.batch_size = batch_size or (CPU_BATCH if device == "cpu" else GPU_BATCH)
        silence = float(np.log(np.float32(LOG_FLOOR)))
        self._margin = (network.reach_frames, silence)

    @classmethod
    def load(cls, stem: Path | str, device: str = "cpu") -> Vocoder:
        """The vocoder whose weights and card lie at ``stem``.safetensors and .json.

        Raises:
            FileNotFoundError: if one of the two is missing.
            ValueError: if the weights are not those the card describes.
        """
        path = Path(stem)
        card = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        weights = path.with_name(path.name + ".safetensors")
        found = file_sha256(weights)
        if found != card["sha256"]:
            raise ValueError(
                f"{weights} has sha256 {found[:16]}... but its card says "
                f"{card['sha256'][:16]}...; restore both files from one version."
            )
        return cls(read_network(weights, card["network"]), device=device)

    def render(
        self, mels: Sequence[FloatArray], n_samples: Sequence[int] | None = None
    ) -> list[NDArray[np.float32]]:
        """One signal per log-mel (T, M), float32 at 16 kHz, in the same order.

        Args:
            n_samples: exact lengths wanted; (T - 1) * HOP where left out.
        Raises:
            ValueError: if a mel does not fit the front end or its length.
        """
        lengths = (
            list(n_samples) if n_samples is not None else [(len(mel) - 1) * HOP for mel in mels]
        )
        for mel, length in zip(mels, lengths, strict=True):
            check_log_mel(mel, length)
        outputs: dict[int, NDArray[np.float32]] = {}
        by_length = sorted(range(len(mels)), key=lambda index: len(mels[index]))
        for start in range(0, len(by_length), self.batch_size):
            chosen = by_length[start : start + self.batch_size]
            signals = self._render_batch([mels[index] for index in chosen])
            for index, signal in zip(chosen, signals, strict=True):
                outputs[index] = signal[: lengths[index]].copy()
        return [outputs[index] for index in range(len(mels))]

    def _render_batch(self, mels: Sequence[FloatArray]) -> NDArray[np.float32]:
        """Signals (B, N) of mels padded to one length.

        Every mel is followed by as much silence as the network can see, alone or in a
        batch, so that a rendering does not depend on its neighbors.
        """
        margin, silence = self._margin
        n_frames = max(len(mel) for mel in mels) + margin
        padded = np.full((len(mels), n_frames, mels[0].shape[1]), silence, dtype=np.float32)
        for row, mel in zip(padded, mels, strict=True):
            row[: len(mel)] = mel
        with torch.no_grad():
            signals = self.network(torch.from_numpy(padded).to(self.device))
        return signals.cpu().numpy()


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_weights(network: VocoderNetwork, path: Path) -> None:
    """Write a network's weights in half precision."""
    state = network.state_dict()
    halves = {name: tensor.to(torch.float16).contiguous() for name, tensor in state.items()}
    save_file(halves, path)
    path.chmod(0o644)  # safetensors leaves it to its owner alone


def read_weights(path: Path) -> dict[str, Tensor]:
    """The weights that ``write_weights`` wrote, float32."""
    return {name: tensor.float() for name, tensor in load_file(path).items()}


def read_network(path: Path, config: Mapping[str, Any]) -> VocoderNetwork:
    """The network of a stored configuration with the weights ``write_weights`` wrote."""
    network = VocoderNetwork(stored_network_config(config))
    network.load_state_dict(read_weights(path))
    return network

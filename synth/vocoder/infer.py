"""A trained vocoder at work: checkpoint in, mels to waveforms.

Axes: T frames, M mel bands, N samples. A checkpoint is two files with one stem: the
averaged weights in half precision (.safetensors) and the model card (.json).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from synth.audio.mel import FloatArray, FrontEnd, check_log_mel

from .config import NetworkConfig, stored_network_config
from .network import VocoderNetwork
from .refine import refine as refined
from .rnn_ms.config import RnnMsConfig, stored_rnn_ms_config
from .rnn_ms.network import RnnMs
from .streaming import Stream

Network = VocoderNetwork | RnnMs
UNTRAINED_SEED = 1
GPU_BATCH = 8  # utterances; bounds memory


class Vocoder:
    """A network with its weights on one device, which gives the same sound every time.

    Utterances are rendered one at a time on a CPU, where a pass over eight cost 1.4 times as
    much as eight passes (docs/decisions.md), and in batches on a GPU.
    """

    def __init__(
        self, network: Network, *, device: str = "cpu", batch_size: int | None = None
    ) -> None:
        self.network = network.to(device).eval().requires_grad_(False)
        self.device = device
        self.batch_size = batch_size or (1 if device == "cpu" else GPU_BATCH)

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
        return cls(read_network(weights, card), device=device)

    @classmethod
    def untrained(cls, config: NetworkConfig) -> Vocoder:
        """The control: the same network as it is before the first step of training."""
        torch.manual_seed(UNTRAINED_SEED)
        return cls(VocoderNetwork(config))

    def without_trunk(self) -> Vocoder:
        """A stricter control: the trained pitch reader, everything else untrained."""
        if not isinstance(self.network, VocoderNetwork):
            raise ValueError("Only the source-filter network has a pitch reader to keep.")
        control = Vocoder.untrained(self.network.config)
        control.network.pitch.load_state_dict(self.network.pitch.state_dict())  # type: ignore[union-attr]
        return control

    @property
    def front_end(self) -> FrontEnd:
        """The front end whose mels the network reads."""
        return front_end_of(self.network.config)

    def render(
        self,
        mels: Sequence[FloatArray],
        n_samples: Sequence[int] | None = None,
        *,
        refine: bool = False,
    ) -> list[NDArray[np.float32]]:
        """One signal per log-mel (T, M), float32 at the front end's rate, in the same order.

        Args:
            n_samples: exact lengths wanted; (T - 1) * hop where left out.
            refine: add Griffin-Lim steps that start from the network's signal (see ``refine``).
        Raises:
            ValueError: if a mel does not fit the front end or its length.
        """
        hop = self.front_end.hop
        lengths = (
            list(n_samples) if n_samples is not None else [(len(mel) - 1) * hop for mel in mels]
        )
        for mel, length in zip(mels, lengths, strict=True):
            check_log_mel(mel, length, front_end=self.front_end)
        outputs: dict[int, NDArray[np.float32]] = {}
        by_length = sorted(range(len(mels)), key=lambda index: len(mels[index]))
        for start in range(0, len(by_length), self.batch_size):
            chosen = by_length[start : start + self.batch_size]
            signals = self._render_chosen([mels[index] for index in chosen], refine=refine)
            for index, signal in zip(chosen, signals, strict=True):
                outputs[index] = signal[: lengths[index]].copy()
        return [outputs[index] for index in range(len(mels))]

    def _render_chosen(
        self, mels: Sequence[FloatArray], *, refine: bool
    ) -> Sequence[NDArray[np.float32]]:
        """At least T * hop samples of each mel, so that any length that fits can be cut out."""
        extended = [self._followed_by_silence(mel) for mel in mels]
        if len(mels) == 1 and isinstance(self.network, VocoderNetwork):
            signals = [Stream(self.network).finish(extended[0])]
        else:
            signals = list(self._render_batch(extended))
        if not refine:
            return signals
        return [
            refined(signal[: (len(mel) - 1) * self.front_end.hop], mel, front_end=self.front_end)
            for signal, mel in zip(signals, extended, strict=True)
        ]

    def _followed_by_silence(self, mel: FloatArray) -> NDArray[np.float32]:
        return np.concatenate([mel, self._silence(1, mel.shape[1])]).astype(np.float32)

    def _silence(self, n_frames: int, n_mels: int) -> NDArray[np.float32]:
        return np.full((n_frames, n_mels), np.log(np.float32(self.front_end.floor)), np.float32)

    def _render_batch(self, mels: Sequence[FloatArray]) -> NDArray[np.float32]:
        """Signals (B, N) of mels padded to one length.

        Every mel is followed by as much silence as the network can see, alone or in a
        batch, so that a rendering does not depend on its neighbors.
        """
        n_frames = max(len(mel) for mel in mels) + self.network.reach_frames
        padded = np.stack([self._silence(n_frames, mel.shape[1]) for mel in mels])
        for row, mel in zip(padded, mels, strict=True):
            row[: len(mel)] = mel
        with torch.no_grad():
            signals = self.network(torch.from_numpy(padded).to(self.device))
        rendered: NDArray[np.float32] = signals.cpu().numpy()
        return rendered


def front_end_of(config: NetworkConfig | RnnMsConfig) -> FrontEnd:
    """The front end whose mels a network of this configuration reads."""
    return config.mel if isinstance(config, NetworkConfig) else config.front_end


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_weights(network: torch.nn.Module, path: Path) -> None:
    """Write a network's weights in half precision."""
    state = network.state_dict()
    halves = {name: tensor.to(torch.float16).contiguous() for name, tensor in state.items()}
    save_file(halves, path)
    path.chmod(0o644)  # safetensors leaves it to its owner alone


def read_weights(path: Path) -> dict[str, Tensor]:
    """The weights that ``write_weights`` wrote, float32."""
    return {name: tensor.float() for name, tensor in load_file(path).items()}


def read_network(path: Path, card: Mapping[str, Any]) -> Network:
    """The network a card describes, with the weights ``write_weights`` wrote."""
    if card["architecture"] not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ValueError(
            f"{path} is of the architecture {card['architecture']!r}; this version of Earshot "
            f"knows {known}."
        )
    network = ARCHITECTURES[card["architecture"]](card["network"])
    network.load_state_dict(read_weights(path))
    return network


def _source_filter(stored: Mapping[str, Any]) -> Network:
    return VocoderNetwork(stored_network_config(stored))


def _rnn_ms(stored: Mapping[str, Any]) -> Network:
    return RnnMs(stored_rnn_ms_config(stored))


ARCHITECTURES: dict[str, Callable[[Mapping[str, Any]], Network]] = {
    VocoderNetwork.architecture: _source_filter,
    RnnMs.architecture: _rnn_ms,
}

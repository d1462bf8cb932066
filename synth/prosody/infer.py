"""A trained acoustic network at work: checkpoint in, phonemes and prosody to log-mels.

Axes: P phonemes, K phones of the inventory, T frames of 10 ms, M mel bands. A checkpoint is two
files with one stem: the averaged weights in half precision (.safetensors) and the card (.json).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import LOG_FLOOR, FrontEnd
from synth.vocoder.infer import file_sha256, read_weights

from .batches import reference_frames
from .config import PREDICTING, NetworkConfig, stored_network_config
from .excitation import excitation_of, network_features, prosody_with
from .features import Prosody
from .inventory import Inventory, Phones, are_pauses
from .network import AcousticNetwork, Sentences, Stretch
from .prepared_voice import normalized_contours, stored_inventory, stored_statistics
from .segments import Durations
from .speaker_statistics import SpeakerStatistics
from .spoken import Spoken
from .tracks import HOP_S

NOISE_SEED = 20261123
LOUDEST = 4.0  # log-mel; nothing of speech at its level is louder
SHORTEST_FRAMES, LONGEST_FRAMES = 2, 200  # of a predicted phoneme
Mel = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Speech:
    """A log-mel (T, M) and the prosody (P,) it was made with, durations included."""

    mel: Mel
    prosody: Prosody


class AcousticModel:
    """A network with its weights and its voice, which gives the same mel every time.

    Phones are symbols (P,) of the inventory, or posteriors (P, K) of a recognizer. Prosody is in
    the voice's own units: ``speaker_statistics.map_prosody`` brings a reference's there.
    Mels are natural-log, 16 kHz, hop 160, at an active speech level of ``spoken.LEVEL``.
    """

    def __init__(
        self, network: AcousticNetwork, speaker: SpeakerStatistics, *, device: str = "cpu"
    ) -> None:
        self.network = network.to(device).eval().requires_grad_(False)
        self.speaker = speaker
        self.device = device

    @classmethod
    def load(cls, stem: Path | str, device: str = "cpu") -> AcousticModel:
        """The model whose weights and card lie at ``stem``.safetensors and .json.

        Raises:
            FileNotFoundError: if one of the two is missing.
            ValueError: if the weights are not those the card describes, or of another kind.
        """
        path = Path(stem)
        card = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
        weights = path.with_name(f"{path.name}.safetensors")
        found = file_sha256(weights)
        if found != card["sha256"]:
            raise ValueError(
                f"{weights} has sha256 {found[:16]}... but its card says "
                f"{card['sha256'][:16]}...; restore both files from one version."
            )
        network = read_network(weights, card)
        return cls(network, stored_statistics(card["speaker"]), device=device)

    @property
    def config(self) -> NetworkConfig:
        """Variant and sizes."""
        return self.network.config

    @property
    def inventory(self) -> Inventory:
        """The phones it knows, in the order of posteriors."""
        return self.network.inventory

    @property
    def front_end(self) -> FrontEnd:
        """The front end of its mels."""
        return self.config.front_end

    @torch.no_grad()
    def mel(
        self,
        phones: Phones,
        prosody: Prosody,
        durations: Durations | None = None,
        *,
        seed: int = NOISE_SEED,
    ) -> Mel:
        """The log-mel (T, M) float32 of phones said with a prosody.

        Args:
            durations: whole frames (P,), at least one each; the prosody's own when left out.
            seed: of the noise that fine detail is made of.
        Raises:
            UnknownSymbols: for phones the network was not trained on.
            ValueError: if phones, prosody and durations do not fit each other.
        """
        frames = prosody.durations if durations is None else np.asarray(durations, dtype=np.intp)
        if not len(phones) == prosody.n_phonemes == len(frames):
            raise ValueError(
                f"{len(phones)} phones have the prosody of {prosody.n_phonemes} and durations "
                f"of {len(frames)}."
            )
        if (frames < 1).any():
            raise ValueError("Every phoneme needs a duration of one frame or more.")
        timed = replace(prosody, log_duration=np.log(frames * HOP_S))
        features = network_features(timed, self.speaker)
        sentences = self._sentences(phones, features)
        stretch = self._stretch(self._as_rendered(timed, features), seed)
        made = self.network(sentences, stretch).mels[0, 0].cpu().numpy()
        return np.clip(made, np.float32(np.log(LOG_FLOOR)), np.float32(LOUDEST))

    @torch.no_grad()
    def predict(
        self,
        phones: Phones,
        reference: Spoken | None = None,
        statistics: SpeakerStatistics | None = None,
    ) -> Prosody:
        """The prosody that ``base`` gives a text, or ``sec_att`` by a reference's frames.

        Args:
            statistics: of the reference's speaker; the voice's own when left out.
        Raises:
            ValueError: for variants that do not predict, or ``sec_att`` without a reference.
        """
        if self.network.predictor is None:
            raise ValueError(
                f"A network of the variant {self.config.variant} is told its prosody; "
                f"{' and '.join(PREDICTING)} predict it."
            )
        given = self._given(phones)
        real = torch.ones(given.shape[:2], device=self.device)
        heard, heard_real = self._heard(reference, statistics or self.speaker)
        values = self.network.predictor(given, real, heard, heard_real)[0].cpu().numpy()
        predicted = self.speaker.denormalize(values.astype(np.float64))
        frames = np.rint(np.exp(predicted.log_duration) / HOP_S).astype(np.intp)
        frames = np.clip(frames, SHORTEST_FRAMES, LONGEST_FRAMES)
        return replace(
            prosody_with(values, frames, self.speaker),
            is_pause=are_pauses(self.inventory.given(phones)),
        )

    def synthesize(self, phones: Phones, *, seed: int = NOISE_SEED) -> Speech:
        """A text's phones said as the network itself would say them (``base``)."""
        prosody = self.predict(phones)
        return Speech(self.mel(phones, prosody, seed=seed), prosody)

    def _given(self, phones: Phones) -> Tensor:
        return torch.from_numpy(self.inventory.given(phones))[None].to(self.device)

    def _heard(
        self, reference: Spoken | None, statistics: SpeakerStatistics
    ) -> tuple[Tensor | None, Tensor | None]:
        if reference is None:
            return None, None
        contours = normalized_contours(reference.contours, statistics)
        frames = torch.from_numpy(reference_frames(reference.mels, contours))[None].to(self.device)
        return frames, torch.ones(frames.shape[:2], device=self.device)

    def _sentences(self, phones: Phones, features: Mel) -> Sentences:
        table = torch.from_numpy(features)[None]
        return Sentences(self._given(phones), torch.ones(table.shape[:2]), table).to(self.device)

    def _as_rendered(self, prosody: Prosody, features: Mel) -> Prosody:
        """What lines are rebuilt from, as in training: past the bottleneck where there is one."""
        bottleneck = self.network.bottleneck
        if bottleneck is None:
            return prosody
        told = torch.from_numpy(features)[None].to(self.device)
        passed = bottleneck.decode(bottleneck.encode(told).mean)[0].cpu().numpy()
        return prosody_with(passed, prosody.durations, self.speaker)

    def _stretch(self, prosody: Prosody, seed: int) -> Stretch:
        excitation = excitation_of(prosody, self.speaker)
        durations = prosody.durations
        count = int(durations.sum())
        shape = (1, 1, count, self.config.noise)
        return Stretch(
            phoneme=torch.from_numpy(np.repeat(np.arange(len(durations)), durations))[None],
            real=torch.ones(1, count),
            controls=torch.from_numpy(excitation.controls)[None],
            comb=torch.from_numpy(excitation.comb)[None],
            noise=torch.randn(shape, generator=torch.Generator().manual_seed(seed)),
        ).to(self.device)


def read_network(path: Path, card: Mapping[str, Any]) -> AcousticNetwork:
    """The network a card describes, with the weights that ``write_weights`` wrote.

    Raises:
        ValueError: for another architecture.
    """
    if card["architecture"] != AcousticNetwork.architecture:
        raise ValueError(
            f"{path} is of the architecture {card['architecture']!r}; expected "
            f"{AcousticNetwork.architecture!r}."
        )
    config = stored_network_config(card["network"])
    network = AcousticNetwork(config, stored_inventory(card["inventory"]))
    network.load_state_dict(read_weights(path))
    return network

"""Training of an acoustic network: one step, its state, and resuming to the step.

Axes: B batch, P phonemes, F features, T frames.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synth.vocoder.schedule import rate_share
from synth.vocoder.states import write_atomically
from synth.vocoder.train import BETAS, follow

from .batches import Batch, draw_batch, noise_seed, padded
from .config import NetworkConfig, TrainingConfig, stored_network_config, stored_training_config
from .excitation import Excitation, excitation_of, prosody_with
from .inventory import Inventory
from .loss import mean_distance, prosody_distance, texture_distance, texture_ratio
from .network import AcousticNetwork, Stretch
from .prepared_voice import PreparedVoice, stored_inventory
from .prosody_sources import Bottleneck
from .speaker_statistics import SpeakerStatistics

STATEFUL = ("network", "average", "optimizer")
LATENT_STREAM = 1 << 20  # steps further on, for noise of its own


class Trainer:
    """Network, optimizer and averaged weights, at one step.

    ``voice`` may be None for a trainer that is only given batches (``train_on``); ``agg_vae``
    asks the ``speaker`` what its features mean.
    """

    def __init__(
        self,
        network: AcousticNetwork,
        config: TrainingConfig,
        voice: PreparedVoice | None,
        *,
        speaker: SpeakerStatistics | None = None,
        device: str = "cpu",
    ) -> None:
        self.config, self.voice, self.device = config, voice, device
        self.speaker = voice.speaker if voice is not None else speaker
        self.network = network.to(device)
        self.average = copy.deepcopy(self.network).requires_grad_(False).eval()
        self.network.in_half = True
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=config.learning_rate,
            betas=BETAS,
            weight_decay=config.weight_decay,
        )
        self.step = 0

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns the losses.

        Raises:
            ValueError: without a voice.
        """
        if self.voice is None:
            raise ValueError("This trainer has no voice; give batches to train_on.")
        return self.train_on(
            draw_batch(self.voice, self.network.config, self.config, step=self.step)
        )

    def train_on(self, drawn: Batch) -> dict[str, float]:
        """Take one step on a batch; returns the losses."""
        torch.manual_seed(noise_seed(self.config.seed, self.step))  # of what is left out
        self.network.train()
        batch = drawn.to(self.device)
        losses, figures = self._losses(batch)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.config)
        self.optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        kept = min(self.config.ema, (1 + self.step) / (10 + self.step))
        follow(self.average, self.network, kept)
        self.step += 1
        found = {name: value.item() for name, value in losses.items()}
        return found | figures | {"gradient": norm.item()}

    def _losses(self, batch: Batch) -> tuple[dict[str, Tensor], dict[str, float]]:
        prosody, stretch, losses = self._prosody(batch)
        made = self.network.render(batch.sentences, prosody, stretch)
        first, second = made.mels[:, 0], made.mels[:, 1]
        real, target = batch.stretch.real, batch.mels
        apart = mean_distance(made.mean, target, real)
        texture = texture_distance(first, second, target, real)
        losses |= {
            "mean": apart * self.config.mean_weight,
            "texture": texture * self.config.texture_weight,
        }
        return losses, {"texture_ratio": texture_ratio(first.detach(), target).item()}

    def _prosody(self, batch: Batch) -> tuple[Tensor, Stretch, dict[str, Tensor]]:
        """What the variant renders from, and what its own prosody costs."""
        sentences, network = batch.sentences, self.network
        if network.bottleneck is not None:
            return self._through_bottleneck(network.bottleneck, batch)
        if network.predictor is None:
            return sentences.features, batch.stretch, {}
        predicted = network.predictor(
            sentences.phones, sentences.real, sentences.reference, sentences.reference_real
        )
        pause = (sentences.phones == 0).float()
        wrong = prosody_distance(predicted, sentences.features, sentences.real, pause)
        losses = {"prosody": wrong * self.config.source_weight}
        return sentences.features, batch.stretch, losses

    def _through_bottleneck(
        self, bottleneck: Bottleneck, batch: Batch
    ) -> tuple[Tensor, Stretch, dict[str, Tensor]]:
        """Latents drawn, and the controls that the features they stand for ask for."""
        features, real = batch.sentences.features, batch.sentences.real
        posterior = bottleneck.encode(features)
        seed = noise_seed(self.config.seed, self.step + LATENT_STREAM)
        latent = posterior.sample(torch.Generator().manual_seed(seed))
        passed = bottleneck.decode(latent)
        precision = self.config.latent_precision
        missed = (0.5 * ((passed - features) / precision).square()).sum(-1)
        raised = min(1.0, self.step / max(1, self.config.anneal_steps))
        nats = ((missed + raised * posterior.divergence) * real).sum() / real.sum()
        stretch = self._controlled(batch, passed.detach())
        return latent, stretch, {"bottleneck": nats * self.config.bottleneck_weight}

    def _controlled(self, batch: Batch, features: Tensor) -> Stretch:
        """The batch's frames at other features (B, P, F)."""
        if self.speaker is None:
            raise ValueError("agg_vae needs the speaker's statistics to rebuild its lines.")
        values = features.float().cpu().numpy()
        length = batch.stretch.real.shape[1]
        cut = [stretch_excitation(values[k], batch, k, self.speaker) for k in range(len(values))]
        return replace(
            batch.stretch,
            controls=padded([one.controls for one in cut], length).to(self.device),
            comb=padded([one.comb for one in cut], length).to(self.device),
        )

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step."""
        return {
            "step": self.step,
            "network_config": asdict(self.network.config),
            "training_config": asdict(self.config),
            "inventory": asdict(self.network.inventory),
            **{name: getattr(self, name).state_dict() for name in STATEFUL},
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.step = state["step"]
        for name in STATEFUL:
            getattr(self, name).load_state_dict(state[name])


def learning_rate(step: int, config: TrainingConfig) -> float:
    """The rate of a step of the configured ones."""
    return config.learning_rate * rate_share(step, config.steps, config)


def stretch_excitation(
    features: np.ndarray, batch: Batch, k: int, speaker: SpeakerStatistics
) -> Excitation:
    """What the frames of one of the batch's stretches are told at other features (P, F).

    Lines are rebuilt over the phonemes that the stretch touches.
    """
    durations = batch.durations[k].numpy()
    owners = batch.stretch.phoneme[k][batch.stretch.real[k] > 0].cpu().numpy()
    touched = slice(int(owners[0]), int(owners[-1]) + 1)
    prosody = prosody_with(features[touched], durations[touched], speaker)
    whole = excitation_of(prosody, speaker)
    start = int(batch.starts[k]) - int(durations[: touched.start].sum())
    frames = slice(start, start + len(owners))
    return Excitation(whole.controls[frames], whole.comb[frames])


def new_network(config: NetworkConfig, inventory: Inventory, *, seed: int) -> AcousticNetwork:
    """A network with random weights that follow from the seed."""
    torch.manual_seed(seed)
    return AcousticNetwork(config, inventory)


def save_training(trainer: Trainer, path: Path) -> None:
    """Write the trainer's state; an interrupted write leaves the old file in place."""
    write_atomically(trainer.state(), path)


def resume_training(path: Path, voice: PreparedVoice | None, *, device: str = "cpu") -> Trainer:
    """The trainer whose state ``save_training`` wrote."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    config = stored_network_config(state["network_config"])
    network = AcousticNetwork(config, stored_inventory(state["inventory"]))
    training = stored_training_config(state["training_config"])
    trainer = Trainer(network, training, voice, device=device)
    trainer.load_state(state)
    return trainer

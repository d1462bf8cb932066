"""Training of a vocoder network: one step, its state, and resuming to the step.

Axes: B batch, T frames, N samples.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from synth.audio.mel import log_mel_batch

from .batches import TrainingSet, VoicedBatch, draw_voiced_batch
from .config import NetworkConfig, TrainingConfig, stored_network_config, training_config
from .discriminators import Critics, Judgement
from .loss import (
    critic_loss,
    deception_loss,
    energy_distance,
    feature_distance,
    mel_distance,
    phase_distance,
    pitch_losses,
    spectra_of,
)
from .network import Shaped, VocoderNetwork, normalized
from .schedule import rate_share
from .source import Sources, gate, phase_of_samples, pulse_train
from .states import write_atomically

STATEFUL = (
    "network",
    "average",
    "critics",
    "optimizer",
    "pitch_optimizer",
    "critic_optimizer",
)
BETAS = (0.8, 0.99)
WEIGHT_DECAY = 0.01


class Trainer:
    """Network, critics, their optimizers and the averaged weights, at one step.

    ``draws`` may be None for a trainer that is only given batches (``train_on``).
    """

    def __init__(
        self,
        network: NetworkConfig,
        config: TrainingConfig,
        draws: TrainingSet | None,
        *,
        device: str = "cpu",
    ) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.draws = draws
        self.device = device
        self.network = VocoderNetwork(network).to(device)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.network.train_in_half()
        self.critics = Critics().to(device)
        self.optimizer = optimizer_of(self.network.trunk, config.learning_rate)
        self.pitch_optimizer = optimizer_of(self.network.pitch, config.pitch_learning_rate)
        self.critic_optimizer = optimizer_of(self.critics, config.discriminator_learning_rate)
        self.step = 0

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns the losses.

        Raises:
            ValueError: without a training set, or if it was made for another front end.
        """
        if self.draws is None:
            raise ValueError("This trainer has no training set; give batches to train_on.")
        if self.draws.front_end != self.network.config.mel:
            raise ValueError(
                f"The network reads {self.network.config.mel} but its training set draws for "
                f"{self.draws.front_end}; give training_set the network's front end."
            )
        return self.train_on(draw_voiced_batch(self.draws, self.config, step=self.step))

    def train_on(self, drawn: VoicedBatch) -> dict[str, float]:
        """Take one step on signals (B, N), N a multiple of the hop; returns the losses."""
        batch = drawn.to(self.device)
        self._set_rates()
        mels = log_mel_batch(batch.signals, front_end=self.network.config.mel)
        train = self._train_pitch if self.config.reads_pitch(self.step) else self._train_trunk
        figures = train(mels, batch)
        self.step += 1
        if self.step == self.config.pitch_steps:
            self.network.pitch.load_state_dict(self.average.pitch.state_dict())
        return figures

    def _train_pitch(self, mels: Tensor, batch: VoicedBatch) -> dict[str, float]:
        """One step of the pitch reader, which learns from nothing but the tracks."""
        logits, voicing_logits = self.network.pitch(normalized(mels))
        hop = self.network.config.mel.hop
        frequency = torch.cat([batch.frequency[:, ::hop], batch.frequency[:, -1:]], dim=1)
        classes, voicing = pitch_losses(logits, voicing_logits, frequency, batch.voicing)
        norm = self._descend(classes + voicing, self.network.pitch, self.pitch_optimizer)
        follow(self.average.pitch, self.network.pitch, self._trail(self.step))
        return {"pitch": classes.item(), "voicing": voicing.item(), "gradient": norm}

    def _train_trunk(self, mels: Tensor, batch: VoicedBatch) -> dict[str, float]:
        """One step of everything but the pitch reader."""
        shaped, second, is_aligned = self._render(mels, batch)
        losses = self._distances(shaped, second, batch, is_aligned)
        figures = {"spread": shaped.features.detach().float().std(dim=1).mean().item()}
        if self.config.is_adversarial(self.step):
            real, figures["critic"] = self._train_critics(shaped.signals.detach(), batch.signals)
            losses |= self._adversarial_losses(shaped.signals, real)
        loss = torch.stack(list(losses.values())).sum()
        figures["gradient"] = self._descend(loss, self.network.trunk, self.optimizer)
        trail = self._trail(self.step - self.config.pitch_steps)
        follow(self.average.trunk, self.network.trunk, trail)
        return figures | {name: value.item() for name, value in losses.items()}

    def _render(self, mels: Tensor, batch: VoicedBatch) -> tuple[Shaped, Shaped, Tensor]:
        """Two renderings with different noise, and which (B,) follow the recording's own phase.

        The others are made at the pitch that the network reads, as all are at inference.
        """
        config, mel = self.config, self.network.config.mel
        n_own = round(config.own_pitch_share * len(mels))
        is_aligned = torch.arange(len(mels), device=mels.device) >= n_own
        with torch.no_grad():
            read = self.network.voice(mels)
        phase = phase_of_samples(read.frequency, mel.rate_hz) + batch.phase[:, :1]
        chosen = is_aligned[:, None]
        frequency = torch.where(chosen, batch.frequency, read.frequency)
        pulses = pulse_train(torch.where(chosen, batch.phase, phase), frequency, mel.rate_hz)
        pulses = pulses * torch.where(chosen, gate(batch.voicing, mel.hop), read.gate)
        filters = self.network.filters(mels, pulses)
        first, second = (
            self.network.synthesize(
                filters, mels, Sources(pulses, noise), passes=self.config.passes
            )
            for noise in batch.noise.unbind(1)
        )
        return first, second, is_aligned

    def _distances(
        self, first: Shaped, second: Shaped, batch: VoicedBatch, is_aligned: Tensor
    ) -> dict[str, Tensor]:
        config, target, front_end = self.config, batch.signals, self.network.config.mel
        spectra = partial(spectra_of, rate_hz=front_end.rate_hz)
        mels = [mel_distance(one.signals, target, front_end=front_end) for one in (first, second)]
        recording = spectra(target)
        at_once = energy_distance(spectra(first.first), spectra(second.first), recording)
        aligned = first.first[is_aligned], target[is_aligned]
        phase = phase_distance(*aligned, rate_hz=front_end.rate_hz)
        whole = energy_distance(spectra(first.signals), spectra(second.signals), recording)
        return {
            "mel": (mels[0] + mels[1]) / 2 * config.mel_weight,
            "stft": whole * config.stft_weight,
            "first": at_once * config.first_pass_weight,
            "phase": phase * config.phase_weight,
        }

    def _train_critics(self, fake: Tensor, real: Tensor) -> tuple[list[Judgement], float]:
        judged = self._judge(real)
        loss = critic_loss(judged, self._judge(fake))
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        return judged, loss.item()

    def _adversarial_losses(self, output: Tensor, real: list[Judgement]) -> dict[str, Tensor]:
        """Losses from the updated critics; the real maps are those of before the update."""
        self.critics.requires_grad_(False)
        fake = self._judge(output)
        self.critics.requires_grad_(True)
        return {
            "deception": deception_loss(fake) * self.config.adversarial_weight,
            "features": feature_distance(real, fake) * self.config.feature_weight,
        }

    def _judge(self, samples: Tensor) -> list[Judgement]:
        with torch.autocast(self.device.split(":")[0], torch.bfloat16):
            judgements: list[Judgement] = self.critics(samples)
        return [judgement.as_float() for judgement in judgements]

    def _descend(self, loss: Tensor, module: nn.Module, optimizer: torch.optim.AdamW) -> float:
        """One step of an optimizer on its module; returns the gradient's norm."""
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(module.parameters(), self.config.gradient_clip)
        optimizer.step()
        return norm.item()

    def _trail(self, steps: int) -> float:
        """How much of the averaged weights stays, after so many steps of them."""
        return min(self.config.ema, (1 + steps) / (10 + steps))

    def _set_rates(self) -> None:
        config = self.config
        reading = rate_share(self.step, config.pitch_steps, config)
        shaping = rate_share(
            self.step - config.pitch_steps, config.steps - config.pitch_steps, config
        )
        for optimizer, rate in (
            (self.optimizer, config.learning_rate * shaping),
            (self.pitch_optimizer, config.pitch_learning_rate * reading),
            (self.critic_optimizer, config.discriminator_learning_rate * shaping),
        ):
            for group in optimizer.param_groups:
                group["lr"] = rate

    def start_from(self, weights: Mapping[str, Tensor]) -> None:
        """Begin with trained weights in place of random ones."""
        for network in (self.network, self.average):
            network.load_state_dict(dict(weights))

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step."""
        return {
            "step": self.step,
            "network_config": asdict(self.network.config),
            "training_config": asdict(self.config),
            **{name: getattr(self, name).state_dict() for name in STATEFUL},
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.step = state["step"]
        for name in STATEFUL:
            getattr(self, name).load_state_dict(state[name])


def optimizer_of(module: nn.Module, rate: float) -> torch.optim.AdamW:
    """AdamW with the decay rates GAN vocoders use (Kong et al. 2020, section 3.1)."""
    return torch.optim.AdamW(module.parameters(), lr=rate, betas=BETAS, weight_decay=WEIGHT_DECAY)


def follow(average: nn.Module, current: nn.Module, kept: float) -> None:
    """Move averaged weights towards the current ones, keeping a share of what they are."""
    weights: list[Tensor] = [one.detach() for one in current.parameters()]
    torch._foreach_lerp_(list(average.parameters()), weights, 1.0 - kept)


def save_training(trainer: Trainer, path: Path) -> None:
    """Write the trainer's state; an interrupted write leaves the old file in place."""
    write_atomically(trainer.state(), path)


def resume_training(path: Path, draws: TrainingSet | None, *, device: str = "cpu") -> Trainer:
    """The trainer whose state ``save_training`` wrote."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = stored_network_config(state["network_config"])
    config = training_config(state["training_config"])
    trainer = Trainer(network, config, draws, device=device)
    trainer.load_state(state)
    return trainer

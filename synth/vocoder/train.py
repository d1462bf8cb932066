"""Training of a vocoder network: one step, its state, and resuming to the step.

Axes: B batch, T frames, N samples.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from synth.audio.mel import istft, log_mel_batch

from .batches import TrainingSet, draw_batch
from .config import NetworkConfig, TrainingConfig, stored_network_config, training_config
from .discriminators import Critics, Judgement
from .loss import (
    critic_loss,
    deception_loss,
    feature_distance,
    mel_distance,
    multi_resolution_distance,
)
from .network import VocoderNetwork, apply_filter

BETAS = (0.8, 0.99)
WEIGHT_DECAY = 0.01


class Trainer:
    """Network, critics, their optimizers and the averaged weights, at one step.

    ``draws`` may be None for a trainer that is only given batches (``train_on``).
    """

    def __init__(
        self, network: NetworkConfig, config: TrainingConfig, draws: TrainingSet | None
    ) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.draws = draws
        self.network = VocoderNetwork(network)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.critics = Critics()
        self.optimizer = optimizer_of(self.network, config.learning_rate)
        self.critic_optimizer = optimizer_of(self.critics, config.discriminator_learning_rate)
        self.step = 0

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns the losses."""
        if self.draws is None:
            raise ValueError("This trainer has no training set; give batches to train_on.")
        return self.train_on(draw_batch(self.draws, self.config, step=self.step))

    def train_on(self, target: Tensor) -> dict[str, float]:
        """Take one step on signals (B, N), N a multiple of HOP; returns the losses."""
        self._set_rates()
        output, spread = self._render(target)
        losses = {
            "mel": mel_distance(output, target) * self.config.mel_weight,
            "stft": multi_resolution_distance(output, target) * self.config.stft_weight,
        }
        figures = {"spread": spread}
        if self.config.is_adversarial(self.step):
            real, figures["critic"] = self._train_critics(output.detach(), target)
            losses |= self._adversarial_losses(output, real)
        figures["gradient"] = self._descend(torch.stack(list(losses.values())).sum())
        self.step += 1
        return figures | {name: value.item() for name, value in losses.items()}

    def change_prior(self, *, iterations: int) -> None:
        """Let the prior take another number of Griffin-Lim steps from here on."""
        for network in (self.network, self.average):
            network.config = replace(network.config, prior_iterations=iterations)

    def _render(self, target: Tensor) -> tuple[Tensor, float]:
        """The network's signals and the spread over time of its features."""
        prior = self.network.prior(log_mel_batch(target))
        with torch.autocast("cpu", torch.bfloat16):
            predicted, deepest = self.network.filter_of(prior.features)
        output = istft(apply_filter(prior, predicted.float()), target.shape[1])
        return output, deepest[:1].detach().float().std(dim=-1).mean().item()

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
        with torch.autocast("cpu", torch.bfloat16):
            judgements: list[Judgement] = self.critics(samples)
        return [judgement.as_float() for judgement in judgements]

    def _descend(self, loss: Tensor) -> float:
        self.optimizer.zero_grad()
        loss.backward()
        parameters = self.network.parameters()
        norm = nn.utils.clip_grad_norm_(parameters, self.config.gradient_clip)
        self.optimizer.step()
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        current: list[Tensor] = list(self.network.parameters())
        average: list[Tensor] = list(self.average.parameters())
        torch._foreach_lerp_(average, current, 1.0 - decay)
        return norm.item()

    def _set_rates(self) -> None:
        share = rate_share(self.step, self.config)
        for optimizer, rate in (
            (self.optimizer, self.config.learning_rate),
            (self.critic_optimizer, self.config.discriminator_learning_rate),
        ):
            for group in optimizer.param_groups:
                group["lr"] = rate * share

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step."""
        return {
            "step": self.step,
            "network_config": asdict(self.network.config),
            "training_config": asdict(self.config),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "critics": self.critics.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "critic_optimizer": self.critic_optimizer.state_dict(),
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.step = state["step"]
        for name in ("network", "average", "critics", "optimizer", "critic_optimizer"):
            getattr(self, name).load_state_dict(state[name])


def optimizer_of(module: nn.Module, rate: float) -> torch.optim.AdamW:
    """AdamW with the decay rates GAN vocoders use (Kong et al. 2020, section 3.1)."""
    return torch.optim.AdamW(module.parameters(), lr=rate, betas=BETAS, weight_decay=WEIGHT_DECAY)


def rate_share(step: int, config: TrainingConfig) -> float:
    """Share of the learning rate at a step: linear warm-up, then a half cosine."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    progress = min(1.0, (step - config.warmup_steps) / (config.steps - config.warmup_steps))
    return config.final_rate + (1.0 - config.final_rate) * 0.5 * (
        1.0 + math.cos(math.pi * progress)
    )


def save_training(trainer: Trainer, path: Path) -> None:
    """Write the trainer's state; an interrupted write leaves the old file in place."""
    partial = path.with_suffix(".partial")
    torch.save(trainer.state(), partial)
    partial.replace(path)


def resume_training(path: Path, draws: TrainingSet | None) -> Trainer:
    """The trainer whose state ``save_training`` wrote."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = stored_network_config(state["network_config"])
    trainer = Trainer(network, training_config(state["training_config"]), draws)
    trainer.load_state(state)
    return trainer

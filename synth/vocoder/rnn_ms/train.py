"""Training of RNN_MS: teacher-forced steps, their state, and resuming to the step.

Axes: B batch, N samples.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from synth.audio.mel import RATE_HZ
from synth.vocoder.batches import TrainingSet, draw_batch
from synth.vocoder.config import TrainingConfig

from .config import RnnMsConfig, stored_rnn_ms_config
from .network import RnnMs, cross_entropy

BETAS = (0.9, 0.99)


@dataclass(frozen=True)
class RnnMsTraining:
    """How a network is trained. Every random choice follows from ``seed`` and the step.

    ``crop_frames`` as drawn; the conditioning hears all of a crop, of which ``context_frames``
    at either end are not predicted.
    """

    seed: int = 20261122
    steps: int = 20_000
    batch: int = 32
    crop_frames: int = 27
    context_frames: int = 8
    learning_rate: float = 2e-3
    final_rate: float = 0.02  # of the learning rate, at the last step
    warmup_steps: int = 50
    ema: float = 0.998
    gradient_clip: float = 1.0
    speakers: tuple[str, ...] = ()  # empty: every speaker of the training split

    @property
    def draws(self) -> TrainingConfig:
        """The settings by which every network's batches are drawn."""
        return TrainingConfig(
            seed=self.seed,
            batch=self.batch,
            crop_frames=self.crop_frames,
            speakers=self.speakers,
        )

    def rate(self, step: int) -> float:
        """The learning rate of a step: linear warm-up, then a half cosine."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        progress = min(1.0, (step - self.warmup_steps) / max(1, self.steps - self.warmup_steps))
        fallen = 0.5 * (1.0 + math.cos(math.pi * progress))
        return self.learning_rate * (self.final_rate + (1.0 - self.final_rate) * fallen)


class RnnMsTrainer:
    """A network, its optimizer and its averaged weights, at one step.

    ``draws`` may be None for a trainer that is only given batches (``train_on``).

    Raises:
        ValueError: if the network's rate is not that of the training set.
    """

    def __init__(
        self,
        network: RnnMsConfig,
        config: RnnMsTraining,
        draws: TrainingSet | None,
        *,
        device: str = "cpu",
    ) -> None:
        if draws is not None and network.front_end.rate_hz != RATE_HZ:
            raise ValueError(
                f"The network works at {network.front_end.rate_hz} Hz but prepared corpora hold "
                f"{RATE_HZ} Hz; train a preset of {RATE_HZ} Hz, or give batches to train_on."
            )
        torch.manual_seed(config.seed)
        self.config = config
        self.draws = draws
        self.device = device
        self.network = RnnMs(network).to(device)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimizer = torch.optim.Adam(self.network.parameters(), betas=BETAS)
        self.step = 0

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns loss and gradient norm."""
        if self.draws is None:
            raise ValueError("This trainer has no training set; give batches to train_on.")
        return self.train_on(draw_batch(self.draws, self.config.draws, step=self.step))

    def train_on(self, samples: Tensor) -> dict[str, float]:
        """Take one step on signals (B, N) at the network's rate, N a multiple of the hop."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate(self.step)
        with torch.autocast(torch.device(self.device).type, torch.bfloat16):
            loss = cross_entropy(
                self.network, samples.to(self.device), context_frames=self.config.context_frames
            )
        self.optimizer.zero_grad()
        loss.backward()
        parameters = list(self.network.parameters())
        norm = nn.utils.clip_grad_norm_(parameters, self.config.gradient_clip)
        self.optimizer.step()
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(
            list(self.average.parameters()), [p.data for p in parameters], 1.0 - decay
        )
        self.step += 1
        return {"loss": loss.item(), "gradient": norm.item()}

    @torch.no_grad()
    def held_out_loss(self, samples: Tensor) -> float:
        """Cross-entropy of the averaged weights on signals (B, N), nats per sub-band sample."""
        context = self.config.context_frames
        return cross_entropy(self.average, samples.to(self.device), context_frames=context).item()

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step."""
        return self.weights() | {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def weights(self) -> dict[str, Any]:
        """The averaged weights and what they are of."""
        return {
            "architecture": RnnMs.architecture,
            "step": self.step,
            "network_config": asdict(self.network.config),
            "training_config": asdict(self.config),
            "average": self.average.state_dict(),
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.step = state["step"]
        for name in ("network", "average", "optimizer"):
            getattr(self, name).load_state_dict(state[name])


def stored_training(stored: Mapping[str, Any]) -> RnnMsTraining:
    """The training configuration a run stored; unknown settings are left out."""
    known = {field.name for field in fields(RnnMsTraining)}
    values = {name: value for name, value in stored.items() if name in known}
    values["speakers"] = tuple(values.get("speakers", ()))
    return RnnMsTraining(**values)


def resume_rnn_ms(path: Path, draws: TrainingSet | None, *, device: str = "cpu") -> RnnMsTrainer:
    """The trainer whose state lies at ``path``; the training set may be given later."""
    state = torch.load(path, map_location=device, weights_only=True)
    network = stored_rnn_ms_config(state["network_config"])
    trainer = RnnMsTrainer(network, stored_training(state["training_config"]), draws, device=device)
    trainer.load_state(state)
    return trainer

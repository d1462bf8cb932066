"""Training of a recognizer: batches of about equally long pieces, one step, its state.

Axes: B batch, T frames of 10 ms, M mel bands. Every random choice follows from seed and step.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from synth.align.examples import UNLABELED
from synth.vocoder.schedule import rate_share
from synth.vocoder.states import write_atomically
from synth.vocoder.train import BETAS, follow

from .decoding import Loop, pairs_of
from .disguises import Disguises, disguised
from .lessons import Lesson, log_prior, strings_of
from .network import RecognizerConfig, RecognizerNetwork
from .recognizer import Recognizer

STATEFUL = ("network", "average", "optimizer")
SPEAKER_POWER = 0.5  # of a speaker's frames: two hours count ten times as much as a minute
WINDOW = 0.15  # pieces of a batch differ in length by so much


@dataclass(frozen=True)
class RecognizerTraining:
    """How a recognizer is trained.

    Attributes:
        frames: of a batch, all its pieces together; ``longest``: of a piece.
        smoothing: share of the target that goes to all sounds alike.
    """

    seed: int = 20261123
    steps: int = 6000
    frames: int = 3200
    longest: int = 400
    learning_rate: float = 1.5e-3
    final_rate: float = 0.02
    warmup_steps: int = 150
    weight_decay: float = 0.02
    gradient_clip: float = 1.0
    ema: float = 0.998
    smoothing: float = 0.05
    disguises: Disguises = field(default_factory=Disguises)


class RecognizerTrainer:
    """Network, optimizer and averaged weights, at one step of its lessons."""

    def __init__(
        self,
        network: RecognizerConfig,
        config: RecognizerTraining,
        lessons: Sequence[Lesson],
        *,
        device: str = "cpu",
    ) -> None:
        torch.manual_seed(config.seed)
        self.config, self.device = config, device
        self.network = RecognizerNetwork(network).to(device)
        self.average = copy.deepcopy(self.network).requires_grad_(False).eval()
        self.network.in_half = True
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=config.learning_rate,
            betas=BETAS,
            weight_decay=config.weight_decay,
        )
        longest = config.longest
        self.lessons = sorted(lessons, key=lambda one: min(len(one.targets), longest))
        self.lengths = np.array([min(len(one.targets), longest) for one in self.lessons])
        self.chances = chances(self.lessons)
        self.step = 0

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns loss and share of right frames."""
        config = self.config
        torch.manual_seed(config.seed + self.step)  # of what is left out
        features, targets = (one.to(self.device) for one in self.draw())
        self.network.train()
        posteriors = self.network(features)
        loss = nn.functional.cross_entropy(
            posteriors.transpose(1, 2), targets, label_smoothing=config.smoothing
        )
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * rate_share(self.step, config.steps, config)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        follow(self.average, self.network, min(self.config.ema, (1 + self.step) / (10 + self.step)))
        self.step += 1
        labeled = targets >= 0
        right = (posteriors.argmax(-1) == targets)[labeled].float().mean()
        return {"loss": loss.item(), "right": right.item()}

    def draw(self) -> tuple[Tensor, Tensor]:
        """Features (B, T, M) float32 and sounds (B, T) int64 of this step's pieces."""
        rng = np.random.default_rng((self.config.seed, self.step))
        pieces = [self._piece(k, rng) for k in self._alike(rng)]
        longest = max(len(targets) for _, targets in pieces)
        features = [np.pad(one, ((0, longest - len(one)), (0, 0)), "edge") for one, _ in pieces]
        targets = [
            np.pad(one.astype(np.int64), (0, longest - len(one)), constant_values=UNLABELED)
            for _, one in pieces
        ]
        return torch.from_numpy(np.stack(features)), torch.from_numpy(np.stack(targets))

    def _alike(self, rng: np.random.Generator) -> NDArray[np.intp]:
        """Lessons about as long as one that is drawn, so many as fill a batch."""
        length = self.lengths[rng.choice(len(self.lessons), p=self.chances)]
        low = np.searchsorted(self.lengths, length * (1 - WINDOW))
        high = np.searchsorted(self.lengths, length * (1 + WINDOW), side="right")
        own = self.chances[low:high] / self.chances[low:high].sum()
        size = max(1, round(self.config.frames / length))
        return low + rng.choice(high - low, size=size, p=own)

    def _piece(
        self, index: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.integer]]:
        lesson, longest = self.lessons[index], self.config.longest
        start = int(rng.integers(0, max(1, len(lesson.targets) - longest + 1)))
        cut = slice(start, start + longest)
        return disguised(lesson.mel[cut], lesson.targets[cut], self.config.disguises, rng)

    def recognizer(self) -> Recognizer:
        """The averaged network at work."""
        n_sounds = len(self.network.config.sounds)
        loop = Loop(pairs_of(strings_of(self.lessons), n_sounds))
        return Recognizer(self.average, log_prior(self.lessons, n_sounds), loop)

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step, given the same lessons."""
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


def chances(lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """How likely each lesson is drawn: by its length, speakers by the root of theirs."""
    frames: dict[str, int] = {}
    for one in lessons:
        frames[one.speaker] = frames.get(one.speaker, 0) + len(one.targets)
    weights = np.array(
        [len(one.targets) * frames[one.speaker] ** (SPEAKER_POWER - 1.0) for one in lessons]
    )
    return weights / weights.sum()


def save_training(trainer: RecognizerTrainer, path: Path) -> None:
    """Write the trainer's state; an interrupted write leaves the old file in place."""
    write_atomically(trainer.state(), path)


def resume_training(
    path: Path, lessons: Sequence[Lesson], *, device: str = "cpu"
) -> RecognizerTrainer:
    """The trainer whose state ``save_training`` wrote, with the lessons it had."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = state["network_config"]
    stored = state["training_config"]
    trainer = RecognizerTrainer(
        RecognizerConfig(**{**network, "sounds": tuple(network["sounds"])}),
        RecognizerTraining(**{**stored, "disguises": stored_disguises(stored["disguises"])}),
        lessons,
        device=device,
    )
    trainer.load_state(state)
    return trainer


def stored_disguises(stored: Mapping[str, Any]) -> Disguises:
    """The disguises that ``asdict`` wrote."""
    pairs = {name: tuple(stored[name]) for name in ("t60_s", "wet_db", "snr_db")}
    return Disguises(**{**stored, **pairs})

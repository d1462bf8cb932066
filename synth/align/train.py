"""Training of an aligner: from given times, and from guesses that are aligned again and again.

Axes: B batch, T frames of 10 ms, M mel bands, K sounds, S sounds of a script.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from synth.vocoder.schedule import rate_share
from synth.vocoder.states import write_atomically

from .examples import Batch, Example, draw_batch
from .network import AlignerConfig, AlignerNetwork, log_posteriors
from .sounds import SOUNDS
from .throats import warped
from .viterbi import best_durations

LEAST_SHARE = 2e-3  # of all frames: what was hardly taught is not to be heard everywhere
STATEFUL = ("network", "average", "optimizer")


@dataclass(frozen=True)
class AlignerTraining:
    """How an aligner is trained. Steps count from 0.

    ``realign_every``: steps after which utterances whose times are guessed are aligned anew by
    the averaged network; 0 leaves the first guess as it is. ``prior_share``: the power of a sound's
    frequency that its posterior is divided by then, lest pauses and vowels eat the rest.
    ``warp``: by how much frequencies are stretched or squeezed at most, for other throats;
    ``tilt``: of the spectrum, at most, from the lowest to the highest band, for other channels.
    """

    seed: int = 1
    steps: int = 1500
    batch: int = 12
    frames: int = 300
    learning_rate: float = 2e-3
    final_rate: float = 0.02
    warmup_steps: int = 50
    weight_decay: float = 0.01
    gradient_clip: float = 1.0
    ema: float = 0.99
    noise: float = 0.1
    realign_every: int = 300
    prior_share: float = 1.0
    warp: float = 0.15
    tilt: float = 0.5


class AlignerTrainer:
    """Network, optimizer, averaged weights and the labels they learn, at one step.

    Examples that are not certain are realigned. ``examples`` may be empty for a trainer that is
    only given batches (``train_on``).

    Raises:
        ValueError: for an example without durations.
    """

    def __init__(
        self,
        network: AlignerConfig,
        config: AlignerTraining,
        examples: Sequence[Example],
        *,
        device: str = "cpu",
    ) -> None:
        torch.manual_seed(config.seed)
        self.config, self.device = config, device
        self.network = AlignerNetwork(network).to(device)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        if any(one.durations is None for one in examples):
            raise ValueError("Expected examples with durations, guessed ones at least.")
        self.guessed = [k for k, one in enumerate(examples) if not one.is_certain]
        self.examples = list(examples)
        self.step = 0

    def begin_with(self, network: AlignerNetwork) -> None:
        """Go on from another network's weights; to be called before the first step."""
        for own in (self.network, self.average):
            own.load_state_dict(network.state_dict())

    def train_step(self) -> dict[str, float]:
        """Take one step on the batch that belongs to it; returns loss and share of right frames.

        Raises:
            ValueError: without examples.
        """
        if not self.examples:
            raise ValueError("This trainer has no examples; give batches to train_on.")
        config = self.config
        if config.realign_every and self.step and self.step % config.realign_every == 0:
            self.realign()
        size, seed = (config.batch, config.frames), (config.seed, self.step)
        return self.train_on(draw_batch(self.examples, size=size, seed=seed))

    def train_on(self, drawn: Batch) -> dict[str, float]:
        """Take one step on a batch (B, T, M)."""
        batch, config = drawn.to(self.device), self.config
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * rate_share(self.step, config.steps, config)
        posteriors = self.network(self.disguised(batch.features))
        loss = nn.functional.nll_loss(posteriors.transpose(1, 2), batch.targets)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        self._follow()
        self.step += 1
        labeled = batch.targets >= 0
        right = (posteriors.argmax(-1) == batch.targets)[labeled].float().mean()
        return {"loss": loss.item(), "right": right.item()}

    def disguised(self, features: Tensor) -> Tensor:
        """Features (B, T, M) of other throats and channels, with noise; the step decides which."""
        config = self.config
        rng = np.random.default_rng((config.seed, self.step, 1))
        n = len(features)
        factors = np.exp(rng.uniform(-1, 1, n) * np.log1p(config.warp))
        tilts = torch.from_numpy(rng.uniform(-config.tilt, config.tilt, n)).to(features)
        line = torch.linspace(-0.5, 0.5, features.shape[2]).to(features)
        noise = torch.from_numpy(rng.standard_normal(features.shape, dtype=np.float32))
        moved = warped(features, factors) + tilts[:, None, None] * line
        return moved + config.noise * noise.to(features)

    def _follow(self) -> None:
        kept = min(self.config.ema, (1 + self.step) / (10 + self.step))
        weights: list[Tensor] = [one.detach() for one in self.network.parameters()]
        torch._foreach_lerp_(list(self.average.parameters()), weights, 1.0 - kept)

    def realign(self) -> None:
        """Align the examples that are not certain anew with the averaged network.

        What does not fit keeps the labels it has.
        """
        chosen = [self.examples[k] for k in self.guessed]
        posteriors = log_posteriors(self.average, [one.features for one in chosen])
        prior = self.config.prior_share * log_prior(self.examples)
        chains = [one.script.chain for one in chosen]
        found = best_durations([one - prior for one in posteriors], chains)
        for k, durations in zip(self.guessed, found, strict=True):
            if durations is not None:
                self.examples[k] = replace(self.examples[k], durations=durations)

    def state(self) -> dict[str, Any]:
        """All that is needed to go on from this very step, given the same examples."""
        durations = [self.examples[k].durations for k in self.guessed]
        return {
            "step": self.step,
            "network_config": asdict(self.network.config),
            "training_config": asdict(self.config),
            "log_prior": torch.from_numpy(log_prior(self.examples)),
            "guesses": [torch.from_numpy(np.asarray(one)) for one in durations],
            **{name: getattr(self, name).state_dict() for name in STATEFUL},
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken.

        Raises:
            ValueError: if the trainer has other examples than that one had.
        """
        if len(state["guesses"]) != len(self.guessed):
            raise ValueError(
                f"The state was saved with {len(state['guesses'])} guessed examples, "
                f"{len(self.guessed)} are given; resume with the same recordings."
            )
        self.step = state["step"]
        for k, durations in zip(self.guessed, state["guesses"], strict=True):
            self.examples[k] = replace(self.examples[k], durations=durations.numpy())
        for name in STATEFUL:
            getattr(self, name).load_state_dict(state[name])


def log_prior(examples: Sequence[Example]) -> NDArray[np.float32]:
    """Ln of each sound's share (K,) of all frames, ``LEAST_SHARE`` for rarer ones."""
    counts = np.zeros(len(SOUNDS))
    for one in examples:
        counts += np.bincount(one.targets, minlength=len(counts))
    return np.log(np.maximum(counts / max(1.0, counts.sum()), LEAST_SHARE)).astype(np.float32)


def save_training(trainer: AlignerTrainer, path: Path) -> None:
    """Write the trainer's state; an interrupted write leaves the old file in place."""
    write_atomically(trainer.state(), path)


def resume_training(
    path: Path, examples: Sequence[Example], *, device: str = "cpu"
) -> AlignerTrainer:
    """The trainer whose state ``save_training`` wrote, with the examples it had."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    config = AlignerTraining(**state["training_config"])
    trainer = AlignerTrainer(
        stored_config(state["network_config"]), config, examples, device=device
    )
    trainer.load_state(state)
    return trainer


def read_guesses(path: Path) -> list[NDArray[np.intp]]:
    """The durations that a saved training holds of its guessed examples, in their order."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    return [one.numpy() for one in state["guesses"]]


def read_network(path: Path) -> AlignerNetwork:
    """The averaged network of a saved training, for which all sounds are as likely beforehand.

    The frequencies of the sounds it was taught are divided out, to the same power as when it
    aligned them anew: a vowel would else eat the consonants beside it.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = AlignerNetwork(stored_config(state["network_config"])).requires_grad_(False)
    network.load_state_dict(state["average"])
    network.trunk.leave.bias.sub_(state["training_config"]["prior_share"] * state["log_prior"])
    return network


def stored_config(stored: Mapping[str, Any]) -> AlignerConfig:
    """The configuration that ``asdict`` wrote."""
    return AlignerConfig(
        **{**stored, "sounds": tuple(stored["sounds"]), "dilations": tuple(stored["dilations"])}
    )

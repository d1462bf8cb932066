"""What defines a vocoder network and its training: sizes, losses, data, seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class NetworkConfig:
    """Size of the network and of the prior it starts from.

    ``channels`` by level, each level at half the frequency bins of the one before;
    ``dilations`` over frames of the deepest level's blocks. The prior takes
    ``nnls_updates`` to invert the mel and ``prior_iterations`` Griffin-Lim steps to
    settle its phase.
    """

    channels: tuple[int, ...]
    dilations: tuple[int, ...]
    nnls_updates: int = 30
    prior_iterations: int = 32


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained. Every random choice follows from ``seed`` and the step."""

    seed: int = 20261122
    steps: int = 10_000
    adversarial_from: int = 1_200
    adversarial_until: int | None = None  # None: to the end
    batch: int = 4
    crop_frames: int = 52
    learning_rate: float = 8e-4
    discriminator_learning_rate: float = 5e-4
    final_rate: float = 0.05  # of the learning rate, at the last step
    warmup_steps: int = 200
    ema: float = 0.999
    gradient_clip: float = 5.0
    mel_weight: float = 5.0
    stft_weight: float = 1.0
    adversarial_weight: float = 0.5
    feature_weight: float = 1.0
    speaker_cap_minutes: float = 20.0
    speed_share: float = 0.3  # of the crops, played at another speed
    speed_range: float = 1.25
    gain_range_db: float = 18.0
    speakers: tuple[str, ...] = ()  # empty: every speaker of the training split

    def is_adversarial(self, step: int) -> bool:
        """Whether critics take part in a step."""
        until = self.steps if self.adversarial_until is None else self.adversarial_until
        return self.adversarial_from <= step < until


NETWORKS: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(channels=(16, 32, 32), dilations=(1, 2, 4)),
    "large": NetworkConfig(channels=(32, 64, 64), dilations=(1, 2, 4, 8)),
}


def network_config(preset: str, *, prior_iterations: int | None = None) -> NetworkConfig:
    """A preset, where asked with another number of Griffin-Lim steps in its prior.

    Raises:
        ValueError: if there is no such preset.
    """
    if preset not in NETWORKS:
        raise ValueError(f"No network preset {preset!r}; there are {', '.join(NETWORKS)}.")
    if prior_iterations is None:
        return NETWORKS[preset]
    return replace(NETWORKS[preset], prior_iterations=prior_iterations)


def stored_network_config(stored: Mapping[str, Any]) -> NetworkConfig:
    """The network configuration a checkpoint stored as JSON."""
    values = dict(stored)
    values["channels"] = tuple(values["channels"])
    values["dilations"] = tuple(values["dilations"])
    return NetworkConfig(**values)


def training_config(stored: Mapping[str, Any]) -> TrainingConfig:
    """The training configuration a checkpoint stored as JSON."""
    known = {field.name for field in fields(TrainingConfig)}
    values = {name: value for name, value in stored.items() if name in known}
    values["speakers"] = tuple(values.get("speakers", ()))
    return TrainingConfig(**values)

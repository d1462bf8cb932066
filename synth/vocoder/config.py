"""What defines a vocoder network and its training: sizes, losses, data, seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class NetworkConfig:
    """Size of the network and of the prior it starts from.

    ``layers`` ConvNeXt blocks of ``dim`` channels, widened ``expansion`` times, look
    at ``kernel`` frames each. The prior takes ``nnls_updates`` to invert the mel and
    ``prior_iterations`` Griffin-Lim steps to settle its phase.
    """

    dim: int
    layers: int
    expansion: int = 3
    kernel: int = 7
    nnls_updates: int = 30
    prior_iterations: int = 8


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained. Every random choice follows from ``seed`` and the step."""

    seed: int = 20261122
    steps: int = 10_000
    adversarial_from: int = 2_500
    batch: int = 8
    crop_frames: int = 52
    learning_rate: float = 5e-4
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


NETWORKS: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(dim=192, layers=6),
    "large": NetworkConfig(dim=256, layers=8),
}


def network_config(preset: str, **changes: int) -> NetworkConfig:
    """A preset with some values changed.

    Raises:
        ValueError: if there is no such preset.
    """
    if preset not in NETWORKS:
        raise ValueError(f"No network preset {preset!r}; there are {', '.join(NETWORKS)}.")
    return replace(NETWORKS[preset], **changes)


def training_config(stored: Mapping[str, Any]) -> TrainingConfig:
    """The training configuration a checkpoint stored as JSON."""
    known = {field.name for field in fields(TrainingConfig)}
    values = {name: value for name, value in stored.items() if name in known}
    values["speakers"] = tuple(values.get("speakers", ()))
    return TrainingConfig(**values)

"""What defines a vocoder network and its training: sizes, losses, data, seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from synth.audio.mel import NARROW, WIDE, FrontEnd

FRONT_ENDS: Mapping[str, FrontEnd] = {"narrow": NARROW, "wide": WIDE}


@dataclass(frozen=True)
class NetworkConfig:
    """Size of the generator.

    Attributes:
        front_end: "narrow" (16 kHz) or "wide" (24 kHz).
        width, depth: channels and blocks of the trunk that shapes the sources.
        pitch_width, pitch_depth: the same of the reader of the pitch.
        matches: updates that bring the first spectrum's mel to the input's.
        passes: how often the signal is transformed back and its mel matched again, once.
        momentum: how far a pass carries on in the direction of the one before.
    """

    front_end: str = "narrow"
    width: int = 256
    depth: int = 6
    pitch_width: int = 128
    pitch_depth: int = 6
    matches: int = 2
    passes: int = 10
    momentum: float = 0.9

    @property
    def mel(self) -> FrontEnd:
        """The front end the network reads and is matched to."""
        return FRONT_ENDS[self.front_end]


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained. Every random choice follows from ``seed`` and the step.

    First the pitch reader alone, for ``pitch_steps``; then it stays as it is and the trunk
    learns at the pitch that will be read, for the rest of ``steps``.
    """

    seed: int = 20261122
    steps: int = 100_000
    pitch_steps: int = 14_000
    adversarial_from: int | None = None  # a step; None: never
    batch: int = 8
    pitch_batch: int = 24  # the pitch reader is cheap and hears more
    crop_frames: int = 61
    learning_rate: float = 7e-4
    pitch_learning_rate: float = 2e-3
    discriminator_learning_rate: float = 2e-4
    final_rate: float = 0.05  # of the learning rate, at the last step
    warmup_steps: int = 200
    ema: float = 0.999
    gradient_clip: float = 5.0
    mel_weight: float = 5.0
    stft_weight: float = 1.0
    phase_weight: float = 0.5
    first_pass_weight: float = 0.5
    adversarial_weight: float = 0.2
    feature_weight: float = 1.0
    passes: int = 4  # in place of the network's: what helps with four helps with ten
    own_pitch_share: float = 0.5  # of a batch, the rest has the recording's own pulses
    speaker_cap_minutes: float = 20.0
    speed_share: float = 0.3  # of the crops, played at another speed
    speed_range: float = 1.25
    band_limit_share: float = 0.1
    noise_share: float = 0.1
    gain_range_db: float = 18.0
    speakers: tuple[str, ...] = ()  # empty: every speaker of the training split
    without: tuple[str, ...] = ()  # speakers left out
    minutes: float | None = None  # of speech in all, spread evenly over speakers; None: all
    licence: str = "any"  # or "permissive": from the freest sources alone

    def reads_pitch(self, step: int) -> bool:
        """Whether a step trains the pitch reader, and nothing else."""
        return step < self.pitch_steps

    def is_adversarial(self, step: int) -> bool:
        """Whether critics take part in a step."""
        return self.adversarial_from is not None and step >= self.adversarial_from


NETWORKS: Mapping[str, NetworkConfig] = {
    "small": NetworkConfig(),
    "large": NetworkConfig(width=512, depth=10, pitch_width=192, pitch_depth=6),
    "wide": NetworkConfig(front_end="wide", width=320),
    "large_wide": NetworkConfig("wide", width=640, depth=10, pitch_width=192, pitch_depth=6),
}


def network_config(preset: str) -> NetworkConfig:
    """A preset.

    Raises:
        ValueError: if there is no such preset.
    """
    if preset not in NETWORKS:
        raise ValueError(f"No network preset {preset!r}; there are {', '.join(NETWORKS)}.")
    return NETWORKS[preset]


def stored_network_config(stored: Mapping[str, Any]) -> NetworkConfig:
    """The network configuration a checkpoint stored as JSON."""
    return NetworkConfig(**stored)


def training_config(stored: Mapping[str, Any]) -> TrainingConfig:
    """The training configuration a checkpoint stored as JSON."""
    known = {field.name for field in fields(TrainingConfig)}
    values = {name: value for name, value in stored.items() if name in known}
    for name in ("speakers", "without"):
        values[name] = tuple(values.get(name, ()))
    return TrainingConfig(**values)

"""What defines an acoustic network and its training: variant, sizes, losses, seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from synth.audio.mel import NARROW, FrontEnd

AGG, AGG_VAE, BASE, SEC_ATT = "agg", "agg_vae", "base", "sec_att"
AGG_TEXTLESS = "agg_textless"
VARIANTS = (AGG, AGG_VAE, BASE, SEC_ATT, AGG_TEXTLESS)
PREDICTING = (BASE, SEC_ATT)  # variants that say prosody themselves
SPEEDS = (0.94, 1.0, 1.06)  # recordings are learned from at these; the voice is that of 1.0


@dataclass(frozen=True)
class NetworkConfig:
    """Size of an acoustic network, and where its prosody comes from.

    Attributes:
        variant: ``agg`` (measured, per phoneme), ``agg_vae`` (the same through a variational
            bottleneck), ``base`` (from the text), ``sec_att`` (from the text and attention over
            the frames of a reference), ``agg_textless`` (measured, per sound that a recognizer
            hears; its posteriors go in for phonemes).
        recognizer: the version of the one that ``agg_textless`` learned to understand.
        width: channels of encoder and decoder.
        encoder_depth: blocks before the prosody comes in; ``joint_depth`` after it.
        decoder_depth: blocks at frame rate.
        detail_width, detail_depth: of the network that adds what is random to the mean.
        noise: channels of noise per frame.
        source_width, source_depth: of what predicts prosody.
        latent: channels of ``agg_vae``'s bottleneck.
        dropout: share of encoder channels left out in training.
    """

    variant: str = AGG
    recognizer: str = ""
    width: int = 192
    encoder_depth: int = 3
    joint_depth: int = 2
    decoder_depth: int = 6
    detail_width: int = 128
    detail_depth: int = 2
    noise: int = 16
    source_width: int = 128
    source_depth: int = 5
    latent: int = 16
    dropout: float = 0.1

    @property
    def front_end(self) -> FrontEnd:
        """The front end of the mels it makes."""
        return NARROW


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained. Every random choice follows from ``seed`` and the step.

    Attributes:
        texture_weight: of the energy distance, which makes outputs as varied as recordings.
        source_weight: of what a variant's own prosody costs.
        bottleneck_weight: of ``agg_vae``'s share of that: Kullback-Leibler divergence, in nats,
            raised from nothing over ``anneal_steps``.
        latent_precision: how far ``agg_vae`` may miss a feature, in its normalized unit.
    """

    voice: str = "ru_nsh"
    seed: int = 20261123
    steps: int = 40_000
    batch: int = 8
    crop_frames: int = 256
    learning_rate: float = 1.5e-3
    final_rate: float = 0.02  # of the learning rate, at the last step
    warmup_steps: int = 200
    ema: float = 0.999
    gradient_clip: float = 1.0
    weight_decay: float = 0.01
    mean_weight: float = 1.0
    texture_weight: float = 1.0
    source_weight: float = 0.3
    bottleneck_weight: float = 0.02
    latent_precision: float = 0.05
    anneal_steps: int = 2000
    other_speed_share: float = 0.5  # of the crops, at a speed that is not 1


NETWORKS: Mapping[str, Mapping[str, Any]] = {
    "small": {},
    "large": {
        "width": 384,
        "encoder_depth": 6,
        "joint_depth": 3,
        "decoder_depth": 12,
        "detail_width": 256,
        "detail_depth": 6,
        "source_width": 256,
        "source_depth": 8,
        "noise": 32,
    },
}
TRAININGS: Mapping[str, Mapping[str, Any]] = {
    "small": {},
    "large": {"steps": 150_000, "batch": 32, "crop_frames": 400, "learning_rate": 8e-4},
}


def network_config(preset: str, variant: str) -> NetworkConfig:
    """A preset of a variant.

    Raises:
        ValueError: if there is no such preset or variant.
    """
    if preset not in NETWORKS:
        raise ValueError(f"No network preset {preset!r}; there are {', '.join(NETWORKS)}.")
    if variant not in VARIANTS:
        raise ValueError(f"No variant {variant!r}; there are {', '.join(VARIANTS)}.")
    return NetworkConfig(variant=variant, **NETWORKS[preset])


def stored_network_config(stored: Mapping[str, Any]) -> NetworkConfig:
    """The network configuration a checkpoint stored as JSON."""
    return NetworkConfig(**stored)


def stored_training_config(stored: Mapping[str, Any]) -> TrainingConfig:
    """The training configuration a checkpoint stored as JSON."""
    known = {field.name for field in fields(TrainingConfig)}
    return TrainingConfig(**{name: value for name, value in stored.items() if name in known})

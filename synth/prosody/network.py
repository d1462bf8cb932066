"""The acoustic network: phonemes, their prosody and durations to a log-mel.

Axes: B batch, P phonemes, K phones of the inventory, F features, T frames, C controls, M mel
bands, Z noise channels, R frames of a reference.
An encoder hears the phonemes and what is asked of each; its output is repeated for as many
frames as each takes (explicit durations: FastSpeech, Ren et al. 2019; phoneme-level prosody:
Klimkov et al. 2019, section 2), and a decoder makes a mean mel of it. A harmonic comb at the
wanted pitch is an input and, weighed per band, part of the output, so that harmonics lie where
they are asked for. The detail network then adds what a mean cannot have: it turns noise into
the rest of the mel and learns by an energy distance (``loss.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from synth.vocoder.network import MEL_CENTER, MEL_SPREAD, SOURCE_OFFSET
from synth.vocoder.trunk import FEATURE_SCALE, Block

from .config import AGG_VAE, PREDICTING, SEC_ATT, NetworkConfig
from .excitation import CONTROLS
from .features import FEATURES
from .inventory import Inventory
from .prosody_sources import Bottleneck, Predictor


@dataclass(frozen=True)
class Sentences:
    """Phonemes of a batch, padded to the longest.

    phones: (B, P) int64 places in the inventory, or (B, P, K) float32 shares that sum to one
        (a recognizer's posteriors). real: (B, P) 1 where there is a phoneme. features:
        (B, P, F) normalized. reference: (B, R, M + 3) normalized mel and contours of the
        recording that ``sec_att`` attends to, ``reference_real`` (B, R).
    """

    phones: Tensor
    real: Tensor
    features: Tensor
    reference: Tensor | None = None
    reference_real: Tensor | None = None

    def to(self, device: str) -> Sentences:
        """The same on a device."""
        return Sentences(**_moved(self, device))


@dataclass(frozen=True)
class Stretch:
    """Frames of a batch.

    phoneme: (B, T) int64, which of the sentence's phonemes a frame belongs to. real: (B, T).
    controls: (B, T, C). comb: (B, T, M) log-mel. noise: (B, S, T, Z), for S >= 1 renderings.
    """

    phoneme: Tensor
    real: Tensor
    controls: Tensor
    comb: Tensor
    noise: Tensor

    def to(self, device: str) -> Stretch:
        """The same on a device."""
        return Stretch(**_moved(self, device))


def _moved(one: Sentences | Stretch, device: str) -> dict[str, Any]:
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    return {name: None if x is None else x.to(device) for name, x in values.items()}


@dataclass(frozen=True)
class Rendered:
    """Mean mels (B, T, M), and one per noise (B, S, T, M), natural log."""

    mean: Tensor
    mels: Tensor


class PhonemeEncoder(nn.Module):
    """Phonemes (B, P) or their shares (B, P, K) to channels (B, P, width)."""

    def __init__(self, inventory: Inventory, *, width: int, dilations: Iterable[int]) -> None:
        super().__init__()
        attributes = torch.from_numpy(inventory.attributes())
        self.register_buffer("attributes", attributes, persistent=False)
        self.embedding = nn.Embedding(len(attributes), width)
        self.common = nn.Linear(attributes.shape[1], width)
        self.blocks = blocks_of(width, dilations)

    def forward(self, phones: Tensor, real: Tensor) -> Tensor:
        attributes: Tensor = self.attributes  # type: ignore[assignment]
        table = self.embedding.weight + self.common(attributes)
        entered = phones @ table if phones.is_floating_point() else table[phones]
        return through(self.blocks, entered, real)


def blocks_of(width: int, dilations: Iterable[int]) -> nn.ModuleList:
    """Residual blocks, each adding little at first."""
    chosen = tuple(dilations)
    return nn.ModuleList([Block(width, dilation=d, scale=1.0 / len(chosen)) for d in chosen])


def through(blocks: nn.ModuleList, x: Tensor, real: Tensor) -> Tensor:
    """x (B, L, C) through blocks; what is not real (B, L) stays zero, as beyond the ends."""
    mask = real[..., None].to(x.dtype)
    for block in blocks:
        x = block(x * mask)
    return x * mask


class AcousticNetwork(nn.Module):
    """Sentences and the frames wanted of them to log-mels, float32, 16 kHz, hop 160.

    ``in_half`` runs it in bfloat16, for training.
    """

    architecture = "acoustic"

    def __init__(self, config: NetworkConfig, inventory: Inventory) -> None:
        super().__init__()
        self.config, self.inventory = config, inventory
        self.in_half = False
        width, n_mels = config.width, config.front_end.n_mels
        self.encoder = PhonemeEncoder(inventory, width=width, dilations=(1,) * config.encoder_depth)
        n_prosody = config.latent if config.variant == AGG_VAE else len(FEATURES)
        self.prosody = nn.Sequential(
            nn.Linear(n_prosody, width), nn.GELU(), nn.Linear(width, width)
        )
        self.joint = blocks_of(width, (1,) * config.joint_depth)
        self.dropout = nn.Dropout(config.dropout)
        self.decoder = Decoder(config)
        self.detail = Detail(config)
        self.bottleneck = Bottleneck(config) if config.variant == AGG_VAE else None
        self.predictor = self._predictor() if config.variant in PREDICTING else None
        self.n_mels = n_mels

    def _predictor(self) -> Predictor:
        config = self.config
        dilations = [(1, 2, 4)[k % 3] for k in range(config.source_depth)]
        encoder = PhonemeEncoder(self.inventory, width=config.source_width, dilations=dilations)
        n_reference = config.front_end.n_mels + 3 if config.variant == SEC_ATT else 0
        return Predictor(encoder, width=config.source_width, n_reference=n_reference)

    def forward(self, sentences: Sentences, stretch: Stretch) -> Rendered:
        """Mels of the frames, at the sentences' features (``agg_vae``: the bottleneck's mean)."""
        prosody = sentences.features
        if self.bottleneck is not None:
            prosody = self.bottleneck.encode(prosody).mean
        return self.render(sentences, prosody, stretch)

    def render(self, sentences: Sentences, prosody: Tensor, stretch: Stretch) -> Rendered:
        """Mels of the frames at a prosody (B, P, F), or (B, P, latent) for ``agg_vae``."""
        with torch.autocast(prosody.device.type, torch.bfloat16, enabled=self.in_half):
            heard = self.encoder(sentences.phones, sentences.real)
            joined = through(self.joint, heard + self.prosody(prosody), sentences.real)
            joined = self.dropout(joined)
            chosen = stretch.phoneme[..., None].expand(-1, -1, joined.shape[-1])
            frames = torch.gather(joined, 1, chosen)
            mean, features = self.decoder(frames, stretch)
            rests = self.detail(features, mean, stretch)
        return Rendered(unnormalized_mel(mean), unnormalized_mel(mean[:, None] + rests))


def normalized_mel(mels: Tensor) -> Tensor:
    """Log-mels as networks see them, about zero and of unit spread."""
    return (mels - MEL_CENTER) / MEL_SPREAD


def unnormalized_mel(values: Tensor) -> Tensor:
    """Log-mels of what networks say."""
    return values * MEL_SPREAD + MEL_CENTER


class Decoder(nn.Module):
    """Frames (B, T, width) of the encoder to a mean mel, normalized, and the last features."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width, n_mels = config.width, config.front_end.n_mels
        self.enter = nn.Linear(width + len(CONTROLS) + n_mels, width)
        self.norm = nn.LayerNorm(width)
        self.blocks = blocks_of(width, (1,) * config.decoder_depth)
        self.leave = nn.Linear(width, 2 * n_mels)
        nn.init.constant_(self.leave.bias[n_mels:], -1.0)

    def forward(self, frames: Tensor, stretch: Stretch) -> tuple[Tensor, Tensor]:
        comb = normalized_mel(stretch.comb) - SOURCE_OFFSET
        entered = self.enter(torch.cat([frames, stretch.controls, comb], dim=-1))
        features = FEATURE_SCALE * through(self.blocks, self.norm(entered), stretch.real)
        envelope, share = self.leave(features).float().chunk(2, dim=-1)
        return envelope + torch.sigmoid(share) * comb, features


class Detail(nn.Module):
    """What is random in a mel, normalized (B, S, T, M), made of noise (B, S, T, Z)."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width, n_mels = config.detail_width, config.front_end.n_mels
        self.enter = nn.Linear(config.width + n_mels, width)
        self.spread = nn.Linear(config.noise, width)
        self.norm = nn.LayerNorm(width)
        self.blocks = blocks_of(width, (1,) * config.detail_depth)
        self.leave = nn.Linear(width, n_mels)

    def forward(self, features: Tensor, mean: Tensor, stretch: Stretch) -> Tensor:
        n_renderings = stretch.noise.shape[1]
        known = self.enter(torch.cat([features, mean.to(features.dtype)], dim=-1))
        entered = (known[:, None] + self.spread(stretch.noise)).flatten(0, 1)
        real = stretch.real.repeat_interleave(n_renderings, dim=0)
        made = FEATURE_SCALE * through(self.blocks, self.norm(entered), real)
        rests: Tensor = self.leave(made).float()
        return rests.unflatten(0, (-1, n_renderings))


def n_parameters(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(one.numel() for one in network.parameters())

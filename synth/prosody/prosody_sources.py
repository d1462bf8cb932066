"""Where a variant's prosody comes from when it is not simply measured.

Axes: B batch, P phonemes, F features, R frames of a reference, Z latent channels.
``Bottleneck``: a variational autoencoder of a phoneme's features (Kingma and Welling 2014), as
*Agg_VAE* of Klimkov et al. 2019. ``Predictor``: features from the text, and with a reference
from secondary attention over its frames (Lee and Kim 2019, variable-length prosody embedding;
Klimkov et al.'s *Sec_Att*), which finds by itself where each phoneme was said.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synth.vocoder.trunk import Block

from .config import NetworkConfig
from .features import FEATURES

HIDDEN = 64
LEAST_LOG_VARIANCE, HIGHEST_LOG_VARIANCE = -12.0, 2.0
STRIDE = 2  # a reference is attended to every so many frames
PLACE_WAVES = 8
DIAGONAL = 0.1  # of the sentence: how far from the even pace attention looks at first
VOICING = FEATURES.index("voicing")


@dataclass(frozen=True)
class Posterior:
    """Mean and log variance (B, P, Z) of what a phoneme's features are encoded as."""

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None) -> Tensor:
        """One draw (B, P, Z)."""
        noise = torch.randn(self.mean.shape, generator=generator).to(self.mean.device)
        return self.mean + noise * (0.5 * self.log_variance).exp()

    @property
    def divergence(self) -> Tensor:
        """From a standard normal distribution, in nats (B, P)."""
        variance = self.log_variance.exp()
        return 0.5 * (self.mean.square() + variance - 1.0 - self.log_variance).sum(-1)


class Bottleneck(nn.Module):
    """Features (B, P, F) through a latent (B, P, Z) and back."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        n = len(FEATURES)
        self.encoder = nn.Sequential(
            nn.Linear(n, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 2 * config.latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(config.latent, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, n)
        )

    def encode(self, features: Tensor) -> Posterior:
        """What the features are encoded as."""
        mean, log_variance = self.encoder(features).chunk(2, dim=-1)
        return Posterior(mean, log_variance.clamp(LEAST_LOG_VARIANCE, HIGHEST_LOG_VARIANCE))

    def decode(self, latent: Tensor) -> Tensor:
        """The features (B, P, F) that a latent (B, P, Z) stands for."""
        features: Tensor = self.decoder(latent)
        return features


class Predictor(nn.Module):
    """Phonemes to features (B, P, F); with ``n_reference`` channels, of a reference's frames too.

    ``encoder`` maps phones (B, P) and which are real (B, P) to channels (B, P, width).
    """

    def __init__(
        self, encoder: Callable[[Tensor, Tensor], Tensor], *, width: int, n_reference: int
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.place = nn.Linear(2 * PLACE_WAVES, width)
        self.attention = Attention(width, n_reference) if n_reference else None
        self.after = nn.ModuleList([Block(width, dilation=d, scale=0.5) for d in (1, 2)])
        self.leave = nn.Linear(width, len(FEATURES))

    def forward(
        self,
        phones: Tensor,
        real: Tensor,
        reference: Tensor | None = None,
        reference_real: Tensor | None = None,
    ) -> Tensor:
        """Normalized features.

        Raises:
            ValueError: without the reference that the attention needs.
        """
        heard = self.encoder(phones, real) + self.place(place_waves(real))
        if self.attention is not None:
            if reference is None or reference_real is None:
                raise ValueError("This network attends to a reference; give one.")
            heard = heard + self.attention(heard, real, reference, reference_real)
        for block in self.after:
            heard = block(heard * real[..., None])
        values: Tensor = self.leave(heard).float()
        shares = torch.sigmoid(values[..., VOICING : VOICING + 1])
        return torch.cat([values[..., :VOICING], shares, values[..., VOICING + 1 :]], dim=-1)


class Attention(nn.Module):
    """What a reference (B, R, n) says about each phoneme (B, P, width).

    Keys see mel and contours, the values contours alone (their last three channels), so that
    the reference's voice is not what is passed on. A penalty on the distance from an even pace
    stands in for the order that attention does not know.
    """

    def __init__(self, width: int, n_reference: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(n_reference, width, 5, stride=STRIDE, padding=2)
        self.blocks = nn.ModuleList([Block(width, dilation=d, scale=0.5) for d in (1, 2)])
        self.value = nn.Conv1d(3, width, 5, stride=STRIDE, padding=2)
        self.query, self.key = nn.Linear(width, HIDDEN), nn.Linear(width, HIDDEN)
        self.leave = nn.Linear(width, width)
        self.log_reach = nn.Parameter(torch.tensor(math.log(DIAGONAL)))

    def forward(
        self, queries: Tensor, real: Tensor, reference: Tensor, reference_real: Tensor
    ) -> Tensor:
        found = self.weights(queries, real, reference, reference_real)
        values = self.value(reference[..., -3:].transpose(1, 2)).transpose(1, 2)
        passed: Tensor = self.leave(found.to(values.dtype) @ values)
        return passed

    def weights(
        self, queries: Tensor, real: Tensor, reference: Tensor, reference_real: Tensor
    ) -> Tensor:
        """How much of each of the reference's steps (B, P, R / 2) a phoneme looks at."""
        heard = reference_real[:, ::STRIDE]
        keys = self.enter((reference * reference_real[..., None]).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            keys = block(keys * heard[..., None])
        scores = self.query(queries) @ self.key(keys).transpose(1, 2) / math.sqrt(HIDDEN)
        apart = even_places(real)[:, :, None] - even_places(heard)[:, None, :]
        scores = scores.float() - 0.5 * (apart / self.log_reach.exp()).square()
        return torch.softmax(scores.masked_fill(heard[:, None] == 0, -1e4), dim=-1)


def even_places(real: Tensor) -> Tensor:
    """Where each of what is real (B, L) lies between start and end, 0 to 1."""
    counted = torch.cumsum(real, dim=1)
    return (counted - 0.5) / real.sum(dim=1, keepdim=True).clamp(min=1.0)


def place_waves(real: Tensor) -> Tensor:
    """Sines and cosines (B, L, 2 * PLACE_WAVES) of where in its sentence each phoneme is."""
    waves = torch.arange(1, PLACE_WAVES + 1, device=real.device)
    angles = math.pi * even_places(real)[..., None] * waves
    return torch.cat([angles.sin(), angles.cos()], dim=-1)

"""The vocoder network: reads the pitch off a mel and shapes pulses and noise into speech.

Axes: B batch, T frames, M mel bands, K frequency bins, N samples.
A source-filter network in the spirit of neural source-filter vocoders (Wang, Takaki and
Yamagishi 2019) and HiFTNet (Li et al. 2023), at frame rate with an inverse transform as Vocos
(Siuzdak 2023): a trunk sees the mels of the input and of the pulses and predicts a
complex filter for the pulses and a real one for the noise, in every bin. Their sum is
scaled to the input's mel, transformed to a signal, and a fixed number of times transformed
back and scaled again, which mends where neighboring frames disagree. No speaker input, no
randomness: the noise is always the same. With a zero last layer it is the untrained control.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synth.audio.mel import FrontEnd, istft, magnitude_of, mel_bank, mel_of_magnitude, stft

from .config import NetworkConfig
from .pitch import PitchReader, read_pitch
from .source import (
    Sources,
    Voice,
    frequency_of_samples,
    gate,
    noise_at,
    phase_of_samples,
    pulse_train,
)
from .trunk import Trunk

MEL_CENTER, MEL_SPREAD = -4.0, 2.5  # of speech, in log-mel
SOURCE_OFFSET = 2.0  # of the pulses' log-mels, normalized alike
SOURCE_LEVEL = 2.7  # log magnitude of a source's bin, about
LOUDEST = 6.0  # log of the strongest filter
FLOOR = 1e-5
STEP_LIMITS = (0.05, 20.0)  # of one matching update


@dataclass(frozen=True)
class Place:
    """Where a stretch of a signal lies in the whole: its first frame, and one known phase.

    ``known_frame`` counts from the stretch's own first frame; phases are in cycles.
    """

    start_frame: int = 0
    known_frame: int = 0
    known_phase: float = 0.0


@dataclass(frozen=True)
class Filters:
    """Spectra of the filtered pulses and gains for the noise (B, T, K); features (B, T, C)."""

    voiced: Tensor
    noise_gain: Tensor
    features: Tensor


@dataclass(frozen=True)
class Shaped:
    """The signals (B, N), those before the passes, and the trunk's features (B, T, C)."""

    signals: Tensor
    first: Tensor
    features: Tensor


class VocoderNetwork(nn.Module):
    """Log-mels (B, T, M) to signals (B, (T - 1) * hop), float32."""

    architecture = "source_filter"

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        mel = config.mel
        self.pitch = PitchReader(mel.n_mels, width=config.pitch_width, depth=config.pitch_depth)
        self.trunk = Trunk(
            2 * mel.n_mels, 4 * mel.n_bins, width=config.width, dilations=(1,) * config.depth
        )
        nn.init.zeros_(self.trunk.leave.weight)
        nn.init.zeros_(self.trunk.leave.bias)
        with torch.no_grad():
            self.trunk.leave.bias[mel.n_bins : 2 * mel.n_bins] = 1.0  # real part of the filter
        self.matcher = MelMatcher(mel)

    @property
    def reach_frames(self) -> int:
        """How many frames to either side an output frame depends on, phase apart."""
        return self.pitch.reach_frames + self.shape_reach

    @property
    def shape_reach(self) -> int:
        """The same of ``shape``, where the voice is known."""
        frames_per_transform = 4  # a window spans four hops, and so does its inverse
        return self.trunk.reach_frames + frames_per_transform * (self.config.passes + 2)

    def train_in_half(self) -> None:
        """Run both trunks in bfloat16 from here on."""
        self.trunk.in_half = self.pitch.trunk.in_half = True

    def forward(self, log_mels: Tensor) -> Tensor:
        return self.shape(log_mels, self.sources(self.voice(log_mels), Place())).signals

    def voice(self, log_mels: Tensor) -> Voice:
        """Fundamental frequency and gate of every sample, as read off the mel."""
        pitch, hop = read_pitch(*self.pitch(normalized(log_mels))), self.config.mel.hop
        return Voice(frequency_of_samples(pitch.frequency, hop), gate(pitch.voicing, hop))

    def sources(self, voice: Voice, place: Place) -> Sources:
        """The sources of signals (B, N) with this voice, at their place in the whole."""
        mel = self.config.mel
        pulses = pulse_train(self.phase(voice.frequency, place), voice.frequency, mel.rate_hz)
        noise = noise_at(place.start_frame * mel.hop, pulses.shape[1]).to(pulses.device)
        return Sources(pulses * voice.gate, noise.expand_as(pulses))

    def phase(self, frequency: Tensor, place: Place) -> Tensor:
        """Phases (B, N) in cycles, float64, that pass through what is known at the place."""
        phase = phase_of_samples(frequency, self.config.mel.rate_hz)
        known = place.known_frame * self.config.mel.hop
        return phase - phase[:, known : known + 1] + place.known_phase

    def shape(self, log_mels: Tensor, sources: Sources) -> Shaped:
        """The sources shaped to the mels."""
        return self.synthesize(self.filters(log_mels, sources.pulses), log_mels, sources)

    def filters(self, log_mels: Tensor, pulses: Tensor) -> Filters:
        """How pulses and noise are to be filtered, by the trunk that sees both mels."""
        spectra = stft(pulses, front_end=self.config.mel)
        heard = mel_of_magnitude(magnitude_of(spectra), front_end=self.config.mel)
        seen = [normalized(log_mels), normalized(heard) - SOURCE_OFFSET]
        values, features = self.trunk(torch.cat(seen, dim=-1))
        gain, real, imaginary, noise_gain = values.chunk(4, dim=-1)
        start = self.matcher.spread(log_mels.exp()).clamp(min=FLOOR).log()
        start = start - SOURCE_LEVEL
        strength = (start + gain).clamp(max=LOUDEST).exp()
        voiced = torch.complex(strength * real, strength * imaginary)
        return Filters(voiced * spectra, (start + noise_gain).clamp(max=LOUDEST).exp(), features)

    def synthesize(
        self, filters: Filters, log_mels: Tensor, sources: Sources, *, passes: int | None = None
    ) -> Shaped:
        """Signals whose mel is the one wanted, of filtered pulses and noise.

        ``passes`` in place of the configured ones, for training.
        """
        mel, n_samples = self.config.mel, sources.pulses.shape[1]
        wanted, momentum = log_mels.exp(), self.config.momentum
        mixed = filters.voiced + stft(sources.noise, front_end=mel) * filters.noise_gain
        matched = self.matcher(mixed, wanted, updates=self.config.matches)
        first = signals = before = istft(matched, n_samples, front_end=mel)
        for _ in range(self.config.passes if passes is None else passes):
            ahead = stft(torch.lerp(before, signals, 1.0 + momentum), front_end=mel)
            before = signals
            signals = istft(self.matcher(ahead, wanted, updates=1), n_samples, front_end=mel)
        return Shaped(signals, first, filters.features)


class MelMatcher(nn.Module):
    """Scales spectra, smoothly over bins, until their mel is the one wanted.

    Multiplicative updates for the Kullback-Leibler divergence (Lee and Seung 2001) from the
    spectrum itself, so that the fine structure stays and only band energies change.
    """

    def __init__(self, front_end: FrontEnd) -> None:
        super().__init__()
        bank = mel_bank(front_end=front_end)
        back = bank / bank.sum(0, keepdim=True).clamp(min=1e-6)
        self.bank: Tensor
        self.back: Tensor
        self.register_buffer("bank", bank.T.contiguous(), persistent=False)
        self.register_buffer("back", back, persistent=False)

    def forward(self, spectra: Tensor, wanted: Tensor, *, updates: int) -> Tensor:
        """Spectra (B, T, K) scaled towards the mel ``wanted`` (B, T, M)."""
        return spectra * self.scale(magnitude_of(spectra) + FLOOR, wanted, updates=updates)

    def scale(self, magnitude: Tensor, wanted: Tensor, *, updates: int) -> Tensor:
        """Factors (B, T, K) that bring magnitudes, more than zero, towards the mel ``wanted``."""
        factors = self._update(magnitude, wanted)
        for _ in range(updates - 1):
            factors = factors * self._update(magnitude * factors, wanted)
        return factors

    def _update(self, magnitude: Tensor, wanted: Tensor) -> Tensor:
        excess = wanted / (torch.matmul(magnitude, self.bank) + FLOOR / 10)
        return torch.matmul(excess.clamp(*STEP_LIMITS), self.back)

    def spread(self, mels: Tensor) -> Tensor:
        """Magnitudes (B, T, K) of mels (B, T, M), each band's spread evenly over its bins."""
        return torch.matmul(mels / self.bank.sum(0), self.back)


def normalized(log_mels: Tensor) -> Tensor:
    """Log-mels at about zero mean and unit spread."""
    return (log_mels - MEL_CENTER) / MEL_SPREAD


def n_parameters(module: nn.Module) -> int:
    """Number of trained values of a module."""
    return sum(parameter.numel() for parameter in module.parameters())

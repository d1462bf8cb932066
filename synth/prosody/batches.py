"""Training batches of a prepared voice: whole sentences, and a stretch of frames of each.

Axes: B batch, P phonemes, T frames, M mel bands. A batch follows from seed and step alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import LOG_FLOOR

from ..datasets.voices import TRAIN
from .config import SEC_ATT, NetworkConfig, TrainingConfig
from .network import Sentences, Stretch, normalized_mel
from .prepared_voice import PreparedVoice

N_RENDERINGS = 2  # of each stretch in training, with different noise
SILENCE = float(np.log(LOG_FLOOR))
# Keep these draws apart from any other use of the seed.
BATCH_STREAM, NOISE_STREAM = 1, 2


@dataclass(frozen=True)
class Batch:
    """Sentences, frames of them, and the recorded log-mel (B, T, M) of these frames.

    durations: (B, P) int64, 0 where there is no phoneme; starts: (B,) each stretch's first frame.
    """

    sentences: Sentences
    stretch: Stretch
    mels: Tensor
    durations: Tensor
    starts: Tensor

    def to(self, device: str) -> Batch:
        """The same batch on a device; durations and starts stay where they are."""
        return Batch(
            self.sentences.to(device),
            self.stretch.to(device),
            self.mels.to(device),
            self.durations,
            self.starts,
        )


@dataclass(frozen=True)
class Places:
    """Where stretches (B,) lie: recordings of a prepared voice, first frames, frames each."""

    recordings: Sequence[int]
    starts: Sequence[int]
    length: int


def draw_batch(
    voice: PreparedVoice, network: NetworkConfig, config: TrainingConfig, *, step: int
) -> Batch:
    """The batch of one step: recordings by their length, speeds as configured."""
    rng = np.random.default_rng((config.seed, BATCH_STREAM, step))
    members = voice.chosen(TRAIN)
    chosen = rng.choice(members, size=config.batch, p=chances(voice, members, config))
    spare = np.maximum(voice.n_frames[chosen] - config.crop_frames, 0)
    starts = rng.integers(0, spare + 1)
    noise = torch.Generator().manual_seed(noise_seed(config.seed, step))
    places = Places(chosen.tolist(), starts.tolist(), config.crop_frames)
    return batch_at(voice, network, places, noise)


def noise_seed(seed: int, step: int) -> int:
    """The seed of a step's noise."""
    return int(np.random.SeedSequence((seed, NOISE_STREAM, step)).generate_state(1)[0])


def chances(
    voice: PreparedVoice, members: Sequence[int], config: TrainingConfig
) -> NDArray[np.float64]:
    """How likely each recording is drawn: by its frames, within its speed's share."""
    frames = voice.n_frames[members].astype(np.float64)
    is_own = np.array([voice.speeds[place] == 1.0 for place in members])
    if is_own.all():
        return frames / frames.sum()
    own = np.where(is_own, frames, 0.0) / frames[is_own].sum()
    other = np.where(is_own, 0.0, frames) / frames[~is_own].sum()
    return (1.0 - config.other_speed_share) * own + config.other_speed_share * other


def batch_at(
    voice: PreparedVoice,
    network: NetworkConfig,
    places: Places,
    noise: torch.Generator,
    *,
    n_renderings: int = N_RENDERINGS,
) -> Batch:
    """The stretches at these places; a shorter recording is followed by what is not real."""
    recordings, length = places.recordings, places.length
    phonemes = [voice.phonemes_at(index) for index in recordings]
    frames = [_frames_at(voice, places, k) for k in range(len(recordings))]
    durations = [voice.durations[at].astype(np.int64) for at in phonemes]
    owners = [
        np.repeat(np.arange(len(own)), own)[start : start + length]
        for own, start in zip(durations, places.starts, strict=True)
    ]
    shape = (len(recordings), n_renderings, length, network.noise)
    return Batch(
        sentences=_sentences(voice, network, recordings),
        stretch=Stretch(
            phoneme=padded(owners, length),
            real=padded([np.ones(len(own), np.float32) for own in owners], length),
            controls=padded([_floats(voice.controls[at]) for at in frames], length),
            comb=padded([_floats(voice.comb[at]) for at in frames], length),
            noise=torch.randn(shape, generator=noise),
        ),
        mels=padded([_floats(voice.mels[at]) for at in frames], length, fill=SILENCE),
        durations=padded(durations),
        starts=torch.tensor(places.starts),
    )


def _frames_at(voice: PreparedVoice, places: Places, k: int) -> slice:
    whole = voice.frames_at(places.recordings[k])
    start = whole.start + places.starts[k]
    return slice(start, min(start + places.length, whole.stop))


def _sentences(
    voice: PreparedVoice, network: NetworkConfig, recordings: Sequence[int]
) -> Sentences:
    at = [voice.phonemes_at(index) for index in recordings]
    features = [voice.features[one] for one in at]
    reference, reference_real = None, None
    if network.variant == SEC_ATT:
        heard = [reference_of(voice, index) for index in recordings]
        reference = padded(heard)
        reference_real = padded([np.ones(len(one), np.float32) for one in heard])
    return Sentences(
        phones=padded([voice.phones[one] for one in at]),
        real=padded([np.ones(len(one), np.float32) for one in features]),
        features=padded(features),
        reference=reference,
        reference_real=reference_real,
    )


def reference_of(voice: PreparedVoice, index: int) -> NDArray[np.float32]:
    """What attention is told of a recording that is its own reference (R, M + 3)."""
    at = voice.frames_at(index)
    return reference_frames(_floats(voice.mels[at]), np.asarray(voice.contours[at]))


def reference_frames(
    mels: NDArray[np.float32], contours: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A reference's log-mel (R, M), without its own mean, and its normalized contours (R, 3)."""
    heard = normalized_mel(torch.from_numpy(mels)).numpy()
    return np.concatenate([heard - heard.mean(axis=0), contours], axis=1).astype(np.float32)


def padded(rows: Sequence[NDArray], length: int | None = None, *, fill: float = 0.0) -> Tensor:
    """Rows (L, ...) of different lengths as one tensor (B, length or the longest, ...)."""
    length = length or max(len(row) for row in rows)
    shape = (len(rows), length, *rows[0].shape[1:])
    table = np.full(shape, fill, dtype=rows[0].dtype)
    for place, row in zip(table, rows, strict=True):
        place[: len(row)] = row
    return torch.from_numpy(table)


def _floats(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)

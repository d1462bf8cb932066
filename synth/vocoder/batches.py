"""Training crops drawn from a prepared corpus, balanced over speakers.

Axes: B batch, N samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import HOP, RATE_HZ
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.splits import TRAIN

from .config import TrainingConfig

CROP_TRIES = 4
QUIET_SHARE = 0.05  # of the utterance's peak: below it a crop counts as silent
PEAK = 0.95
BATCH_STREAM = 1  # keeps these draws apart from any other use of the seed


@dataclass(frozen=True)
class TrainingSet:
    """The utterances trained on and how likely each speaker and utterance is drawn."""

    corpus: PreparedCorpus
    speakers: tuple[str, ...]
    speaker_weights: NDArray[np.float64]
    members: dict[str, NDArray[np.int64]]
    member_weights: dict[str, NDArray[np.float64]]

    @property
    def indices(self) -> list[int]:
        """Positions in the corpus of every utterance trained on."""
        return sorted(int(i) for members in self.members.values() for i in members)


def training_set(corpus: PreparedCorpus, config: TrainingConfig) -> TrainingSet:
    """The training split of the configured speakers, weighted by the root of their minutes.

    Raises:
        ValueError: if nothing is left to train on.
    """
    members: dict[str, list[int]] = {}
    for index in corpus.indices(TRAIN):
        speaker = corpus.utterances[index].speaker
        if not config.speakers or speaker in config.speakers:
            members.setdefault(speaker, []).append(index)
    if not members:
        raise ValueError(f"No training utterances of speakers {config.speakers or 'any'}.")
    speakers = tuple(sorted(members))
    durations = {
        s: np.array([corpus.utterances[i].duration_s for i in members[s]]) for s in speakers
    }
    minutes = np.array([durations[s].sum() / 60 for s in speakers])
    weights = np.sqrt(np.minimum(minutes, config.speaker_cap_minutes))
    return TrainingSet(
        corpus=corpus,
        speakers=speakers,
        speaker_weights=weights / weights.sum(),
        members={s: np.array(members[s]) for s in speakers},
        member_weights={s: durations[s] / durations[s].sum() for s in speakers},
    )


def crop(samples: NDArray[np.int16], length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """``length`` samples in -1..1 from a random place that is not silent, zero-padded."""
    loud = np.abs(samples.astype(np.float64)) / 32768.0
    n_starts = max(1, len(samples) - length + 1)
    for _ in range(CROP_TRIES):
        start = int(rng.integers(n_starts))
        piece = samples[start : start + length] / 32768.0
        if np.abs(piece).max() > QUIET_SHARE * loud.max():
            break
    return np.pad(piece, (0, length - len(piece)))


def at_other_speed(
    samples: NDArray[np.int16], config: TrainingConfig, rng: np.random.Generator
) -> NDArray[np.int16]:
    """The utterance (a stretch of it) played faster or slower: other pitch, other formants."""
    if rng.random() >= config.speed_share:
        return samples
    needed = int(config.crop_frames * HOP * config.speed_range) + 1
    start = int(rng.integers(max(1, len(samples) - needed + 1)))
    speed = config.speed_range ** rng.uniform(-1.0, 1.0)
    stretch = samples[start : start + needed]
    return np.asarray(soxr.resample(stretch, RATE_HZ * speed, RATE_HZ), dtype=np.int16)


def draw_crop(
    training: TrainingSet, config: TrainingConfig, rng: np.random.Generator
) -> NDArray[np.float32]:
    """One crop of (crop_frames - 1) * HOP samples at a random level."""
    speaker = training.speakers[rng.choice(len(training.speakers), p=training.speaker_weights)]
    members = training.members[speaker]
    index = members[rng.choice(len(members), p=training.member_weights[speaker])]
    samples = at_other_speed(training.corpus.samples_of(int(index)), config, rng)
    piece = crop(samples, (config.crop_frames - 1) * HOP, rng)
    gain_db = -rng.uniform(0.0, config.gain_range_db)
    peak = max(float(np.abs(samples.astype(np.int32)).max()) / 32768.0, 1e-3)
    scaled: NDArray[np.float32] = (piece * (PEAK / peak * 10.0 ** (gain_db / 20.0))).astype(
        np.float32
    )
    return scaled


def draw_batch(training: TrainingSet, config: TrainingConfig, *, step: int) -> Tensor:
    """Signals (B, N) of one step; the same step always draws the same batch."""
    rng = np.random.default_rng([config.seed, BATCH_STREAM, step])
    crops = [draw_crop(training, config, rng) for _ in range(config.batch)]
    return torch.from_numpy(np.stack(crops))

"""Training crops drawn from a prepared corpus, balanced over speakers.

Axes: B batch, N samples.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.audio.mel import NARROW, RATE_HZ, FrontEnd
from synth.datasets.licences import tiers_within
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import Utterance
from synth.datasets.splits import TRAIN
from synth.datasets.tracks import SILENT_HZ, Track, Tracks, grid_of

from .config import TrainingConfig

LOW_HZ, HIGH_HZ = 45.0, 1000.0  # of the frequency a crop is given
CROP_TRIES = 4
QUIET_SHARE = 0.05  # of the utterance's peak: below it a crop counts as silent
PEAK = 0.95
# Keep these draws apart from any other use of the seed.
BATCH_STREAM, DEGRADE_STREAM, CHOICE_STREAM = 1, 2, 3
NOISE_RATIOS_DB = (5.0, 35.0)
HIGH_EDGES_HZ = (3_400.0, 7_000.0)  # at 16 kHz; the upper one grows with the rate
LOW_EDGES_HZ = (1.0, 300.0)
ANY = "any"  # licence tier


@dataclass(frozen=True)
class TrainingSet:
    """The utterances trained on and how likely each speaker and utterance is drawn."""

    corpus: PreparedCorpus
    tracks: Tracks | None  # None: crops are drawn without their pitch
    speakers: tuple[str, ...]
    speaker_weights: NDArray[np.float64]
    members: dict[str, NDArray[np.int64]]
    member_weights: dict[str, NDArray[np.float64]]
    front_end: FrontEnd = NARROW  # of the network that learns: rate and hop of its crops

    @property
    def indices(self) -> list[int]:
        """Positions in the corpus of every utterance trained on."""
        return sorted(int(i) for members in self.members.values() for i in members)


@dataclass(frozen=True)
class Crop:
    """A stretch of an utterance: its samples (N,) and where and how fast they were taken.

    ``start`` in samples of the utterance, ``speed`` how many of those a sample advances.
    """

    index: int
    samples: NDArray[np.float64]
    start: int
    speed: float
    gain: float


@dataclass(frozen=True)
class VoicedBatch:
    """Signals with their pitch.

    Attributes:
        signals: (B, N), both what is heard and what is to be reached.
        phase: (B, N) float64, cycles of the fundamental.
        frequency: (B, N) Hz.
        voicing: (B, T) 0..1.
        noise: (B, 2, N) white, unit power: one for each of two renderings.
    """

    signals: Tensor
    phase: Tensor
    frequency: Tensor
    voicing: Tensor
    noise: Tensor

    def to(self, device: str) -> VoicedBatch:
        """The same batch on a device."""
        values = {field.name: getattr(self, field.name).to(device) for field in fields(self)}
        return VoicedBatch(**values)


def training_set(
    corpus: PreparedCorpus,
    config: TrainingConfig,
    tracks: Tracks | None = None,
    *,
    front_end: FrontEnd = NARROW,
) -> TrainingSet:
    """The training split of the configured speakers, weighted by the root of their minutes.

    Raises:
        ValueError: if nothing is left to train on, or the front end has another rate than the
            corpus.
    """
    check_rate(corpus, front_end)
    members: dict[str, list[int]] = {}
    for index in corpus.indices(TRAIN):
        utterance = corpus.utterances[index]
        if _is_wanted(utterance, config):
            members.setdefault(utterance.speaker, []).append(index)
    if config.minutes is not None:
        members = _within(config.minutes, members, corpus, config.seed)
    absent = sorted(set(config.speakers) - set(members))
    if absent or not members:
        raise ValueError(
            f"No training utterances of {', '.join(absent) or 'anybody'} under the licence tier "
            f"{config.licence!r}; overdriven recordings do not count."
        )
    speakers = tuple(sorted(members))
    durations = {
        s: np.array([corpus.utterances[i].duration_s for i in members[s]]) for s in speakers
    }
    minutes = np.array([durations[s].sum() / 60 for s in speakers])
    weights = np.sqrt(np.minimum(minutes, config.speaker_cap_minutes))
    return TrainingSet(
        corpus=corpus,
        tracks=tracks,
        speakers=speakers,
        speaker_weights=weights / weights.sum(),
        members={s: np.array(members[s]) for s in speakers},
        member_weights={s: durations[s] / durations[s].sum() for s in speakers},
        front_end=front_end,
    )


def check_rate(corpus: PreparedCorpus, front_end: FrontEnd) -> None:
    """Refuse a corpus that was prepared at another rate than the front end's."""
    if corpus.rate_hz != front_end.rate_hz:
        raise ValueError(
            f"The network works at {front_end.rate_hz} Hz but the corpus is prepared at "
            f"{corpus.rate_hz} Hz; prepare one with scripts/fetch_corpora.py --rate "
            f"{front_end.rate_hz}, or train a preset of {corpus.rate_hz} Hz."
        )


def _is_wanted(utterance: Utterance, config: TrainingConfig) -> bool:
    is_chosen = not config.speakers or utterance.speaker in config.speakers
    is_free = config.licence == ANY or utterance.licence_tier in tiers_within(config.licence)
    is_kept = is_chosen and utterance.speaker not in config.without
    return is_kept and is_free and not utterance.is_overdriven


def _within(
    minutes: float, members: dict[str, list[int]], corpus: PreparedCorpus, seed: int
) -> dict[str, list[int]]:
    """So many minutes in all, as evenly over the speakers as what they have allows.

    Raises:
        ValueError: if they have less.
    """
    durations = {s: [corpus.utterances[i].duration_s for i in m] for s, m in members.items()}
    totals = {speaker: sum(values) for speaker, values in durations.items()}
    if sum(totals.values()) < 60 * minutes:
        raise ValueError(
            f"{minutes:g} minutes were asked for but these speakers have "
            f"{sum(totals.values()) / 60:.1f}; ask for less or name more speakers."
        )
    shares, left = {}, 60 * minutes
    for n_left, speaker in zip(
        range(len(totals), 0, -1), sorted(totals, key=lambda s: (totals[s], s)), strict=True
    ):
        shares[speaker] = min(totals[speaker], left / n_left)
        left -= shares[speaker]
    rng = np.random.default_rng([seed, CHOICE_STREAM])
    chosen = {}
    for speaker in sorted(members):
        order = rng.permutation(len(members[speaker]))
        before = np.cumsum([0.0, *(durations[speaker][i] for i in order[:-1])])
        chosen[speaker] = sorted(members[speaker][i] for i in order[before < shares[speaker]])
    return chosen


def draw_crop(training: TrainingSet, config: TrainingConfig, rng: np.random.Generator) -> Crop:
    """One crop of (crop_frames - 1) * hop samples at a random level and, at times, speed."""
    speaker = training.speakers[rng.choice(len(training.speakers), p=training.speaker_weights)]
    members = training.members[speaker]
    index = int(members[rng.choice(len(members), p=training.member_weights[speaker])])
    samples = training.corpus.samples_of(index)
    rate_hz, length = training.front_end.rate_hz, (config.crop_frames - 1) * training.front_end.hop
    is_faster = rng.random() < config.speed_share
    speed = config.speed_range ** rng.uniform(-1.0, 1.0) if is_faster else 1.0
    start = loud_start(samples, int(length * speed) + 2, rng)
    stretch = samples[start : start + int(length * speed) + 2] / 32768.0
    if is_faster:
        stretch = soxr.resample(stretch, rate_hz * speed, rate_hz)
    piece = np.pad(stretch[:length], (0, max(0, length - len(stretch))))
    peak = max(float(np.abs(samples.astype(np.int32)).max()) / 32768.0, 1e-3)
    gain = PEAK / peak * 10.0 ** (-rng.uniform(0.0, config.gain_range_db) / 20.0)
    return Crop(index, piece * gain, start, speed, gain)


def loud_start(samples: NDArray[np.int16], length: int, rng: np.random.Generator) -> int:
    """Where a crop of ``length`` samples begins: a random place that is not silent."""
    loudness = np.abs(samples.astype(np.int32))
    for _ in range(CROP_TRIES):
        start = int(rng.integers(max(1, len(samples) - length + 1)))
        if loudness[start : start + length].max() > QUIET_SHARE * loudness.max():
            break
    return start


def draw_crops(
    training: TrainingSet, config: TrainingConfig, *, step: int, n_crops: int | None = None
) -> list[Crop]:
    """The crops of one step, ``batch`` where not told; the same step always draws the same."""
    rng = np.random.default_rng([config.seed, BATCH_STREAM, step])
    return [draw_crop(training, config, rng) for _ in range(n_crops or config.batch)]


def draw_batch(training: TrainingSet, config: TrainingConfig, *, step: int) -> Tensor:
    """Signals (B, N) of one step."""
    crops = draw_crops(training, config, step=step)
    return torch.from_numpy(np.stack([crop.samples for crop in crops]).astype(np.float32))


def draw_voiced_batch(training: TrainingSet, config: TrainingConfig, *, step: int) -> VoicedBatch:
    """Signals of one step with their pitch, some of them degraded.

    Raises:
        ValueError: if the training set was made without tracks.
    """
    if training.tracks is None:
        raise ValueError("The training set has no pitch tracks; write them first.")
    front_end = training.front_end
    rng = np.random.default_rng([config.seed, DEGRADE_STREAM, step])
    n_crops = config.pitch_batch if config.reads_pitch(step) else config.batch
    crops = draw_crops(training, config, step=step, n_crops=n_crops)
    utterances = training.corpus.utterances
    tracks = [training.tracks.of(utterances[crop.index].sha256) for crop in crops]
    signals = np.stack(
        [
            track.polarity * degraded(crop.samples, config, rng, rate_hz=front_end.rate_hz)
            for crop, track in zip(crops, tracks, strict=True)
        ]
    )
    pitches = [
        pitch_of(crop, track, front_end=front_end)
        for crop, track in zip(crops, tracks, strict=True)
    ]
    phase, voicing = (np.stack(values) for values in zip(*pitches, strict=True))
    frequency = np.clip(np.gradient(phase, axis=1) * front_end.rate_hz, LOW_HZ, HIGH_HZ)
    n_crops, n_samples = signals.shape
    noise = rng.standard_normal((n_crops, 2, n_samples), dtype=np.float32)
    return VoicedBatch(
        signals=torch.from_numpy(signals.astype(np.float32)),
        phase=torch.from_numpy(phase),
        frequency=torch.from_numpy(frequency.astype(np.float32)),
        voicing=torch.from_numpy(voicing.astype(np.float32)),
        noise=torch.from_numpy(noise),
    )


def pitch_of(
    crop: Crop, track: Track, *, front_end: FrontEnd = NARROW
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Phases (N,) in cycles and voicing (N // hop + 1,) along a crop; past the end, unvoiced."""
    n_samples, hop, grid = len(crop.samples), front_end.hop, grid_of(front_end.rate_hz)
    places = (crop.start + np.arange(n_samples + 1) * crop.speed) / grid
    last = len(track.phase) - 1
    known = np.interp(places, np.arange(last + 1), track.phase.astype(np.float64))
    beyond = np.maximum(0.0, places - last) * (grid * SILENT_HZ / front_end.rate_hz)
    voicing = np.interp(places[::hop], np.arange(last + 1), track.voicing.astype(np.float64))
    return (known + beyond)[:n_samples], voicing * (places[::hop] <= last)


def degraded(
    samples: NDArray[np.float64],
    config: TrainingConfig,
    rng: np.random.Generator,
    *,
    rate_hz: int = RATE_HZ,
) -> NDArray[np.float64]:
    """The crop, at times with narrowed band or stationary noise, as recordings have them."""
    is_narrow, is_noisy = rng.random(2) < (config.band_limit_share, config.noise_share)
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1.0 / rate_hz)
    if is_noisy:
        tilt = np.maximum(frequencies, 50.0) ** -rng.uniform(0.0, 1.0)
        noise = tilt * np.fft.rfft(rng.standard_normal(len(samples)))
        ratio_db = rng.uniform(*NOISE_RATIOS_DB)
        level = np.linalg.norm(spectrum) / np.linalg.norm(noise) * 10.0 ** (-ratio_db / 20.0)
        spectrum = spectrum + level * noise
    if is_narrow:
        least, most = HIGH_EDGES_HZ
        high, low = rng.uniform(least, most * rate_hz / RATE_HZ), rng.choice(LOW_EDGES_HZ)
        spectrum = spectrum * _edge(frequencies / high) * (1.0 - _edge(frequencies / low))
    return np.fft.irfft(spectrum, len(samples)) if is_narrow or is_noisy else samples


def _edge(share: NDArray[np.floating]) -> NDArray[np.float64]:
    """One below the edge frequency, nothing above, with a slope of a sixth around it."""
    return np.asarray(1.0 / (1.0 + np.exp(np.clip((share - 1.0) * 40.0, -50.0, 50.0))))

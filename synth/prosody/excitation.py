"""What the decoder is told per frame: the lines rebuilt from features, and a comb at the pitch.

Axes: P phonemes, T frames of 10 ms, C controls, M mel bands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from synth.audio.mel import HOP, RATE_HZ, log_mel_batch
from synth.vocoder.source import frequency_of_samples, phase_of_samples, pulse_train

from .contours import Contours
from .controls import rebuild
from .features import FEATURES, Prosody
from .segments import Array, Durations
from .speaker_statistics import SpeakerStatistics
from .tracks import HOP_S

CONTROLS = (
    "pitch",
    "voiced",
    "energy",
    "since_start",
    "until_end",
    "place",
    *(f"phoneme_{name}" for name in FEATURES),
)
LOWEST_HZ, HIGHEST_HZ = 50.0, 800.0  # of the comb
LONG = 20.0  # frames from which on the distance to a phoneme's ends hardly grows
FURTHEST = 5.0  # standard deviations from the speaker's mean
Frames = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Excitation:
    """Controls (T, C) in the order of ``CONTROLS``; log-mel (T, M) of pulses at the pitch."""

    controls: Frames
    comb: Frames


def excitation_of(prosody: Prosody, speaker: SpeakerStatistics) -> Excitation:
    """What a prosody in a speaker's units asks for, frame by frame."""
    lines = rebuild(prosody)
    return Excitation(controls_of(lines, prosody, speaker), comb_of(lines.log_f0))


def network_features(prosody: Prosody, speaker: SpeakerStatistics) -> Frames:
    """Normalized features (P, F), outliers held: what networks are told of each phoneme."""
    return np.clip(speaker.normalize(prosody), -FURTHEST, FURTHEST).astype(np.float32)


def prosody_with(features: Frames, durations: Durations, speaker: SpeakerStatistics) -> Prosody:
    """The prosody of normalized features (P, F) whose durations (P,) are these whole frames.

    Shares of voice outside 0..1 and steeper slopes than a voice has are held.
    """
    found = speaker.denormalize(np.clip(features, -FURTHEST, FURTHEST))
    return replace(
        found,
        voicing=np.clip(found.voicing, 0.0, 1.0),
        log_duration=np.log(durations * HOP_S),
    )


def controls_of(lines: Contours, prosody: Prosody, speaker: SpeakerStatistics) -> Frames:
    """Controls (T, C): normalized lines, where in its phoneme a frame lies, the features."""
    durations = prosody.durations
    since, until = places_in(durations)
    columns = [
        (lines.log_f0 - speaker.log_f0.mean) / speaker.log_f0.sd,
        lines.voiced,
        (lines.energy - speaker.energy.mean) / speaker.energy.sd,
        np.tanh(since / LONG),
        np.tanh(until / LONG),
        since / (since + until),
    ]
    features = np.repeat(network_features(prosody, speaker), durations, axis=0)
    held = np.clip(np.stack(columns, axis=1), -FURTHEST, FURTHEST)
    return np.concatenate([held, features], axis=1).astype(np.float32)


def places_in(durations: Durations) -> tuple[Array, Array]:
    """Frames (T,) from the start of the own phoneme and to its end, of the frame's center."""
    starts = np.cumsum(durations) - durations
    since = np.arange(durations.sum()) - np.repeat(starts, durations) + 0.5
    return since, np.repeat(durations, durations) - since


def comb_of(log_f0: Array) -> Frames:
    """The log-mel (T, M) of a pulse train of unit power that follows a line (T,) of ln Hz.

    It shows where harmonics lie; whether they are heard is the network's to say.
    """
    held = np.clip(log_f0, np.log(LOWEST_HZ), np.log(HIGHEST_HZ))
    # Reflection at both ends needs two frames more than one transform covers.
    padded = np.pad(held, 4, mode="edge")
    frequency = torch.from_numpy(np.exp(padded)).float()[None]
    samples = frequency_of_samples(frequency, HOP)
    pulses = pulse_train(phase_of_samples(samples, RATE_HZ), samples, RATE_HZ)
    return log_mel_batch(pulses)[0, 4:-4].numpy()

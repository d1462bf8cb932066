"""Recordings made to sound like other throats, paces, rooms and channels, for training.

Axes: T frames of 10 ms, M mel bands. All is done on natural-log mels: a room is an exponential
decay of every band's power, noise a power of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import lfilter

from synth.align.features import Features, normalize
from synth.align.throats import warped
from synth.audio.mel import LOG_FLOOR

HOP_S = 0.01

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Disguises:
    """How far recordings are changed at most, and how often.

    pace, throat: time and frequencies are stretched or squeezed by these shares.
    room_share, t60_s, wet_db: of reverberation: how often, how long, and how loud it is under
        the direct sound.
    noise_share, snr_db: of noise, under the mean power.
    narrow_share, lowest_top: of channels that end early, at so many bands at least.
    hidden_frames, hidden_bands: at most so many in a row are blanked out, twice.
    """

    pace: float = 0.15
    throat: float = 0.18
    room_share: float = 0.4
    t60_s: tuple[float, float] = (0.15, 0.8)
    wet_db: tuple[float, float] = (0.0, 15.0)
    noise_share: float = 0.5
    snr_db: tuple[float, float] = (5.0, 35.0)
    narrow_share: float = 0.15
    lowest_top: int = 70
    hidden_frames: int = 8
    hidden_bands: int = 12


def disguised(
    mel: NDArray[np.floating],
    targets: NDArray[np.integer],
    disguises: Disguises,
    rng: np.random.Generator,
) -> tuple[Features, NDArray[np.integer]]:
    """Features (T', M) and targets (T',) of a log-mel (T, M) in a disguise that ``rng`` draws."""
    places = paced(len(mel), disguises, rng)
    moved = between_frames(np.asarray(mel, dtype=np.float64), places)
    moved = in_throat(moved, disguises, rng)
    if rng.random() < disguises.room_share:
        moved = in_room(moved, disguises, rng)
    if rng.random() < disguises.noise_share:
        moved = in_noise(moved, disguises, rng)
    if rng.random() < disguises.narrow_share:
        moved[:, rng.integers(disguises.lowest_top, mel.shape[1]) :] = np.log(LOG_FLOOR)
    found = normalize(moved)
    hide(found, disguises, rng)
    return found, targets[np.rint(places).astype(np.intp)]


def paced(n_frames: int, disguises: Disguises, rng: np.random.Generator) -> Floats:
    """Places (T',) in frames at which a recording of another pace is read."""
    factor = np.exp(rng.uniform(-1, 1) * np.log1p(disguises.pace))
    count = max(2, round(n_frames / factor))
    return np.linspace(0, n_frames - 1, count)


def between_frames(mel: Floats, places: Floats) -> Floats:
    """A log-mel (T, M) read at places (T',) between its frames."""
    low = np.minimum(places.astype(np.intp), max(0, len(mel) - 2))
    share = (places - low)[:, None]
    following = mel[np.minimum(low + 1, len(mel) - 1)]
    return (1 - share) * mel[low] + share * following


def in_throat(mel: Floats, disguises: Disguises, rng: np.random.Generator) -> Floats:
    """The log-mel (T, M) of another throat."""
    factor = np.exp(rng.uniform(-1, 1, 1) * np.log1p(disguises.throat))
    return warped(torch.from_numpy(mel)[None], factor)[0].numpy()


def in_room(mel: Floats, disguises: Disguises, rng: np.random.Generator) -> Floats:
    """The log-mel (T, M) with the decay of a room; high bands die away sooner."""
    t60_s = rng.uniform(*disguises.t60_s) * np.linspace(1.0, rng.uniform(0.5, 1.0), mel.shape[1])
    kept = 10 ** (-6 * HOP_S / t60_s)  # of the power, after a frame
    wet = 10 ** (-rng.uniform(*disguises.wet_db) / 10)
    power = np.exp(2 * mel)
    ringing = np.stack(
        [lfilter([0.0, 1.0 - a], [1.0, -a], band) for a, band in zip(kept, power.T, strict=True)]
    ).T
    return 0.5 * np.log(power + wet * ringing)


def in_noise(mel: Floats, disguises: Disguises, rng: np.random.Generator) -> Floats:
    """The log-mel (T, M) in a steady noise whose spectrum falls or rises."""
    power = np.exp(2 * mel)
    tilt = np.exp(rng.uniform(-4.0, 1.0) * np.linspace(0.0, 1.0, mel.shape[1]))
    level = power.mean() * 10 ** (-rng.uniform(*disguises.snr_db) / 10) / tilt.mean()
    return 0.5 * np.log(power + level * tilt * rng.gamma(2.0, 0.5, mel.shape))


def hide(features: Features, disguises: Disguises, rng: np.random.Generator) -> None:
    """Blank out runs of frames and of bands of features (T, M), in place (Park et al. 2019)."""
    for axis, most in ((0, disguises.hidden_frames), (1, disguises.hidden_bands)):
        for _ in range(2):
            size = int(rng.integers(0, most + 1))
            start = int(rng.integers(0, max(1, features.shape[axis] - size)))
            np.moveaxis(features, axis, 0)[start : start + size] = 0.0

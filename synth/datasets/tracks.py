"""Where in its pitch cycle a recording is at every moment: what sources are aligned to.

Axes: N samples, G points of a grid of 5 ms. Recordings are tracked at 16 kHz, whatever the rate
of their corpus: a point's phase is that of its moment, and so of the samples at any rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import pyworld
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from synth.audio.pitch import SWIFT_F0, track_pitch

from .records import RATE_HZ

GRID = 80  # samples at 16 kHz between points
TRACKS = "pulses.npz"
SILENT_HZ = 150.0  # where nothing is voiced
SHORTEST = 4_000  # samples: what the tracker needs
NEAR = 0.06  # log ratio up to which the refined frequency is believed
WINDOW = 801  # samples over which the fundamental is observed
FUNDAMENTAL_SHARE = 0.05  # of the energy, from which its phase is fully believed
SMOOTHING = 7  # points
N_HARMONICS = 8  # that are asked where the pulses are
N_POINTS = 50  # of an utterance, asked at most twice as many
N_SHIFTS = 72
SURELY_VOICED = 0.9


@dataclass(frozen=True)
class Track:
    """Phase in cycles (G,), growing, and how surely it is voiced (G,).

    The phase is whole where the voice's pulses are, if the recording times ``polarity``
    (1 or -1) is looked at.
    """

    phase: NDArray[np.float32]
    voicing: NDArray[np.float16]
    polarity: int = 1


@dataclass(frozen=True)
class Tracks:
    """The tracks of a prepared corpus, by the sha256 of an utterance's samples."""

    phase: NDArray[np.float32]
    voicing: NDArray[np.float16]
    places: dict[str, tuple[int, int]]
    polarity: dict[str, int]

    def of(self, sha256: str) -> Track:
        """The track of one utterance."""
        start, stop = self.places[sha256]
        return Track(self.phase[start:stop], self.voicing[start:stop], self.polarity[sha256])

    @classmethod
    def open(cls, path: Path) -> Tracks:
        """The tracks that ``write`` wrote."""
        with np.load(path) as stored:
            stops = np.cumsum(stored["lengths"])
            starts = stops - stored["lengths"]
            keys = [str(one) for one in stored["sha256"]]
            places = {key: (int(a), int(b)) for key, a, b in zip(keys, starts, stops, strict=True)}
            polarity = dict(zip(keys, stored["polarity"].tolist(), strict=True))
            return cls(stored["phase"], stored["voicing"], places, polarity)


def write_tracks(path: Path, found: dict[str, Track]) -> None:
    """Write the tracks of utterances by their sha256; interrupted, the old file stays."""
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        sha256=np.array(list(found)),
        lengths=np.array([len(track.phase) for track in found.values()]),
        phase=np.concatenate([track.phase for track in found.values()]),
        voicing=np.concatenate([track.voicing for track in found.values()]),
        polarity=np.array([track.polarity for track in found.values()], np.int8),
    )
    partial.replace(path)


def grid_of(rate_hz: int) -> int:
    """Samples between points at a rate."""
    return GRID * rate_hz // RATE_HZ


def track(samples: NDArray[np.int16], *, rate_hz: int = RATE_HZ) -> Track:
    """The track of a recording (N,).

    The tracker's frequency is refined by WORLD's StoneMask, integrated, and corrected by
    the phase that the fundamental itself has, where it is strong enough to be seen; then
    moved as a whole to where the harmonics agree, which is where the voice's pulses are.
    """
    signal = at_tracker_rate(samples.astype(np.float64) / 32768.0, rate_hz)
    n_points = len(signal) // GRID + 1
    frequency, voicing = _frequency(signal, n_points)
    times = np.arange(len(signal)) / GRID
    cycles = np.cumsum(np.exp(np.interp(times, np.arange(n_points), np.log(frequency)))) / RATE_HZ
    phase = np.interp(np.arange(n_points) * GRID, np.arange(1, len(signal) + 1), cycles, left=0.0)
    phase = phase + _correction(signal, cycles, voicing)
    shift, polarity = _pulses(signal, phase, voicing)
    return Track((phase + shift).astype(np.float32), voicing.astype(np.float16), polarity)


def at_tracker_rate(signal: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """A signal at 16 kHz; its first sample is at the same moment."""
    return signal if rate_hz == RATE_HZ else soxr.resample(signal, rate_hz, RATE_HZ)


def _frequency(
    signal: NDArray[np.float64], n_points: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies in Hz, held through what is unvoiced, and voicing, both (G,)."""
    padded = np.pad(signal, (0, max(0, SHORTEST - len(signal))))
    found = track_pitch(padded, tracker=SWIFT_F0)
    times = np.arange(n_points) * GRID / RATE_HZ
    frames = np.arange(len(found.f0_hz)) * found.hop_s
    voicing = np.interp(times, frames, found.periodicity)
    if found.voiced.sum() < 2:
        return np.full(n_points, SILENT_HZ), np.zeros(n_points)
    coarse = np.exp(np.interp(times, frames[found.voiced], np.log(found.f0_hz[found.voiced])))
    fine = pyworld.stonemask(signal, coarse, times, RATE_HZ)
    near = np.abs(np.log(np.maximum(fine, 1.0) / coarse)) < NEAR
    good = (voicing > 0.5) & near
    if good.sum() < 2:
        return coarse, voicing
    return np.exp(np.interp(times, times[good], np.log(fine[good]))), voicing


def _correction(
    signal: NDArray[np.float64], cycles: NDArray[np.float64], voicing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cycles (G,) by which the fundamental is ahead of the integrated frequency."""
    window = np.hanning(WINDOW) / np.hanning(WINDOW).sum()
    turned = fftconvolve(signal * np.exp(-2j * np.pi * cycles), window, mode="same")
    energy = fftconvolve(signal**2, window, mode="same")
    seen, around = (_on_grid(values, len(voicing)) for values in (turned, energy))
    share = np.abs(seen) ** 2 / (np.abs(around) + 1e-9)
    trust = (voicing > 0.5) * np.clip(share / FUNDAMENTAL_SHARE, 0.0, 1.0)
    kernel = np.hanning(SMOOTHING) / np.hanning(SMOOTHING).sum()
    smooth = np.convolve(seen / (np.abs(seen) + 1e-12) * trust, kernel, mode="same")
    sure = np.flatnonzero(np.abs(smooth) > 0.05)
    if len(sure) < 2:
        return np.zeros(len(voicing))
    angles = np.unwrap(np.angle(smooth[sure]))
    return np.interp(np.arange(len(voicing)), sure, angles) / (2.0 * np.pi)


def _pulses(
    signal: NDArray[np.float64], phase: NDArray[np.float64], voicing: NDArray[np.float64]
) -> tuple[float, int]:
    """Cycles from the fundamental's phase to the pulses', and the recording's polarity.

    A pulse has all harmonics in step: the shift is the one after which they agree best.
    """
    surely = np.flatnonzero(voicing > SURELY_VOICED)
    if len(surely) == 0:
        return 0.0, 1
    chosen = surely[:: max(1, len(surely) // N_POINTS)]
    places = chosen[:, None] * GRID + np.arange(WINDOW) - WINDOW // 2
    cycles = np.interp(places / GRID, np.arange(len(phase)), phase)
    pieces = signal[places.clip(0, len(signal) - 1)] * np.hanning(WINDOW)
    turn = np.exp(-2j * np.pi * cycles)
    harmonics = np.arange(1, N_HARMONICS + 1)
    turned = accumulate([pieces * turn, *[turn] * (N_HARMONICS - 1)], np.multiply)
    observed = np.array([one.sum(axis=1) for one in turned])
    weighted = observed / np.sqrt(np.abs(observed) + 1e-9)
    shifts = np.arange(N_SHIFTS) / N_SHIFTS
    turns = np.exp(-2j * np.pi * np.outer(shifts, harmonics))
    together = turns @ weighted
    best = int(np.argmax(np.abs(together).sum(axis=1)))
    polarity = 1 if together[best].sum().real >= 0 else -1
    return float(shifts[best]), polarity


def _on_grid(values: NDArray[np.generic], n_points: int) -> NDArray[np.generic]:
    points = values[::GRID][:n_points]
    return np.pad(points, (0, n_points - len(points)), mode="edge")

"""Pitch, voicing and periodicity of a recording, for measuring how far two sounds differ.

Two trackers, never mixed in one comparison: SwiftF0, a small network (Nieradzik 2025, MIT), and
WORLD's Harvest where it is not installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyworld
from numpy.typing import NDArray

from .mel import RATE_HZ, FloatArray

LOW_HZ, HIGH_HZ = 50.0, 1000.0  # a bass voice; the top of song and shouting
VOICED = 0.5  # what SwiftF0's confidence is calibrated to
WORLD_HOP_S = 0.01
CORRELATION_S = 0.04
SWIFT_F0, WORLD = "swift-f0", "world"


@dataclass(frozen=True)
class Pitch:
    """F0 and periodicity at equally spaced frames (T,).

    ``f0_hz`` is 0 where a frame is not voiced. ``periodicity`` lies in 0..1: SwiftF0's
    confidence, or with WORLD the normalized autocorrelation at the period found.
    """

    f0_hz: NDArray[np.float64]
    periodicity: NDArray[np.float64]
    hop_s: float

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Which frames are voiced (T,)."""
        return self.f0_hz > 0


def track_pitch(samples: FloatArray, *, tracker: str | None = None) -> Pitch:
    """The pitch of one 16 kHz signal (N,).

    Args:
        tracker: "swift-f0" (frames of 16 ms) or "world" (10 ms); the best one installed
            when left out.
    Raises:
        ValueError: for another tracker.
    """
    name = tracker or best_tracker()
    if name not in TRACKERS:
        raise ValueError(f"No pitch tracker {name!r}; there are {', '.join(sorted(TRACKERS))}.")
    return TRACKERS[name](samples)


def best_tracker() -> str:
    """The tracker that ``track_pitch`` takes when none is named."""
    return SWIFT_F0 if find_spec("swift_f0") else WORLD


def _by_swift_f0(samples: FloatArray) -> Pitch:
    found = _detector().detect(np.asarray(samples, dtype=np.float32), RATE_HZ, LOW_HZ, HIGH_HZ)
    periodicity = np.clip(found.confidence, 0.0, 1.0)
    f0_hz = np.where(periodicity >= VOICED, found.pitch_hz, 0.0)
    return Pitch(f0_hz, periodicity, hop_s=256 / RATE_HZ)


@lru_cache(maxsize=1)
def _detector() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)


def _by_world(samples: FloatArray) -> Pitch:
    source = np.ascontiguousarray(samples, dtype=np.float64)
    f0_hz, times_s = pyworld.harvest(
        source, RATE_HZ, f0_floor=LOW_HZ, f0_ceil=HIGH_HZ, frame_period=1000 * WORLD_HOP_S
    )
    pairs = zip(f0_hz, times_s, strict=True)
    periodicity = np.array([_correlation(source, f0, time_s) for f0, time_s in pairs])
    return Pitch(np.asarray(f0_hz), periodicity, hop_s=WORLD_HOP_S)


def _correlation(source: NDArray[np.float64], f0_hz: float, time_s: float) -> float:
    """Normalized autocorrelation of 40 ms around a time at one period's lag, at least 0."""
    if f0_hz <= 0:
        return 0.0
    lag = round(RATE_HZ / f0_hz)
    start = max(0, round((time_s - CORRELATION_S / 2) * RATE_HZ) - lag // 2)
    first = source[start : start + round(CORRELATION_S * RATE_HZ)]
    second = source[start + lag : start + lag + len(first)]
    first = first[: len(second)]
    energy = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
    return max(0.0, float(np.sum(first * second)) / energy) if energy > 0 else 0.0


TRACKERS: dict[str, Callable[[FloatArray], Pitch]] = {SWIFT_F0: _by_swift_f0, WORLD: _by_world}

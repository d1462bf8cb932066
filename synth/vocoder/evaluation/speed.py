"""How long a system takes: the first rendering pays for what is made once, medians do not lie."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from synth.audio.mel import NARROW, FloatArray, FrontEnd, log_mel

from .systems import Input, System

SPEED_S, SPEED_RUNS = 10.0, 5


def warm_up(systems: Iterable[System], front_end: FrontEnd = NARROW) -> None:
    """Let every system render once, so that no first clip pays for what is made once."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(front_end.rate_hz).astype(np.float32)
    given = Input(noise, log_mel(noise, front_end=front_end))
    for system in systems:
        system.render(given)


def speeds(
    systems: Iterable[System], samples: FloatArray, front_end: FrontEnd = NARROW
) -> Iterator[dict[str, Any]]:
    """Seconds that ten seconds of these samples (N,) take on one thread: medians of five runs."""
    recording = np.resize(samples, int(SPEED_S * front_end.rate_hz))
    given = Input(recording, log_mel(recording, front_end=front_end))
    for system in systems:
        runs = [_timed(system, given) for _ in range(SPEED_RUNS)]
        cpu_s, wall_s = np.median(runs, axis=0)
        yield {"system": system.name, "cpu_s": round(cpu_s, 4), "wall_s": round(wall_s, 4)}


def _timed(system: System, given: Input) -> tuple[float, float]:
    """Processor and wall seconds of one rendering."""
    began_cpu, began = time.process_time(), time.perf_counter()
    system.render(given)
    return time.process_time() - began_cpu, time.perf_counter() - began

"""What both training scripts do around their steps: memory, clock, history, log, being stopped.

Not a script. Import it before torch, and call ``keep_memory`` first.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
# Steps allocate and free large arrays. Left to itself the C library gives each back to the
# system, and fetching zeroed pages again takes a third of a step (docs/decisions.md).
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "300000000",
}


def keep_memory() -> None:
    """Start this process again on one thread and with memory kept, unless it is so already."""
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ENVIRONMENT})


@dataclass(frozen=True)
class Clock:
    """Processor time spent on a run, earlier starts included."""

    before_s: float

    def seconds(self) -> float:
        """Since the run began."""
        return self.before_s + time.process_time()


def write_history(run: Path, entry: Mapping[str, Any]) -> None:
    """Note from which step on the run went on with which code and settings."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    line = json.dumps({**entry, "git_commit": commit.stdout.strip()})
    with (run / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(line + "\n")


def write_log(run: Path, figures: Mapping[str, float]) -> None:
    """Add figures to the run's log and print them."""
    line = json.dumps({name: round(value, 5) for name, value in figures.items()})
    with (run / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    print(line, flush=True)


def ask_to_stop() -> list[int]:
    """A list that stays empty until the process is told to end (SIGTERM, Ctrl-C)."""
    told: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: told.append(number))
    return told


def middle_of(samples: NDArray[np.int16], length: int) -> NDArray[np.float32]:
    """``length`` samples in -1..1 from the middle of a recording that has as many."""
    start = max(0, (len(samples) - length) // 2)
    return np.asarray(samples[start : start + length] / 32768.0, dtype=np.float32)

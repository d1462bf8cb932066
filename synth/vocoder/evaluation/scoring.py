"""Scores of systems on clips, kept one line per rendering so that a crash loses one."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synth.audio.mel import NARROW, FloatArray, FrontEnd, log_mel
from synth.audio.metrics import METRICS, Parts, Scores, score, score_alone
from synth.audio.pitch import best_tracker

from .clips import Clip
from .stand_ins import TRUE
from .systems import NATURAL, Input, System
from .versions import MEASURING, audio_code

KEY = ("clip", "condition", "input", "system", "version", "measuring")


@dataclass(frozen=True)
class Case:
    """One clip in one condition with one kind of input: what every system is given alike.

    Attributes:
        condition: of the recording, or the code of a simulated one.
        simulation: version of the code that simulates the condition; empty for real ones.
        input: "true", or which stand-in makes the mel; ``input_version`` of which weights.
    """

    clip: Clip
    condition: str
    input: str = TRUE
    simulation: str = ""
    input_version: str = ""


@dataclass(frozen=True)
class Row:
    """One rendering measured: what it was, its scores (NaN left out), and the time it took."""

    clip: str
    condition: str
    input: str
    system: str
    version: str
    measuring: str
    parts: tuple[str, ...]
    scores: Mapping[str, float]
    duration_s: float
    cpu_s: float
    wall_s: float

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this rendering from others."""
        return tuple(getattr(self, name) for name in KEY)


class ScoreFile:
    """Rows on disk, JSON lines; a later row of one key replaces an earlier one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[tuple[str, ...], Row] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._rows = {row.key: row for row in _read_rows(path)}

    def find(self, key: tuple[str, ...], parts: Iterable[str]) -> Row | None:
        """The kept row of that key, if it holds all those parts."""
        row = self._rows.get(key)
        return row if row is not None and set(parts) <= set(row.parts) else None

    def add(self, row: Row) -> None:
        """Keep a row, on disk at once."""
        self._rows[row.key] = row
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" * _ends_torn(self.path) + json.dumps(asdict(row)) + "\n")


def _ends_torn(path: Path) -> bool:
    """Whether the last line lacks its end, as a crash in mid-write leaves it."""
    with path.open("rb") as file:
        file.seek(0, 2)
        if file.tell() == 0:
            return False
        file.seek(-1, 2)
        return file.read(1) != b"\n"


def _read_rows(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            stored: dict[str, Any] = json.loads(line)
        except json.JSONDecodeError:
            continue  # torn by a crash; measured again
        yield Row(**(stored | {"parts": tuple(stored["parts"])}))


@dataclass(frozen=True)
class Bench:
    """All that scoring needs besides systems and cases.

    Attributes:
        recording_of: a case's recording (N,), in its condition.
        predict: log-mel (T, M) -> log-mel, by kind of input; "true" is not among them.
        front_end: of the mels; the recordings have its rate.
    """

    recording_of: Callable[[Case], FloatArray]
    predict: Mapping[str, Callable[[Any], Any]]
    parts: Parts
    kept: ScoreFile
    front_end: FrontEnd = NARROW

    @property
    def measuring(self) -> str:
        """The version of the metrics and the pitch tracker they stand on, and the rate."""
        rate = "" if self.front_end == NARROW else f"-{self.front_end.rate_hz}"
        return f"{best_tracker()}-{audio_code(*MEASURING)}{rate}"

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of the parts to be scored."""
        return tuple(name for name, value in asdict(self.parts).items() if value)

    def key(self, case: Case, system: System) -> tuple[str, ...]:
        """Under which key the row of a case and a system is kept."""
        made = f"{case.input}{case.input_version}" if system.reads_mel else TRUE
        condition = f"{case.condition}{case.simulation}"
        return (case.clip.key, condition, made, system.name, system.version, self.measuring)


def applies(case: Case, system: System) -> bool:
    """Whether a system takes a case: the ones that read no mel have no predicted input."""
    return system.reads_mel or case.input == TRUE


def measure(bench: Bench, case: Case, systems: Iterable[System]) -> Iterator[Row]:
    """Rows of all systems on one case, from the file where it holds them."""
    given: Input | None = None
    for system in systems:
        if not applies(case, system):
            continue
        found = bench.kept.find(bench.key(case, system), bench.wanted)
        if found is None:
            given = given or input_of(bench, case)
            found = _measured(bench, case, system, given)
            bench.kept.add(found)
        yield found


def input_of(bench: Bench, case: Case) -> Input:
    """What systems are given in one case."""
    recording = bench.recording_of(case)
    mel = log_mel(recording, front_end=bench.front_end)
    return Input(recording, mel if case.input == TRUE else bench.predict[case.input](mel))


def _measured(bench: Bench, case: Case, system: System, given: Input) -> Row:
    began_cpu, began = time.process_time(), time.perf_counter()
    output = np.asarray(system.render(given), dtype=np.float32)
    cpu_s, wall_s = time.process_time() - began_cpu, time.perf_counter() - began
    alone = system.name == NATURAL
    front_end = bench.front_end
    scores = (
        score_alone(output, bench.parts, front_end=front_end)
        if alone
        else score(given.recording, output, bench.parts, front_end=front_end)
    )
    names = dict(zip(KEY, bench.key(case, system), strict=True))
    return Row(
        **names,
        parts=bench.wanted,
        scores=_defined(scores),
        duration_s=len(output) / front_end.rate_hz,
        cpu_s=round(cpu_s, 5),
        wall_s=round(wall_s, 5),
    )


def _defined(scores: Scores) -> dict[str, float]:
    values = {name: getattr(scores, name) for name in METRICS}
    return {name: round(value, 6) for name, value in values.items() if not math.isnan(value)}

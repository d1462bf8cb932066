"""What the whole report on a million ratings takes: `manage.py analyze` from start to last file.

    python benchmarks/bench_analyze.py [--quick]

Processor seconds of the command and the processes that it forks, imports and all files included,
and the peak of their memory together, beside the limits. About three minutes on an idle machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.million import (  # noqa: E402
    ITEMS,
    LAYOUTS,
    LISTENERS,
    REFERENCE,
    SYSTEMS,
    write_ratings,
)
from benchmarks.results import Report, Row, publish, settle  # noqa: E402

SEED = 1534
RUNS = 3
LIMIT_S, LIMIT_MB = 10, 1024
STEP_S = 0.1  # between two looks at the processes


@dataclass(frozen=True)
class Taken:
    """What one run took: processor seconds, those on two free processors, seconds by the clock,
    megabytes at the peak."""

    seconds: float
    two_processors_s: float
    clock_s: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run each")
    runs = 1 if parser.parse_args().quick else RUNS
    settle()
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for layout in LAYOUTS for row in _rows(layout, Path(folder), runs)]
    publish(
        Report(
            benchmark="analyze",
            settings={"runs": runs, "seed": SEED},
            tables={_title(): rows},
            ratios={
                f"limit / seconds on two, {row['layout']}, {row['columns']} columns": LIMIT_S
                / float(row["on_two_processors_s"])
                for row in rows
            },
            notes=[
                "The fifth column is a scenario with four levels, each of which is analyzed too. "
                "Every file is written: page, PDF, JSON, CSV, LaTeX tables, figures.",
                "R1 excludes 5 % of the listeners, so that everything is computed with and without "
                "them; 45 pairs each time.",
                "The limits are those of this product: 10 s on two cores, 1 GB. The machine is "
                "seldom idle, so seconds on two processors are put together from processor "
                "seconds: those of the first process, and of each pair of forked ones the busier "
                "one's. Other work on the machine makes processor seconds longer too, and the "
                "clock's still more.",
            ],
        )
    )


def _title() -> str:
    return f"All files of a report, {LISTENERS} listeners x {ITEMS} items x {SYSTEMS} systems"


def _rows(layout: str, folder: Path, runs: int) -> Iterator[Row]:
    """A layout with the four columns that every file has, then with a scenario too."""
    path, plain = folder / "with-scenario.csv", folder / "plain.csv"
    write_ratings(path, layout, seed=SEED)
    lines = path.read_text(encoding="utf-8").splitlines()
    plain.write_text("\n".join(line.rpartition(",")[0] for line in lines), encoding="utf-8")
    for file, columns in ((plain, 4), (path, 5)):
        yield _row(LAYOUTS[layout].title, len(lines) - 1, columns, _taken(file, runs))


def _taken(path: Path, runs: int) -> list[Taken]:
    return [analyze(path, path.parent / "report") for _ in range(runs)]


def _row(title: str, n_ratings: int, columns: int, taken: list[Taken]) -> Row:
    return {
        "layout": title,
        "columns": columns,
        "ratings": n_ratings,
        "processor_s": statistics.median(one.seconds for one in taken),
        "on_two_processors_s": statistics.median(one.two_processors_s for one in taken),
        "clock_s": statistics.median(one.clock_s for one in taken),
        "limit_s": LIMIT_S,
        "peak_mb": round(max(one.peak_mb for one in taken)),
        "limit_mb": LIMIT_MB,
    }


def analyze(path: Path, out: Path) -> Taken:
    """One run of the command. Raises: RuntimeError if it fails."""
    command = [sys.executable, "manage.py", "analyze", str(path), "--out", str(out)]
    process = subprocess.Popen(
        [*command, "--reference", REFERENCE],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    watched = Watched(process.pid)
    while process.poll() is None:
        watched.look()
        time.sleep(STEP_S)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}.")
    return watched.taken()


@dataclass
class _Process:
    """A forked process: its seconds when last seen, the first one's when it appeared and then, and
    the group of those that lived at the same time."""

    group: int
    seconds: float
    first_at_birth: float
    first_at_death: float


class Watched:
    """A process and those that it forks, looked at from outside while they live."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seconds = 0.0
        self._forked: dict[int, _Process] = {}
        self._peak_kb = 0
        self._start = time.monotonic()

    def look(self) -> None:
        """Takes down what each has used so far, and what they hold together."""
        forked = _children(self._pid)
        self._seconds = _seconds(self._pid) or self._seconds
        beside = [known.group for pid, known in self._forked.items() if pid in forked]
        group = beside[0] if beside else len(self._forked)
        for pid in forked:
            known = self._forked.setdefault(pid, _Process(group, 0.0, self._seconds, 0.0))
            known.seconds = _seconds(pid) or known.seconds
            known.first_at_death = self._seconds
        self._peak_kb = max(self._peak_kb, sum(map(_share_kb, [self._pid, *forked])))

    def taken(self) -> Taken:
        """What was used in all, and on two free processors: the first process's seconds, and of
        each group of forked ones the busiest's, less what the first did meanwhile."""
        groups: dict[int, float] = {}
        for one in self._forked.values():
            meanwhile = one.first_at_death - one.first_at_birth
            groups[one.group] = max(groups.get(one.group, 0.0), one.seconds - meanwhile)
        return Taken(
            seconds=self._seconds + sum(one.seconds for one in self._forked.values()),
            two_processors_s=self._seconds + sum(groups.values()),
            clock_s=time.monotonic() - self._start,
            peak_mb=self._peak_kb / 1024,
        )


def _children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def _seconds(pid: int) -> float:
    """User and system time, 0 when the process is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share_kb(pid: int) -> int:
    """Memory held, what is shared with others counted in parts that add up."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(rollup.partition("Pss:")[2].split()[0])


if __name__ == "__main__":
    main()

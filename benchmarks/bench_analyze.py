"""What the whole report on a million ratings takes: `manage.py analyze` from start to last file.

    python benchmarks/bench_analyze.py [--quick]

Processor seconds of the command as a process of its own, imports and all files included, and the
peak of its memory, beside the limits. About four minutes.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.million import ITEMS, LAYOUTS, LISTENERS, SYSTEMS, write_ratings  # noqa: E402
from benchmarks.results import Report, Row, publish, settle  # noqa: E402

SEED = 1534
RUNS = 3
LIMIT_S, LIMIT_MB = 10, 1024
# The highest of the simulated systems; as it is no recording, rule R1 excludes everybody, and the
# report is on all of them. Listeners of whom a few are excluded are analyzed twice.
REFERENCE = f"S{SYSTEMS - 1:03d}"


@dataclass(frozen=True)
class Taken:
    """What one run took: processor seconds and megabytes at the peak."""

    seconds: float
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
                f"limit / processor seconds, {row['layout']}, {row['columns']} columns": LIMIT_S
                / float(row["processor_s"])
                for row in rows
            },
            notes=[
                "The fifth column is a scenario with four levels, each of which is analyzed too. "
                "Every file is written: page, PDF, JSON, CSV, LaTeX tables, figures.",
                "The limits are those of this product: 10 s on two cores, 1 GB. One thread was "
                "used; other work on the machine makes processor seconds longer too.",
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
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}.")
    return Taken(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()

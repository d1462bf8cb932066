"""What every benchmark writes: figures with the machine, the commit and the peers beside them."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

Cell: TypeAlias = "str | int | float"
Row: TypeAlias = Mapping[str, Cell]

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"
NICENESS = 5
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


@dataclass(frozen=True)
class Report:
    """One benchmark's outcome: tables of measurements, the ratios that count, and remarks."""

    benchmark: str
    settings: Mapping[str, Cell]
    tables: Mapping[str, Sequence[Row]]
    ratios: Mapping[str, float]
    notes: Sequence[str] = ()


def settle() -> None:
    """Go on with one thread per process and a low priority, which children inherit.

    Libraries read the number of threads when they are loaded: where it was not set, the script
    starts itself again.
    """
    if any(os.environ.get(name) != value for name, value in _ONE_THREAD.items()):
        environment = {**os.environ, **_ONE_THREAD}
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)
    os.nice(NICENESS)


def publish(report: Report) -> Path:
    """Prints the report and writes it to results/NAME.json."""
    print("\n".join(report_lines(asdict(report))))
    content = {**asdict(report), "machine": machine(), "commit": commit()}
    path = RESULTS / f"{report.benchmark}.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def report_lines(content: Mapping[str, object]) -> Iterator[str]:
    """The tables, ratios and remarks as Markdown lines."""
    tables, ratios, notes = content["tables"], content["ratios"], content["notes"]
    assert isinstance(tables, Mapping)
    assert isinstance(ratios, Mapping)
    assert isinstance(notes, Sequence)
    for title, rows in tables.items():
        yield from ("", f"**{title}**", "", *_table_lines(rows))
    if ratios:
        yield from ("", "**Ratios of the same run**", "", "| ratio | value |", "|---|---|")
        yield from (f"| {name} | {_cell(value)} |" for name, value in ratios.items())
    if notes:
        yield from ("", *(f"- {note}" for note in notes))


def _table_lines(rows: Sequence[Row]) -> Iterator[str]:
    names = list(rows[0])
    yield "| " + " | ".join(name.replace("_", " ") for name in names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(_cell(row[name]) for name in names) + " |"


def _cell(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def machine() -> dict[str, Cell]:
    """Where this ran. The load is that of the last minute, others' work included."""
    return {
        "cores": os.cpu_count() or 1,
        "cpu": _cpu_model(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def commit() -> str:
    """The commit checked out, with "+" when tracked files differ from it."""
    head = _git("rev-parse", "--short", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed, interpolated."""
    if len(values) < 2:
        return float(values[0])
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()

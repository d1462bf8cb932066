"""How long the crossed model takes: beside R's lmer on the same data, and on a million ratings.

    python benchmarks/bench_statistics.py [--quick]

Processor seconds of one thread, so that other work on the machine counts little. Without Rscript
(with lme4, lmerTest and jsonlite) the peer is left out. About three minutes.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.million import LAYOUTS, write_ratings  # noqa: E402
from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from mushra.stats.mixed import MixedFit, fit_crossed  # noqa: E402

SEED = 1534
RUNS = 3
PEER = Path(__file__).with_name("lmer.R")
MILLION = Path(__file__).with_name("million.py")


@dataclass(frozen=True)
class Size:
    """Differences to fit: so many cells, drawn from listeners x items."""

    listeners: int
    items: int
    n: int

    @property
    def title(self) -> str:
        kind = "complete" if self.n == self.listeners * self.items else "with gaps"
        return f"{self.n} ratings, {self.listeners} x {self.items}, {kind}"


BESIDE_LMER = (
    Size(50, 20, 1_000),
    Size(72, 20, 1_000),
    Size(200, 50, 10_000),
    Size(290, 50, 10_000),
    Size(500, 200, 10_000),
    Size(500, 200, 100_000),
    Size(720, 200, 100_000),
)
GROWING = tuple(Size(listeners, 200, 140 * listeners) for listeners in (50, 500, 5000))


@dataclass(frozen=True)
class Differences:
    """Made differences of two systems."""

    values: "np.ndarray[Any, np.dtype[np.float64]]"
    listener: "np.ndarray[Any, np.dtype[np.intp]]"
    item: "np.ndarray[Any, np.dtype[np.intp]]"

    def fit(self) -> MixedFit:
        return fit_crossed(self.values, [self.listener, self.item])

    def write(self, path: Path) -> None:
        columns = np.stack([self.listener, self.item, self.values], axis=1)
        np.savetxt(path, columns, "%d", ",", header="listener,item,difference", comments="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run each, no 10^5, no growing")
    quick = parser.parse_args().quick
    settle()
    runs = 1 if quick else RUNS
    with tempfile.TemporaryDirectory() as folder:
        beside, versions = _beside_lmer(BESIDE_LMER[:4] if quick else BESIDE_LMER, runs, folder)
        tables: dict[str, Sequence[Row]] = {
            "One pair, processor seconds (median)": beside,
            "A million ratings and less: 500 listeners x 200 items x 10 systems": _millions(folder),
        }
        if not quick:
            tables["The same design with more listeners (200 items, 30 % missing)"] = _growing(runs)
    publish(
        Report(
            benchmark="statistics",
            settings={"runs": runs, "seed": SEED, "peer": versions},
            tables=tables,
            ratios=_ratios(beside),
            notes=[
                "lmer: the fit alone; lmerTest: the fit with Satterthwaite degrees of freedom, as "
                "Earshot's time has them.",
                "Of a million ratings, all 45 pairs are tested, all ten means and nine relative "
                "scores estimated; figures and resampling are not part of this.",
            ],
        )
    )


def _beside_lmer(sizes: Sequence[Size], runs: int, folder: str) -> tuple[list[Row], str]:
    made = [_differences(size) for size in sizes]
    ours = [_seconds(one.fit, runs) for one in made]
    peer, versions = _peer(made, runs, folder)
    rows: list[Row] = []
    for size, one, seconds, theirs in zip(sizes, made, ours, peer, strict=True):
        fit = one.fit()
        rows.append(
            {
                "data": size.title,
                "earshot": seconds,
                "lmer": theirs.get("fit_s", "not measured"),
                "lmertest": theirs.get("tested_s", "not measured"),
                "se_differs_by": _difference(fit.se, theirs.get("se")),
                "df_differs_by": _difference(fit.df, theirs.get("df")),
            }
        )
    return rows, versions


def _peer(
    made: Sequence[Differences], runs: int, folder: str
) -> tuple[list[Mapping[str, float]], str]:
    if shutil.which("Rscript") is None:
        return [{} for _ in made], "none"
    paths = [Path(folder) / f"{number}.csv" for number in range(len(made))]
    for path, differences in zip(paths, made, strict=True):
        differences.write(path)
    command = ["Rscript", str(PEER), str(runs), *map(str, paths)]
    done = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return done["results"], done["versions"]


def _ratios(rows: Sequence[Row]) -> dict[str, float]:
    return {
        f"lmer / Earshot, {row['data']}": float(row["lmer"]) / float(row["earshot"])
        for row in rows
        if isinstance(row["lmer"], float)
    }


def _millions(folder: str) -> list[Row]:
    rows: list[Row] = []
    for layout in LAYOUTS:
        path = Path(folder) / f"{layout}.csv"
        write_ratings(path, layout, seed=SEED)
        command = [sys.executable, str(MILLION), str(path)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        rows.append({"layout": LAYOUTS[layout].title, **json.loads(done.stdout)})
        path.unlink()
    return rows


def _growing(runs: int) -> list[Row]:
    rows: list[Row] = []
    for size in GROWING:
        seconds = _seconds(_differences(size).fit, runs)
        rows.append(
            {
                "ratings": size.n,
                "seconds": seconds,
                "microseconds_per_rating": 1e6 * seconds / size.n,
            }
        )
    return rows


def _differences(size: Size) -> Differences:
    rng = np.random.default_rng(SEED)
    cells = np.sort(rng.permutation(size.listeners * size.items)[: size.n])
    listener, item = np.divmod(cells, size.items)
    values = (
        7 * rng.standard_normal(size.listeners)[listener]
        + 8 * rng.standard_normal(size.items)[item]
        + 14 * rng.standard_normal(size.n)
    )
    return Differences(np.rint(values + 1), listener, item)


def _seconds(work: Callable[[], object], runs: int) -> float:
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def _difference(ours: float, theirs: float | None) -> str:
    return "not measured" if theirs is None else f"{abs(ours / theirs - 1):.0e}"


if __name__ == "__main__":
    main()

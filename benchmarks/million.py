"""Tests every pair in a CSV of ratings and prints what that took, as JSON. See bench_statistics.py.

python benchmarks/million.py RATINGS.csv
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from mushra.stats.columns import Column  # noqa: E402
from mushra.stats.describe import describe  # noqa: E402
from mushra.stats.mixed import CrossedModel  # noqa: E402
from mushra.stats.table import RatingTable  # noqa: E402

Result = TypeVar("Result")

LISTENERS, ITEMS, SYSTEMS = 500, 200, 10
REFERENCE = f"S{SYSTEMS - 1:03d}"
MISSING_IT = 0.05  # of the listeners, who rate the hidden reference as any system


@dataclass(frozen=True)
class Layout:
    """Which of listeners x items x systems are rated; missing pages have none of their systems."""

    title: str
    missing_pages: float = 0.0
    missing_ratings: float = 0.0


LAYOUTS: Mapping[str, Layout] = {
    "complete": Layout("complete"),
    "pages": Layout("30 % of pages missing", missing_pages=0.3),
    "ratings": Layout("30 % of ratings missing, one by one", missing_ratings=0.3),
}


def write_ratings(path: Path, layout: str, *, seed: int) -> None:
    """Writes simulated ratings of one layout as CSV; the last system is a hidden reference."""
    rng = np.random.default_rng(seed)
    shape = (LISTENERS, ITEMS, SYSTEMS)
    rated = rng.random(shape[:2])[:, :, None] >= LAYOUTS[layout].missing_pages
    rated = rated & (rng.random(shape) >= LAYOUTS[layout].missing_ratings)
    scores = 50 + 4 * np.arange(SYSTEMS) + 6 * rng.standard_normal((LISTENERS, 1, 1))
    scores = scores + 4 * rng.standard_normal((1, ITEMS, 1)) + 10 * rng.standard_normal(shape)
    scores += 5 * rng.standard_normal((LISTENERS, 1, SYSTEMS))
    scores += 6 * rng.standard_normal((1, ITEMS, SYSTEMS))
    found = slice(round(MISSING_IT * LISTENERS), None)
    scores[found, :, -1] = 97 + 2 * rng.standard_normal(scores[found, :, -1].shape)
    listener, item, system = np.nonzero(rated)
    RatingTable(
        _named("L", LISTENERS, listener),
        _named("I", ITEMS, item),
        _named("S", SYSTEMS, system),
        np.clip(np.rint(scores[rated]), 0, 100),
        {"scenario": _named("scenario", 4, item % 4)},
    ).write_csv(path)


def measure(path: Path) -> dict[str, float | int]:
    """Processor seconds of each step on the ratings of a CSV file, and the peak of memory."""
    seconds: dict[str, float] = {}
    table = _timed(seconds, "read_s", lambda: RatingTable.read_csv(path))
    model = CrossedModel(table)
    pairs = list(combinations(table.systems, 2))
    _timed(seconds, "describe_s", lambda: [describe(table.scores_of(s)) for s in table.systems])
    _timed(seconds, "pairs_s", lambda: model.pairs(pairs))
    _timed(seconds, "means_s", lambda: [model.mean(system) for system in table.systems])
    reference = table.systems[-1]
    _timed(
        seconds,
        "relative_s",
        lambda: [model.relative(system, reference) for system in table.systems[:-1]],
    )
    total = sum(seconds.values())
    return {"ratings": len(table), **seconds, "total_s": total, "peak_mb": _peak_mb()}


def _named(prefix: str, n: int, codes: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Column:
    return Column([f"{prefix}{number:03d}" for number in range(n)], codes)


def _peak_mb() -> int:
    """The most memory this process held. getrusage would count the parent's, kept over exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def _timed(seconds: dict[str, float], step: str, work: Callable[[], Result]) -> Result:
    start = time.process_time()
    result = work()
    seconds[step] = time.process_time() - start
    return result


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))

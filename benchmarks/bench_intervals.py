"""How often each interval holds the truth, on simulated differences.

python benchmarks/bench_intervals.py [RUNS]

The differences are a mean of 9 points plus normal parts of the listener (sd 7), the item (8, or 0)
and a residual (14); the reference's scores vary about 85 alike. Nominal coverage is 95 %.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.results import Report, publish, settle

settle()  # before numpy reads the number of threads

import numpy as np  # noqa: E402
from scipy import stats  # noqa: E402

from mushra.stats.crossed import crossed_test  # noqa: E402
from mushra.stats.describe import relative_score  # noqa: E402
from mushra.stats.effects import hodges_lehmann_interval  # noqa: E402
from mushra.stats.intervals import Interval  # noqa: E402
from mushra.stats.resampling import (  # noqa: E402
    bca_mean,
    bootstrap_difference,
    bootstrap_relative,
    draw_weights,
)
from mushra.stats.superiority import superiority  # noqa: E402

RUNS = 2000
N_REPLICATES = 999
DIFFERENCE, REFERENCE = 9.0, 85.0
SD_LISTENER, SD_RESIDUAL = 7.0, 14.0
SHARE_OF_GAPS = 0.3
SEED = 15340
# listeners, items, sd of the item's part
DESIGNS = {
    "20 x 10": (20, 10, 8.0),
    "60 x 10": (60, 10, 8.0),
    "20 x 40": (20, 40, 8.0),
    "20 x 10, no item variance": (20, 10, 0.0),
}


@dataclass(frozen=True, eq=False)
class Study:
    """One simulated test: differences, the reference's scores, and what is true."""

    differences: np.ndarray
    reference: np.ndarray
    gaps: np.ndarray
    these_sentences: float
    superiority: float
    seed: int


def simulate(design: tuple[int, int, float], rng: np.random.Generator, seed: int) -> Study:
    n_listeners, n_items, sd_item = design
    item = rng.normal(0, sd_item, (1, n_items))
    shape = (n_listeners, n_items)
    listener = rng.normal(0, SD_LISTENER, (n_listeners, 1))
    spread = math.sqrt(SD_LISTENER**2 + sd_item**2 + SD_RESIDUAL**2)
    return Study(
        differences=DIFFERENCE + listener + item + rng.normal(0, SD_RESIDUAL, shape),
        reference=REFERENCE + rng.normal(0, 5, (n_listeners, 1)) + rng.normal(0, 5, shape),
        gaps=rng.random(shape) < SHARE_OF_GAPS,
        these_sentences=DIFFERENCE + float(item.mean()),
        superiority=float(stats.norm.cdf(DIFFERENCE / spread)),
        seed=seed,
    )


def two_way(study: Study) -> tuple[Interval, float]:
    weights = draw_weights(*study.differences.shape, seed=study.seed, n_replicates=N_REPLICATES)
    first = study.differences + study.reference
    return bootstrap_difference(first, study.reference, weights).interval, DIFFERENCE


def two_way_relative(study: Study) -> tuple[Interval, float]:
    weights = draw_weights(*study.differences.shape, seed=study.seed, n_replicates=N_REPLICATES)
    system = study.reference - study.differences
    truth = 100 * (REFERENCE - DIFFERENCE) / REFERENCE
    return bootstrap_relative(system, study.reference, weights).interval, truth


def delta_relative(study: Study) -> tuple[Interval, float]:
    system = study.reference - study.differences
    truth = 100 * (REFERENCE - DIFFERENCE) / REFERENCE
    return relative_score(system, study.reference).interval, truth


def bca(study: Study) -> Interval:
    means = study.differences.mean(axis=1)
    return bca_mean(means, seed=study.seed, n_replicates=N_REPLICATES).interval


def chance(study: Study, gaps: np.ndarray) -> tuple[Interval, float]:
    listeners, items = np.nonzero(~gaps)
    result = superiority(study.differences[listeners, items], listeners, items)
    return result.interval, study.superiority


METHODS: dict[str, Callable[[Study], tuple[Interval, float]]] = {
    "crossed t": lambda study: (crossed_test(study.differences).interval, DIFFERENCE),
    "two-way bootstrap": two_way,
    "BCa over listeners": lambda study: (bca(study), DIFFERENCE),
    "BCa, these sentences": lambda study: (bca(study), study.these_sentences),
    "Hodges-Lehmann, these sentences": lambda study: (
        hodges_lehmann_interval(study.differences.mean(axis=1)).interval,
        study.these_sentences,
    ),
    "relative, delta": delta_relative,
    "relative, two-way bootstrap": two_way_relative,
    "P(A > B)": lambda study: chance(study, np.zeros_like(study.gaps)),
    "P(A > B), 30 % gaps": lambda study: chance(study, study.gaps),
}


def coverage(design: tuple[int, int, float], runs: int) -> dict[str, float]:
    """Percent of the intervals that hold the truth, by method."""
    rng = np.random.default_rng(SEED)
    held = dict.fromkeys(METHODS, 0)
    for run in range(runs):
        study = simulate(design, rng, seed=run)
        for name, method in METHODS.items():
            interval, truth = method(study)
            held[name] += interval.contains(truth)
    return {name: 100 * count / runs for name, count in held.items()}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    columns = {name: coverage(design, runs) for name, design in DESIGNS.items()}
    rows = [
        {
            "interval": method,
            **{name: f"{shares[method]:.1f} %" for name, shares in columns.items()},
        }
        for method in METHODS
    ]
    error = 100 * math.sqrt(0.95 * 0.05 / runs)
    publish(
        Report(
            benchmark="intervals",
            settings={"runs": runs, "replicates": N_REPLICATES, "seed": SEED},
            tables={"How often a 95 % interval holds the truth (listeners x items)": rows},
            ratios={},
            notes=[
                f"Simulated differences; standard error of a coverage of 95 %: {error:.1f} points.",
                "The truth is that of new listeners and new sentences unless the row says these "
                "sentences.",
            ],
        )
    )


if __name__ == "__main__":
    main()

"""How well plans foretell, and what looking early costs, on simulated listeners.

python benchmarks/bench_planning.py [RUNS]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.results import Report, publish, settle

settle()  # before numpy reads the number of threads

import numpy as np  # noqa: E402
from scipy import stats  # noqa: E402

from mushra.stats.crossed import VarianceComponents  # noqa: E402
from mushra.stats.power import (  # noqa: E402
    KNOWN_COMPONENTS,
    Plan,
    crossed_power,
    equivalence_power,
)
from mushra.stats.power_check import check_by_simulation  # noqa: E402
from mushra.stats.sequential import anytime_p, confidence_sequence  # noqa: E402

RUNS = 2000
DIFFERENCE = MARGIN = 8.0
SIZES = ((20, 10), (60, 10), (20, 40), (20, 66))
# Where a component is zero the test pools mean squares, and the formula is off.
SMALL_SIZES = ((10, 5), (14, 6), (20, 8))
DESIGNS = {code: (known.components, SIZES) for code, known in KNOWN_COMPONENTS.items()} | {
    "no item variance": (VarianceComponents(100.0, 0.0, 400.0), SMALL_SIZES),
    "residual only": (VarianceComponents(0.0, 0.0, 900.0), SMALL_SIZES),
}
SEED = 1534
LISTENERS, FIRST_LOOK = 200, 10
SD = 10.0  # of listeners' mean differences, points
N_WIDTHS = 100
WIDTHS_AT = (10, 20, 40, 80, 160)


def power_rows(n_runs: int) -> list[dict[str, str | int | float]]:
    return [
        power_row(name, Plan(components, *sizes, difference=DIFFERENCE, margin=MARGIN), n_runs)
        for name, (components, all_sizes) in DESIGNS.items()
        for sizes in all_sizes
    ]


def power_row(name: str, plan: Plan, n_runs: int) -> dict[str, str | int | float]:
    found = check_by_simulation(plan, SEED, n_runs=n_runs)
    return {
        "variances": name,
        "listeners x items": f"{plan.n_listeners} x {plan.n_items}",
        "power planned": percent(crossed_power(plan)),
        "power simulated": percent(found.power),
        "equivalence planned": percent(equivalence_power(plan)),
        "equivalence simulated": percent(found.equivalence),
        "false findings": percent(found.size),
    }


def looking_rows(n_runs: int) -> list[dict[str, str]]:
    """How often the truth, no difference, is ever missed by looking after every listener."""
    rng = np.random.default_rng(SEED)
    shapes = {
        "normal, sd 10": np.clip(rng.normal(0, SD, (n_runs, LISTENERS)), -100, 100),
        "two opinions, ±15": np.where(rng.random((n_runs, LISTENERS)) < 0.5, 15.0, -15.0),
        "one in 26 at -100": np.where(rng.random((n_runs, LISTENERS)) < 1 / 26, -100.0, 4.0),
    }
    return [
        {
            "listeners' mean differences": name,
            "sequence": percent(float(np.mean([anytime_p(one) <= 0.05 for one in values]))),
            "t interval at every listener": percent(t_ever_misses(values)),
            "t interval once, at the end": percent(float(t_misses(values, LISTENERS).mean())),
        }
        for name, values in shapes.items()
    ]


def t_misses(values: np.ndarray, n: int) -> np.ndarray:
    means, sds = values[:, :n].mean(axis=1), values[:, :n].std(axis=1, ddof=1)
    return np.abs(means) > stats.t.ppf(0.975, n - 1) * sds / np.sqrt(n)


def t_ever_misses(values: np.ndarray) -> float:
    looks = [t_misses(values, n) for n in range(FIRST_LOOK, LISTENERS + 1)]
    return float(np.any(looks, axis=0).mean())


def width_rows() -> list[dict[str, str | int | float]]:
    """Half widths of the sequence and of a t interval, medians over simulated tests."""
    rng = np.random.default_rng(SEED)
    tests = np.clip(rng.normal(0, SD, (N_WIDTHS, LISTENERS)), -100, 100)
    sequences = [confidence_sequence(one) for one in tests]
    return [
        {
            "listeners": n,
            "sequence, ± points": round(
                float(np.median([(one.high[n - 1] - one.low[n - 1]) / 2 for one in sequences])), 1
            ),
            "t interval, ± points": round(float(stats.t.ppf(0.975, n - 1) * SD / np.sqrt(n)), 1),
        }
        for n in WIDTHS_AT
    ]


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    n_runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    publish(
        Report(
            benchmark="planning",
            settings={"runs": n_runs, "seed": SEED, "looks": f"{FIRST_LOOK} to {LISTENERS}"},
            tables={
                f"Planned and simulated, {DIFFERENCE:g} points, margin ±{MARGIN:g}": power_rows(
                    n_runs
                ),
                "How often looking early ever misses the truth": looking_rows(n_runs),
                "What looking early costs: half widths, sd 10 between listeners": width_rows(),
            },
            ratios={},
            notes=("Standard error of a rate of 5 %: 0.5 points; of 50 %: 1.1 points.",),
        )
    )


if __name__ == "__main__":
    main()

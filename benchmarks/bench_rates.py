"""How often each test finds a difference where there is none, in complete and incomplete designs.

    python benchmarks/bench_rates.py [--quick]

Simulated listeners only. The long form of tests/mushra/stats/test_type_one_error.py; some minutes.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from benchmarks.simulated_rates import (  # noqa: E402
    DESIGNS,
    SPOKEN,
    Design,
    rates,
    spoken_rates,
)

SEED = 1534
RUNS, QUICK_RUNS = 2000, 200
Simulation = Callable[..., dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    runs = QUICK_RUNS if parser.parse_args().quick else RUNS
    settle()
    publish(
        Report(
            benchmark="rates",
            settings={"runs": runs, "seed": SEED},
            tables={
                "Where there is no difference (listeners x items)": list(
                    _rows(DESIGNS, rates, runs)
                ),
                "Claims about new speakers": list(_rows(SPOKEN, spoken_rates, runs)),
            },
            ratios={},
            notes=_notes(runs),
        )
    )


def _rows(designs: Mapping[str, Design], simulate: Simulation, runs: int) -> Iterator[Row]:
    for name, design in designs.items():
        found = simulate(design, runs=runs, seed=SEED)
        yield {"design": name, **{test: f"{rate:.1f} %" for test, rate in found.items()}}


def _notes(runs: int) -> list[str]:
    error = 100 * (0.05 * 0.95 / runs) ** 0.5
    return [
        "Simulated listeners. Standard deviations of a difference's parts in points (listener, "
        "item, residual): A 7, 8, 14; B 4, 14, 16; with speakers 7, 6, 14 and 6 between speakers.",
        "Nominal: 5 % for every test and for TOST, 95 % for the coverage of the crossed interval. "
        f"Standard error of a rate of 5 %: {error:.2f} points.",
    ]


if __name__ == "__main__":
    main()

"""Writes the made data on which R computes the golden values (scripts/reference_values.R).

Run from the repository root: PYTHONPATH=. python scripts/reference_inputs.py
"""

import csv
from pathlib import Path

import numpy as np

from mushra.stats.simulate import SimulationModel, simulate_ratings

GOLDEN = Path("tests/data/golden")
SEED = 1534
# Designs of the crossed test: listeners, items, sd of listener, item and residual parts.
CROSSED = {
    "all_components": (12, 8, 4.0, 3.0, 6.0),
    "no_item_variance": (12, 8, 5.0, 0.0, 8.0),
    "no_listener_variance": (9, 11, 0.0, 5.0, 8.0),
    "residual_only": (10, 6, 0.0, 0.0, 9.0),
    "two_by_two": (2, 2, 6.0, 6.0, 3.0),
    "many_listeners": (40, 5, 4.0, 4.0, 8.0),
}
# Singular cases of every kind are rare; these many extra seeds of the small design give them all.
N_SMALL = 24


def crossed_differences() -> dict[str, np.ndarray]:
    """Whole-number difference matrices (L, I) by name."""
    rng = np.random.default_rng(SEED)
    designs = dict(CROSSED)
    designs.update({f"small_{k:02d}": (6, 5, 1.0, 1.0, 8.0) for k in range(N_SMALL)})
    matrices = {}
    for name, (n_listeners, n_items, sd_l, sd_i, sd_e) in designs.items():
        parts = (
            2.0
            + sd_l * rng.standard_normal((n_listeners, 1))
            + sd_i * rng.standard_normal((1, n_items))
            + sd_e * rng.standard_normal((n_listeners, n_items))
        )
        matrices[name] = np.rint(parts)
    return matrices


def samples() -> dict[str, np.ndarray]:
    """Paired differences with and without ties and zeros, and scores to describe."""
    rng = np.random.default_rng(SEED + 1)
    return {
        "untied_12": np.round(rng.normal(2, 5, 12), 4),
        "untied_25": np.round(rng.normal(1, 5, 25), 4),
        "tied_10": np.rint(rng.normal(1, 2, 10)),
        "tied_zeros_20": np.rint(rng.normal(0.7, 1.5, 20)),
        "tied_zeros_40": np.rint(rng.normal(0.5, 2, 40)),
        "quarters_16": np.rint(4 * rng.normal(0.5, 1.2, 16)) / 4,
        "scores_4": rng.integers(0, 101, 4).astype(float),
        "scores_5": rng.integers(0, 101, 5).astype(float),
        "scores_6": rng.integers(0, 101, 6).astype(float),
        "scores_7": rng.integers(0, 101, 7).astype(float),
        "scores_40": rng.integers(20, 101, 40).astype(float),
        "p_values": np.array([0.04, 0.001, 0.03, 0.2, 0.03, 0.9]),
    }


def write_rows(path: Path, header: list[str], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    write_rows(
        GOLDEN / "crossed.csv",
        ["case", "listener", "item", "difference"],
        [
            (name, f"L{row:02d}", f"I{column:02d}", int(value))
            for name, matrix in crossed_differences().items()
            for (row, column), value in np.ndenumerate(matrix)
        ],
    )
    write_rows(
        GOLDEN / "samples.csv",
        ["case", "value"],
        [(name, f"{value:g}") for name, values in samples().items() for value in values],
    )
    model = SimulationModel(
        means={"natural": 95, "anchor35": 20, "universal": 78, "world": 62, "griffin_lim": 58},
        sd_listener=7,
        sd_item=3,
        sd_listener_system=5,
        sd_item_system=4,
        sd_residual=7,
        spread={"natural": 0.4},
        careless=frozenset({3}),
    )
    items = [f"I{number:02d}" for number in range(1, 9)]
    simulate_ratings(model, n_listeners=14, items=items, seed=SEED).write_csv(
        GOLDEN / "ratings.csv"
    )


if __name__ == "__main__":
    main()

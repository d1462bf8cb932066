"""Writes the made data on which R computes the menu's golden values (scripts/reference/menu.R).

Run from the repository root: PYTHONPATH=. python scripts/reference/menu_inputs.py
"""

import json
from pathlib import Path

import numpy as np

GOLDEN = Path("tests/data/golden")
SEED = 15343
N_RESAMPLES = 199


def main() -> None:
    rng = np.random.default_rng(SEED)
    inputs = {
        "p_values": [0.04, 0.001, 0.03, 0.2, 0.03, 0.9, 0.0004, 0.049],
        **paired(rng),
        **blocks(rng),
        **agreement(rng),
        **resamples(rng),
        "first_medians": rng.integers(30, 90, 6).tolist(),
        "second_medians": rng.integers(10, 80, 7).tolist(),
        "tied_first_medians": [50, 50, 60, 70, 70, 80],
        "tied_second_medians": [50, 50, 50, 60, 60, 70],
        "skewed_scores": np.rint(100 * rng.beta(5, 1.2, 60)).tolist(),
        "two_modes": np.rint(
            np.concatenate([rng.normal(25, 6, 25), rng.normal(75, 6, 20)])
        ).tolist(),
        "letter_pairs": letter_pairs(rng),
        "gappy_differences": gappy(crossed(rng), rng, share=0.2),
    }
    text = json.dumps(inputs, indent=1, allow_nan=False)
    (GOLDEN / "menu_inputs.json").write_text(text + "\n", encoding="utf-8")


def paired(rng: np.random.Generator) -> dict[str, object]:
    """Differences per listener: whole, averaged over 7 or 8 items, continuous, pooled."""
    return {
        "flip_whole": {
            "tied_10": np.rint(rng.normal(1, 3, 10)).tolist(),
            "zeros_18": np.rint(rng.normal(0.6, 2, 18)).tolist(),
            "tied_45": np.rint(rng.normal(1.2, 5, 45)).tolist(),
            "wide_60": np.rint(rng.normal(4, 15, 60)).tolist(),
        },
        "flip_fractions": {
            "sevenths_11": (rng.integers(-30, 50, 11) / 7).tolist(),
            "eighths_13": (rng.integers(-30, 50, 13) / 8).tolist(),
            "continuous_12": np.round(rng.normal(1, 3, 12), 5).tolist(),
        },
        "untied": {
            f"untied_{n}": np.round(rng.normal(1, 5, n), 5).tolist() for n in (4, 8, 21, 45)
        },
        "pooled_first": rng.integers(20, 95, 180).tolist(),
        "pooled_second": rng.integers(15, 95, 180).tolist(),
    }


def blocks(rng: np.random.Generator) -> dict[str, object]:
    """Scores of every system by every listener, with ties and within two factors."""
    listener = rng.normal(0, 8, (14, 1))
    return {
        "tied_blocks": np.rint(
            (listener + rng.normal([60, 62, 66, 50, 64], 9, (14, 5))) / 5
        ).tolist(),
        "means": np.round(
            listener + rng.normal([60, 63, 66, 52], [4, 7, 9, 6], (14, 4)), 2
        ).tolist(),
        "factorial": np.rint(
            rng.normal(0, 7, (10, 1, 1)) + rng.normal(60, 8, (10, 3, 4)) + np.arange(4) * 3
        ).tolist(),
    }


def agreement(rng: np.random.Generator) -> dict[str, object]:
    """Ratings of targets (rows) by listeners (columns), complete and with gaps."""
    ratings = np.rint(
        np.clip(
            rng.normal(55, 18, (12, 1)) + rng.normal(0, 7, (1, 6)) + rng.normal(0, 9, (12, 6)),
            0,
            100,
        )
    )
    return {"agreement": ratings.tolist(), "gappy_agreement": gappy(ratings, rng, share=0.3)}


def resamples(rng: np.random.Generator) -> dict[str, object]:
    """Saved draws, so that a bootstrap can be compared exactly; indices count from 1, as in R."""
    matrix = np.rint(rng.normal(60, 12, (6, 5)))
    return {
        "boot_values": np.round(rng.gamma(2, 4, 14) - 3, 3).tolist(),
        "boot_indices": rng.integers(1, 15, (N_RESAMPLES, 14)).tolist(),
        "boot_matrix": matrix.tolist(),
        "boot_gappy_matrix": gappy(matrix, rng, share=0.2),
        "boot_reference": np.rint(matrix + rng.normal(25, 5, (6, 5))).tolist(),
        "boot_rows": rng.integers(1, 7, (N_RESAMPLES, 6)).tolist(),
        "boot_columns": rng.integers(1, 6, (N_RESAMPLES, 5)).tolist(),
    }


def crossed(rng: np.random.Generator) -> np.ndarray:
    """Differences with a part of the listener's, a part of the item's and ties."""
    parts = rng.normal(1, 3, (9, 1)) + rng.normal(0, 3, (1, 7)) + rng.normal(0, 3, (9, 7))
    return np.rint(parts / 2)


def letter_pairs(rng: np.random.Generator) -> list[list[list[bool]]]:
    """Which pairs of seven systems differ: by thresholds on a line, and without any order."""
    matrices = []
    for number in range(12):
        places = rng.normal(0, 2, 7)
        differs = np.abs(places[:, None] - places) > 1.5
        if number % 2:
            upper = np.triu(rng.random((7, 7)) < 0.4, 1)
            differs = upper | upper.T
        matrices.append(differs.tolist())
    return matrices


def gappy(
    values: np.ndarray, rng: np.random.Generator, *, share: float
) -> list[list[float | None]]:
    """The matrix with a share of gaps (null), as JSON has no NaN."""
    missing = rng.random(values.shape) < share
    return [
        [None if gap else float(value) for value, gap in zip(row, gaps, strict=True)]
        for row, gaps in zip(values, missing, strict=True)
    ]


if __name__ == "__main__":
    main()

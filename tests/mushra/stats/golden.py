"""Reads the made data and R's values for them (scripts/reference_inputs.py, reference_values.R)."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

GOLDEN = Path(__file__).parents[2] / "data" / "golden"


def values_from_r(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def difference_matrices() -> dict[str, np.ndarray]:
    cells: dict[str, dict[tuple[str, str], float]] = {}
    with (GOLDEN / "crossed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cell = (row["listener"], row["item"])
            cells.setdefault(row["case"], {})[cell] = float(row["difference"])
    return {case: _matrix(values) for case, values in cells.items()}


def samples() -> dict[str, np.ndarray]:
    values: dict[str, list[float]] = {}
    with (GOLDEN / "samples.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values.setdefault(row["case"], []).append(float(row["value"]))
    return {case: np.array(numbers) for case, numbers in values.items()}


def _matrix(values: dict[tuple[str, str], float]) -> np.ndarray:
    listeners = sorted({listener for listener, _ in values})
    items = sorted({item for _, item in values})
    return np.array([[values[listener, item] for item in items] for listener in listeners])

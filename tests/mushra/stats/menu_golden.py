"""The made data of the menu and R's values for them (scripts/reference/menu_inputs.py, menu.R)."""

from typing import Any

import numpy as np

from tests.mushra.stats.golden import values_from_r

INPUTS = values_from_r("menu_inputs.json")
R = values_from_r("menu.json")


def array(name: str) -> np.ndarray:
    """One input by name; null becomes NaN."""
    return np.array(INPUTS[name], dtype=float)


def arrays(name: str) -> dict[str, np.ndarray]:
    return {case: np.array(values, dtype=float) for case, values in INPUTS[name].items()}


def r_values(name: str) -> Any:
    return R[name]

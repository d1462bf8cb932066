"""How often each test finds a difference where there is none, over new listeners and items."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from mushra.stats.crossed import crossed_test

RUNS = 2000
NOMINAL = 0.05
DOCUMENT = Path(__file__).parents[3] / "docs" / "statistics.md"
# listeners, items, sd of the difference's listener, item and residual parts (points)
DESIGNS = {
    "20 x 10": (20, 10, 7.0, 8.0, 14.0),
    "60 x 10": (60, 10, 7.0, 8.0, 14.0),
    "20 x 40": (20, 40, 7.0, 8.0, 14.0),
    "20 x 10, no item variance": (20, 10, 7.0, 0.0, 14.0),
}


@cache
def rejection_rates(design: str) -> dict[str, float]:
    n_listeners, n_items, sd_listener, sd_item, sd_residual = DESIGNS[design]
    rng = np.random.default_rng(1534)
    shape = (RUNS, n_listeners, n_items)
    differences = (
        sd_listener * rng.standard_normal((RUNS, n_listeners, 1))
        + sd_item * rng.standard_normal((RUNS, 1, n_items))
        + sd_residual * rng.standard_normal(shape)
    )
    pooled = stats.ttest_1samp(differences.reshape(RUNS, -1), 0, axis=1).pvalue
    listener = stats.ttest_1samp(differences.mean(axis=2), 0, axis=1).pvalue
    item = stats.ttest_1samp(differences.mean(axis=1), 0, axis=1).pvalue
    crossed = np.array([crossed_test(matrix).p for matrix in differences])
    tests = {"pooled": pooled, "listener": listener, "item": item, "crossed": crossed}
    return {name: float(np.mean(p < NOMINAL)) for name, p in tests.items()}


@pytest.mark.parametrize("design", DESIGNS)
def test_the_crossed_test_keeps_its_level(design):
    assert 0.025 <= rejection_rates(design)["crossed"] <= NOMINAL + 0.015


def test_ignoring_the_items_does_not():
    rates = rejection_rates("20 x 10")

    assert rates["pooled"] > 0.3
    assert rates["listener"] > 0.2


def documented_rates() -> dict[str, list[float]]:
    rows = re.findall(
        r"^\| (\d.*?) \|((?: \**[\d.]+ %\** \|){4})$", DOCUMENT.read_text(encoding="utf-8"), re.M
    )
    return {name: [float(x) for x in re.findall(r"[\d.]+", cells)] for name, cells in rows}


def test_the_documented_rates_are_the_simulated_ones():
    documented = documented_rates()

    assert set(documented) == set(DESIGNS)
    for design, percents in documented.items():
        assert percents == pytest.approx(
            [100 * rate for rate in rejection_rates(design).values()], abs=0.25
        )

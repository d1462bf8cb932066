"""How often each test finds a difference where there is none, over new listeners and items.

Short simulations; benchmarks/bench_rates.py makes the long ones, whose results are tested here too.
"""

import json
from functools import cache

import pytest

from benchmarks.results import RESULTS
from benchmarks.simulated_rates import DESIGNS, SPOKEN, rates, spoken_rates

RUNS, FEW_RUNS = 2000, 400
NOMINAL = 5.0
ALLOWED = 1.5
CHANCE = {RUNS: 0.0, FEW_RUNS: 2.5}  # further points that so few runs may be off by
COMPLETE = [name for name, design in DESIGNS.items() if design.is_complete]
SEED = 1534


@cache
def simulated(name: str) -> dict[str, float]:
    if name in SPOKEN:
        return spoken_rates(SPOKEN[name], runs=FEW_RUNS, seed=SEED)
    return rates(DESIGNS[name], runs=runs_of(name), seed=SEED)


def runs_of(name: str) -> int:
    return RUNS if name in COMPLETE else FEW_RUNS


@pytest.mark.parametrize("name", [*DESIGNS, *SPOKEN])
def test_the_crossed_test_keeps_its_level(name):
    assert simulated(name)["crossed"] <= NOMINAL + ALLOWED + CHANCE[runs_of(name)]


@pytest.mark.parametrize("name", [*DESIGNS, *SPOKEN])
def test_equivalence_is_not_shown_where_there_is_none(name):
    assert simulated(name)["tost_size"] <= NOMINAL + ALLOWED + CHANCE[runs_of(name)]


@pytest.mark.parametrize("name", COMPLETE)
def test_the_crossed_interval_holds_the_truth_as_often_as_it_says(name):
    assert 93.5 <= simulated(name)["coverage"] <= 97


def test_ignoring_the_items_finds_what_is_not_there():
    found = simulated("A 20 x 10")

    assert found["pooled"] > 30
    assert found["listener_means"] > 20


def test_ignoring_the_speakers_finds_what_is_not_there():
    assert simulated("20 x 20, 5 speakers")["speakers_ignored"] > 10


def long_rows() -> list[dict[str, str]]:
    content = json.loads((RESULTS / "rates.json").read_text(encoding="utf-8"))
    assert content["settings"]["runs"] >= 2000
    return [row for rows in content["tables"].values() for row in rows]


def test_the_long_simulation_has_every_design():
    assert [row["design"] for row in long_rows()] == [*DESIGNS, *SPOKEN]


@pytest.mark.parametrize("row", long_rows(), ids=lambda row: row["design"])
def test_the_long_simulation_holds_what_is_claimed(row):
    crossed, coverage, tost_size = (
        float(row[name].removesuffix(" %")) for name in ("crossed", "coverage", "tost_size")
    )

    assert crossed <= NOMINAL + ALLOWED
    assert tost_size <= NOMINAL + ALLOWED
    assert 93.5 <= coverage <= 96.5

"""What the benchmark of statistics last measured is what the product promises."""

import json
from typing import Any

import numpy as np
import pytest

from benchmarks.million import LAYOUTS, measure, write_ratings
from benchmarks.results import RESULTS
from benchmarks.simulated_rates import DESIGNS, Design

MEASURED: dict[str, Any] = json.loads((RESULTS / "statistics.json").read_text(encoding="utf-8"))
BESIDE_LMER, MILLIONS, *_ = MEASURED["tables"].values()


@pytest.mark.parametrize("row", BESIDE_LMER, ids=lambda row: row["data"])
def test_a_pair_takes_no_longer_than_lmer(row):
    assert row["earshot"] < row["lmer"]


def test_the_peer_was_measured_up_to_a_hundred_thousand_ratings():
    assert {int(row["data"].split()[0]) for row in BESIDE_LMER} == {1_000, 10_000, 100_000}


@pytest.mark.parametrize("row", MILLIONS, ids=lambda row: row["layout"])
def test_a_million_ratings_fit_in_ten_seconds_and_a_gigabyte(row):
    assert row["total_s"] < 10
    assert row["peak_mb"] < 1024


def test_the_largest_table_holds_a_million_ratings():
    assert max(row["ratings"] for row in MILLIONS) == 1_000_000


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_step_is_measured_on_every_layout(layout, tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.million.LISTENERS", 6)
    monkeypatch.setattr("benchmarks.million.ITEMS", 8)
    write_ratings(tmp_path / "ratings.csv", layout, seed=1)

    taken = measure(tmp_path / "ratings.csv")

    assert set(taken) == set(MILLIONS[0]) - {"layout"}


@pytest.mark.parametrize("name", DESIGNS)
def test_simulated_designs_have_the_gaps_they_say(name):
    design: Design = DESIGNS[name]
    heard = ~np.isnan(design.draw(np.random.default_rng(1)))

    assert heard.shape == (design.listeners, design.items)
    assert heard.all() == design.is_complete
    if design.per_listener:
        assert (heard.sum(axis=1) == design.per_listener).all()

"""What the benchmark of `manage.py analyze` last measured, and that it measures the command."""

import json
from typing import Any

import pytest

from benchmarks.bench_analyze import LIMIT_MB, LIMIT_S, analyze
from benchmarks.million import LAYOUTS
from benchmarks.results import RESULTS

MEASURED: dict[str, Any] = json.loads((RESULTS / "analyze.json").read_text(encoding="utf-8"))
((_, ROWS),) = MEASURED["tables"].items()


def test_every_layout_was_measured_up_to_a_million_ratings():
    assert {row["layout"] for row in ROWS} == {layout.title for layout in LAYOUTS.values()}
    assert max(row["ratings"] for row in ROWS) == 1_000_000


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['layout']}, {row['columns']}")
def test_a_report_stays_below_its_gigabyte(row):
    assert row["peak_mb"] < LIMIT_MB


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['layout']}, {row['columns']}")
def test_a_report_takes_less_than_ten_seconds_on_two_processors(row):
    assert row["on_two_processors_s"] < LIMIT_S


def test_a_run_that_fails_is_no_measurement(tmp_path):
    (tmp_path / "ratings.csv").write_text("listener,item,system,score\n")

    with pytest.raises(RuntimeError, match="ended with 1"):
        analyze(tmp_path / "ratings.csv", tmp_path / "report")

"""`make demo`, for real: a worker, a server, simulated listeners, and a report that adds up."""

import csv
import json
import math
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

pytestmark = pytest.mark.worker
ROOT = Path(__file__).resolve().parent.parent
N_LISTENERS = 4
N_ITEMS = 13
SYSTEMS = {"natural", "anchor35", "anchor20", "griffin_lim", "world", "universal"}
LIMIT_S = 900  # 84 clips, on a loaded machine


@dataclass(frozen=True)
class Demo:
    """A finished run and what it left."""

    process: subprocess.CompletedProcess[str]
    var: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    var = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "manage.py", "demo", "--listeners", str(N_LISTENERS)]
    environment = os.environ | {"EARSHOT_VAR": str(var), "DATABASE_URL": "", "BROKER_URL": ""}
    process = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT_S
    )
    return Demo(process, var)


@pytest.fixture(scope="module")
def report(demo):
    return json.loads((demo.var / "report" / "report.json").read_text())


@pytest.fixture(scope="module")
def scores(demo):
    """(listener, item) -> score, by system, from the CSV alone."""
    with (demo.var / "report" / "ratings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in rows:
        assert row["listener_kind"] == "simulated"
        cells[row["system"]][row["listener"], row["item"]] = float(row["score"])
    return cells


def test_it_succeeds_and_says_that_the_listeners_are_simulated(demo):
    assert demo.process.returncode == 0, demo.process.stdout + demo.process.stderr
    assert "SIMULATED" in demo.process.stdout
    html = (demo.var / "report" / "report.html").read_text()
    assert "simulated" in html.lower()


def test_every_rating_of_every_system_is_in_the_csv(scores):
    assert set(scores) == SYSTEMS
    assert all(len(cells) == N_LISTENERS * N_ITEMS for cells in scores.values())


def test_the_reports_figures_follow_from_its_csv(report, scores):
    rows = {row["system"]: row for row in report["everyone"]["systems"]}
    for system, cells in scores.items():
        values = list(cells.values())
        assert rows[system]["mean"] == pytest.approx(np.mean(values))
        assert rows[system]["median"] == np.median(values)
        assert rows[system]["sd"] == pytest.approx(np.std(values, ddof=1))


def test_the_pairs_follow_from_the_csv(report, scores):
    """Paired t over listener means, by plain SciPy, beside the report's own."""
    for pair in report["everyone"]["pairs"]:
        first, second = (_listener_means(scores[pair[side]]) for side in ("first", "second"))
        difference = first - second
        assert pair["difference"] == pytest.approx(np.mean(difference))
        expected = stats.ttest_rel(first, second).pvalue
        assert pair["listener_means"]["t_p"] == pytest.approx(expected, rel=1e-6)


def test_the_stated_means_are_recovered(report):
    """Most intervals hold what was put in; all observed means lie near it."""
    rows = report["recovery"]
    assert {row["system"] for row in rows} == SYSTEMS
    for row in rows:
        assert abs(row["observed_mean"] - row["expected_mean"]) < 15
    assert sum(row["inside"] for row in rows) >= 4


def test_every_clip_is_done_and_on_disk(demo):
    stored = list((demo.var / "media" / "audio").rglob("*.wav"))
    assert len(stored) == (N_ITEMS + 1) * len(SYSTEMS)
    assert all(path.stat().st_size > 0 for path in stored)


def _listener_means(cells):
    by_listener = defaultdict(list)
    for (listener, _), score in cells.items():
        by_listener[listener].append(score)
    return np.array([math.fsum(values) / len(values) for _, values in sorted(by_listener.items())])

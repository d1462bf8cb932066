"""The report's numbers again, from its own files, without any of the product's statistics."""

import csv
import itertools
import json
import math
from collections import defaultdict

import numpy as np
import pytest
from scipy import stats

from mushra.reports.export import write_report

UNDER_TEST = ["universal", "world", "griffin_lim"]


@pytest.fixture(scope="module")
def report(tmp_path_factory, document, table):
    directory = tmp_path_factory.mktemp("report")
    write_report(directory, document, table)
    return json.loads(
        (directory / "report.json").read_text(encoding="utf-8")
    ), directory / "ratings.csv"


@pytest.fixture(scope="module")
def scores(report):
    """All scores of the CSV by system, listener and item."""
    with report[1].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in rows:
        cells[row["system"]][row["listener"], row["item"]] = float(row["score"])
    return cells


@pytest.fixture(scope="module")
def excluded(scores):
    bad = defaultdict(list)
    for (listener, _), score in scores["natural"].items():
        bad[listener].append(score < 90)
    return {listener for listener, marks in bad.items() if sum(marks) / len(marks) > 0.15}


def as_matrix(cells, excluded):
    listeners = sorted({listener for listener, _ in cells} - set(excluded))
    items = sorted({item for _, item in cells})
    return np.array([[cells[listener, item] for item in items] for listener in listeners])


def crossed_by_hand(y):
    n_l, n_i = y.shape
    rows, columns, grand = y.mean(1), y.mean(0), y.mean()
    ms_l = n_i * ((rows - grand) ** 2).sum() / (n_l - 1)
    ms_i = n_l * ((columns - grand) ** 2).sum() / (n_i - 1)
    df_e = (n_l - 1) * (n_i - 1)
    ms_e = ((y - rows[:, None] - columns + grand) ** 2).sum() / df_e
    assert ms_l > ms_e, "these data must not be singular"
    assert ms_i > ms_e, "these data must not be singular"
    top = ms_l + ms_i - ms_e
    df = top**2 / (ms_l**2 / (n_l - 1) + ms_i**2 / (n_i - 1) + ms_e**2 / df_e)
    return grand, math.sqrt(top / (n_l * n_i)), df


def exact_wilcoxon(differences):
    """By counting all sign patterns."""
    d = np.round(differences, 9)
    d = d[d != 0]
    ranks = stats.rankdata(np.abs(d))
    signs = np.array(list(itertools.product([0.0, 1.0], repeat=len(d))))
    sums, observed, center = signs @ ranks, ranks[d > 0].sum(), ranks.sum() / 2
    return np.mean(np.abs(sums - center) >= abs(observed - center) - 1e-9)


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_screening(report, excluded):
    assert report[0]["screening"]["excluded"] == sorted(excluded)
    assert excluded, "the data must hold somebody to exclude"


@pytest.mark.parametrize("group", ["after_screening", "everyone"])
def test_descriptives(report, scores, excluded, group):
    left_out = excluded if group == "after_screening" else set()
    for row in report[0][group]["systems"]:
        values = np.sort(as_matrix(scores[row["system"]], left_out).ravel())
        half = (len(values) + 1) // 2
        assert row["n_ratings"] == len(values)
        assert row["median"] == close(np.median(values))
        assert row["q1"] == close(np.median(values[:half]))
        assert row["q3"] == close(np.median(values[-half:]))
        assert row["iqr"] == close(row["q3"] - row["q1"])
        assert row["mean"] == close(values.mean())
        assert row["sd"] == close(values.std(ddof=1))
        assert (row["minimum"], row["maximum"]) == (values[0], values[-1])


@pytest.mark.parametrize("group", ["after_screening", "everyone"])
def test_intervals_of_means(report, scores, excluded, group):
    left_out = excluded if group == "after_screening" else set()
    rows = {row["system"]: row for row in report[0][group]["systems"]}
    for system in UNDER_TEST:
        mean, se, df = crossed_by_hand(as_matrix(scores[system], left_out))
        half = stats.t.ppf(0.975, df) * se
        interval = rows[system]["interval"]
        assert interval["kind"] == "crossed"
        assert interval["se"] == close(se)
        assert interval["df"] == close(df)
        assert (interval["low"], interval["high"]) == (close(mean - half), close(mean + half))


def test_relative_mushra(report, scores, excluded):
    natural = as_matrix(scores["natural"], excluded)
    rows = {row["system"]: row for row in report[0]["after_screening"]["systems"]}
    for system in UNDER_TEST:
        values = as_matrix(scores[system], excluded)
        ratio = values.mean() / natural.mean()
        _, se, df = crossed_by_hand(values - ratio * natural)
        half = 100 * stats.t.ppf(0.975, df) * se / natural.mean()
        assert rows[system]["relative"]["percent"] == close(100 * ratio)
        assert rows[system]["relative"]["low"] == close(100 * ratio - half)


@pytest.mark.parametrize("group", ["after_screening", "everyone"])
@pytest.mark.parametrize("family", ["pairs", "against_reference"])
def test_paired_tests(report, scores, excluded, group, family):
    left_out = excluded if group == "after_screening" else set()
    rows = report[0][group][family]
    assert len(rows) == 3
    p_values = []
    for row in rows:
        first = as_matrix(scores[row["first"]], left_out)
        differences = first - as_matrix(scores[row["second"]], left_out)
        mean, se, df = crossed_by_hand(differences)
        p_values.append(2 * stats.t.sf(abs(mean / se), df))
        half = stats.t.ppf(0.975, df) * se
        assert row["difference"] == close(mean)
        assert row["se"] == close(se)
        assert row["df"] == close(df)
        assert row["t"] == close(mean / se)
        assert row["p"] == pytest.approx(p_values[-1], rel=1e-6)
        assert (row["low"], row["high"]) == (close(mean - half), close(mean + half))
    holm = holm_by_hand(p_values)
    assert [row["p_holm"] for row in rows] == pytest.approx(holm, rel=1e-6)


def holm_by_hand(p_values):
    adjusted, highest = {}, 0.0
    for step, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, (len(p_values) - step) * p_values[index])
        adjusted[index] = min(1.0, highest)
    return [adjusted[index] for index in range(len(p_values))]


def test_tests_on_listener_means(report, scores, excluded):
    rows, p_values = report[0]["after_screening"]["pairs"], []
    for row in rows:
        first = as_matrix(scores[row["first"]], excluded)
        means = (first - as_matrix(scores[row["second"]], excluded)).mean(axis=1)
        tests = row["listener_means"]
        student = stats.ttest_1samp(means, 0)
        p_values.append(exact_wilcoxon(means))
        assert tests["wilcoxon_p"] == close(p_values[-1])
        assert tests["t_p"] == pytest.approx(student.pvalue, rel=1e-6)
        assert tests["cohen_dz"] == close(means.mean() / means.std(ddof=1))
    corrected = [row["listener_means"]["wilcoxon_p_holm"] for row in rows]
    assert corrected == pytest.approx(holm_by_hand(p_values))


def test_scenario_means(report, scores, excluded):
    first_five = {f"u{number:02d}" for number in range(5)}
    seen = report[0]["scenarios"][0]["results"]
    for row in seen["systems"]:
        cells = {k: v for k, v in scores[row["system"]].items() if k[1] in first_five}
        assert row["mean"] == close(as_matrix(cells, excluded).mean())


def test_recovery(report, scores, excluded, model):
    for row in report[0]["recovery"]:
        observed = as_matrix(scores[row["system"]], excluded).mean()
        sd = model.sd_of(row["system"])
        latent = np.random.default_rng(1).normal(model.means[row["system"]], sd, 400_000)
        assert row["observed_mean"] == close(observed)
        assert row["expected_mean"] == pytest.approx(
            np.clip(np.rint(latent), 0, 100).mean(), abs=0.15
        )
        assert row["inside"] == (row["low"] <= row["expected_mean"] <= row["high"])

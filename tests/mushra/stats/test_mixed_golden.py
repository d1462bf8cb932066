"""The mixed model against R lmerTest, on data that scripts/reference/mixed_inputs.py makes."""

import csv
from functools import cache

import numpy as np
import pytest
from scipy import stats

from mushra.stats.equivalence import tost
from mushra.stats.mixed import MixedFit, fit_crossed
from tests.mushra.stats.golden import GOLDEN, values_from_r

FROM_R = values_from_r("mixed.json")
LMER = FROM_R["cases"]
FACTORS = ("listener", "item", "speaker")


@cache
def rows() -> dict[str, list[dict[str, str]]]:
    cases: dict[str, list[dict[str, str]]] = {}
    with (GOLDEN / "mixed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["case"], []).append(row)
    return cases


@cache
def fitted(case: str) -> MixedFit:
    names = [name for name in FACTORS if rows()[case][0][name]]
    factors = [
        np.unique([row[name] for row in rows()[case]], return_inverse=True)[1] for name in names
    ]
    return fit_crossed(np.array([float(row["difference"]) for row in rows()[case]]), factors)


@pytest.mark.parametrize("case", LMER)
def test_the_mixed_model_equals_lmertest(case):
    result, expected = fitted(case), LMER[case]

    assert result.mean == pytest.approx(expected["mean"], abs=1e-6)
    assert result.se == pytest.approx(expected["se"], rel=1e-6)
    assert result.df == pytest.approx(expected["df"], rel=1e-4)
    assert result.t == pytest.approx(expected["t"], rel=1e-5, abs=1e-7)
    assert result.p == pytest.approx(expected["p"], rel=1e-4)


@pytest.mark.parametrize("case", LMER)
def test_the_variance_components_equal_lmertest(case):
    result, expected = fitted(case), LMER[case]

    assert result.components == pytest.approx(
        list(expected["components"].values()), rel=1e-4, abs=1e-4
    )
    assert result.residual == pytest.approx(expected["residual"], rel=1e-5)


@pytest.mark.parametrize("case", LMER)
def test_equivalence_on_the_mixed_model_equals_r(case):
    result, expected = fitted(case), LMER[case]

    equivalence = tost(result.mean, result.se, result.df, 5.0)

    assert equivalence.p == pytest.approx(expected["tost_p"], rel=1e-3)
    interval = (equivalence.interval90.low, equivalence.interval90.high)
    assert interval == pytest.approx(expected["ci90"], rel=1e-5, abs=1e-5)


def test_two_one_sided_tests_equal_those_of_t_test():
    expected = FROM_R["student"]
    values = np.array(expected["values"])

    result = tost(values.mean(), float(stats.sem(values)), values.size - 1, expected["margin"])

    assert result.p == pytest.approx(max(expected["lower_p"], expected["upper_p"]), rel=1e-9)
    interval = (result.interval90.low, result.interval90.high)
    assert interval == pytest.approx(expected["ci90"], rel=1e-9)


def test_the_document_counts_the_golden_cases():
    document = (GOLDEN.parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")

    assert f"on {len(LMER)} made data sets, complete and not" in document


def test_golden_data_hold_every_kind_of_singular_fit():
    kinds = {tuple(component == 0 for component in fitted(case).components) for case in LMER}

    assert {kind for kind in kinds if len(kind) == 2} == {
        (False, False),
        (True, False),
        (False, True),
        (True, True),
    }
    assert len({kind for kind in kinds if len(kind) == 3}) >= 6


def test_golden_data_hold_complete_and_incomplete_designs_with_ties():
    complete = {case: fitted(case).n_ratings == np.prod(fitted(case).n_levels[:2]) for case in LMER}
    values = [row["difference"] for row in rows()["mostly_ties"]]

    assert set(complete.values()) == {True, False}
    assert "0" in values
    assert len(set(values)) <= 5

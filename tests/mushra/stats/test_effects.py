import math

import numpy as np
import pytest

from mushra.stats import effects
from mushra.stats.effects import (
    cohen_dz,
    hedges_g,
    hodges_lehmann,
    hodges_lehmann_interval,
    rank_biserial,
)
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import signed_rank
from tests.mushra.stats.golden import samples, values_from_r
from tests.mushra.stats.menu_golden import arrays, r_values

PAIRED = values_from_r("paired.json")["cases"]
SAMPLES = samples()
UNTIED = arrays("untied")


@pytest.mark.parametrize("case", sorted(PAIRED))
def test_effects_equal_r(case):
    assert cohen_dz(SAMPLES[case]) == pytest.approx(PAIRED[case]["dz"], rel=1e-9)
    assert hodges_lehmann(SAMPLES[case]) == pytest.approx(PAIRED[case]["hodges_lehmann"], abs=1e-9)


def test_hedges_g_shrinks_by_the_exact_factor():
    values = np.array([1.0, 2.0, 4.0, 7.0, 3.0])

    shrinkage = hedges_g(values) / cohen_dz(values)

    assert shrinkage == pytest.approx(math.gamma(2) / (math.sqrt(2) * math.gamma(1.5)))
    assert shrinkage == pytest.approx(1 - 3 / (4 * 4 - 1), abs=0.003)


def test_rank_biserial_runs_from_minus_one_to_one():
    assert rank_biserial(np.array([1.0, 2.0, 0.0])) == 1.0
    assert rank_biserial(np.array([-1.0, -2.0])) == -1.0
    assert rank_biserial(np.array([-1.0, 1.0])) == 0.0
    assert rank_biserial(np.zeros(3)) == 0.0


def test_rank_biserial_weighs_ranks():
    assert rank_biserial(np.array([3.0, -1.0, 2.0])) == pytest.approx((5 - 1) / 6)


def test_equal_differences_have_no_standardized_effect():
    assert math.isnan(cohen_dz(np.full(4, 2.0)))
    assert hodges_lehmann(np.full(4, 2.0)) == 2.0


def test_one_listener_has_no_standardized_effect():
    with pytest.raises(TooFewRatings, match="two listeners"):
        cohen_dz(np.array([1.0]))


@pytest.mark.parametrize("case", sorted(UNTIED))
def test_the_pseudomedians_interval_equals_r(case):
    expected = r_values("pseudomedians")[case]

    result = hodges_lehmann_interval(UNTIED[case])
    wide = hodges_lehmann_interval(UNTIED[case], level=0.9)

    assert result.estimate == pytest.approx(expected["estimate"], abs=1e-9)
    assert (result.interval.low, result.interval.high) == pytest.approx(
        (expected["low"], expected["high"]), abs=1e-9
    )
    assert (wide.interval.low, wide.interval.high) == pytest.approx(
        (expected["low90"], expected["high90"]), abs=1e-9
    )


@pytest.mark.parametrize("shift", ["low", "high"])
def test_the_interval_holds_what_the_signed_rank_test_does_not_reject(shift):
    values = UNTIED["untied_21"]
    end = getattr(hodges_lehmann_interval(values).interval, shift)
    outward = -1e-4 if shift == "low" else 1e-4

    assert signed_rank(values - end + outward).p > 0.05
    assert signed_rank(values - end - outward).p <= 0.05


def test_few_listeners_cannot_have_the_coverage_asked_for():
    result = hodges_lehmann_interval(np.array([1.0, 2.0, 4.0, 8.0]))

    assert (result.interval.low, result.interval.high) == (1.0, 8.0)
    assert result.coverage == pytest.approx(1 - 2 / 2**4)
    assert hodges_lehmann_interval(np.arange(6.0)).coverage >= 0.95


def test_one_listener_is_the_whole_interval():
    result = hodges_lehmann_interval(np.array([3.0]))

    assert (result.interval.low, result.interval.high, result.coverage) == (3.0, 3.0, 0.0)


def test_counting_averages_equals_forming_them(monkeypatch):
    values = np.random.default_rng(6).normal(2, 9, 301)
    formed = hodges_lehmann_interval(values)

    monkeypatch.setattr(effects, "MOST_AVERAGED", 10)
    counted = hodges_lehmann_interval(values)

    assert counted.estimate == pytest.approx(formed.estimate, abs=1e-8)
    assert counted.interval.low == pytest.approx(formed.interval.low, abs=1e-8)


def test_the_normal_limit_agrees_with_the_count(monkeypatch):
    values = np.random.default_rng(7).normal(2, 9, 400)
    counted = hodges_lehmann_interval(values)

    monkeypatch.setattr(effects, "MOST_COUNTED", 10)
    approximated = hodges_lehmann_interval(values)

    assert approximated.interval.low == pytest.approx(counted.interval.low, abs=0.01)
    assert approximated.interval.high == pytest.approx(counted.interval.high, abs=0.01)


def test_a_level_off_the_scale_or_a_gap_is_refused():
    with pytest.raises(ValueError, match="level"):
        hodges_lehmann_interval(np.ones(4), level=1.0)
    with pytest.raises(ValueError, match="missing"):
        hodges_lehmann(np.array([1.0, np.nan]))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mushra.stats.anova import (
    check_assumptions,
    factorial_repeated_measures,
    repeated_measures,
)
from mushra.stats.errors import TooFewRatings
from tests.mushra.stats.menu_golden import array, r_values


def assert_equals_r(effect, expected):
    assert (effect.df, effect.df_error) == (expected["df"], expected["df_error"])
    assert effect.f == pytest.approx(expected["f"], rel=1e-9)
    assert effect.p == pytest.approx(expected["p"], rel=1e-9)
    assert effect.p_greenhouse_geisser == pytest.approx(expected["p_gg"], rel=1e-9)
    assert effect.p_huynh_feldt == pytest.approx(expected["p_hf"], rel=1e-9)
    printed = [float(epsilon) for epsilon in expected["epsilons"][-2:]]
    assert effect.greenhouse_geisser == pytest.approx(printed[0], abs=5e-5)
    assert effect.huynh_feldt == pytest.approx(min(1.0, printed[1]), abs=5e-5)
    assert effect.mauchly_w == pytest.approx(expected["w"], rel=1e-9)
    assert effect.mauchly_p == pytest.approx(expected["w_p_exact"], rel=1e-9)
    assert effect.mauchly_p == pytest.approx(expected["w_p"], rel=5e-3)  # see menu.R


def test_one_way_repeated_measures_equal_r():
    assert_equals_r(repeated_measures(array("means")), r_values("one_way"))


@pytest.mark.parametrize("name", ["system", "factor", "interaction"])
def test_two_way_repeated_measures_equal_r(name):
    effects = factorial_repeated_measures(array("factorial"))

    assert_equals_r(getattr(effects, name), r_values("two_way")[name])


def test_two_systems_give_the_paired_t_test():
    means = array("means")[:, :2]

    result = repeated_measures(means)

    assert result.f == pytest.approx(stats.ttest_rel(*means.T).statistic ** 2)
    assert result.greenhouse_geisser == pytest.approx(1.0)
    assert math.isnan(result.mauchly_p)


def test_partial_eta_squared_follows_from_f():
    result = repeated_measures(array("means"))

    explained = result.f * result.df
    assert result.partial_eta_squared == pytest.approx(explained / (explained + result.df_error))


@given(st.integers(0, 10_000), st.floats(-50, 50))
def test_a_listeners_level_and_the_order_change_nothing(seed, level):
    rng = np.random.default_rng(seed)
    means = rng.normal(60, 9, (6, 3))
    shuffled = means[rng.permutation(6)][:, rng.permutation(3)]
    shuffled[0] += level

    first, second = repeated_measures(means), repeated_measures(shuffled)

    assert second.f == pytest.approx(first.f, rel=1e-6)
    assert second.p_huynh_feldt == pytest.approx(first.p_huynh_feldt, rel=1e-6, abs=1e-12)


@given(st.integers(0, 10_000))
def test_corrections_only_make_p_larger_when_f_exceeds_one(seed):
    result = repeated_measures(np.random.default_rng(seed).normal([50, 55, 60, 70], 9, (7, 4)))

    assert 1 / 3 <= result.greenhouse_geisser <= result.huynh_feldt + 1e-9 <= 1 + 1e-9
    if result.f > 2:
        assert result.p <= result.p_huynh_feldt + 1e-12
        assert result.p_huynh_feldt <= result.p_greenhouse_geisser + 1e-12


def test_more_systems_than_listeners_still_have_an_f():
    result = repeated_measures(np.random.default_rng(1).normal(50, 9, (4, 6)))

    assert 0 < result.p_greenhouse_geisser < 1
    assert math.isnan(result.mauchly_p)


def test_listeners_who_differ_by_level_only_leave_no_error():
    means = np.array([10.0, 20.0, 30.0]) + np.arange(5.0)[:, None]

    result = repeated_measures(means)

    assert math.isnan(result.f)
    assert result.partial_eta_squared == 1.0
    assert math.isnan(repeated_measures(np.full((5, 3), 100.0)).partial_eta_squared)


def test_the_check_list_equals_r():
    result = check_assumptions(array("means"))

    assert result.variance_ratio == pytest.approx(r_values("variance_ratio"))
    assert result.shapiro_w == pytest.approx(r_values("shapiro")["w"], rel=1e-6)
    assert result.shapiro_p == pytest.approx(r_values("shapiro")["p"], rel=1e-5)


def test_the_check_list_survives_a_reference_that_never_varies():
    means = np.column_stack([np.full(5, 100.0), [50.0, 60.0, 40.0, 55.0, 70.0]])

    assert check_assumptions(means).variance_ratio == math.inf
    assert math.isnan(check_assumptions(np.full((5, 3), 100.0)).shapiro_p)


@pytest.mark.parametrize("shape", [(1, 4), (5, 1), (5,)])
def test_too_little_data_is_refused(shape):
    with pytest.raises(TooFewRatings, match="at least 2 listeners"):
        repeated_measures(np.ones(shape))


def test_gaps_are_refused():
    with pytest.raises(ValueError, match="complete rows"):
        repeated_measures(np.array([[1.0, np.nan], [2.0, 3.0]]))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.errors import TooFewRatings
from mushra.stats.shape import describe_shape
from tests.mushra.stats.menu_golden import array, r_values


@pytest.mark.parametrize("case", ["skewed_scores", "two_modes"])
def test_moments_and_coefficient_equal_r(case):
    expected = r_values("shape")[case]

    result = describe_shape(array(case))

    assert result.skewness == pytest.approx(expected["skewness"], rel=1e-9)
    assert result.excess_kurtosis == pytest.approx(expected["kurtosis"], rel=1e-9)
    assert result.bimodality == pytest.approx(expected["bimodality"], rel=1e-9)


def test_two_modes_are_hinted_at_and_one_is_not():
    rng = np.random.default_rng(1)

    assert describe_shape(array("two_modes")).hints_at_modes
    assert not describe_shape(rng.normal(60, 9, 400)).hints_at_modes


def test_a_uniform_distribution_has_the_limit_itself():
    assert describe_shape(np.linspace(0, 100, 100_001)).bimodality == pytest.approx(5 / 9, abs=1e-4)


def test_shares_count_the_ends_of_the_scale():
    result = describe_shape(np.array([0.0, 100.0, 100.0, 80.0, 79.9, 50.0]))

    assert result.share_at_floor == pytest.approx(1 / 6)
    assert result.share_at_ceiling == pytest.approx(2 / 6)
    assert result.share_saturated == pytest.approx(3 / 6)
    assert result.is_saturated
    assert result.is_cut_off


def test_scores_in_the_middle_warn_of_nothing():
    result = describe_shape(np.array([30.0, 40.0, 50.0, 60.0, 70.0]))

    assert not result.is_saturated
    assert not result.is_cut_off
    assert not result.hints_at_modes


@pytest.mark.parametrize("scores", [[50.0, 60.0, 70.0], [100.0] * 20])
def test_too_few_or_equal_scores_have_no_moments(scores):
    result = describe_shape(np.array(scores))

    assert math.isnan(result.bimodality)
    assert not result.hints_at_modes


def test_no_scores_are_refused():
    with pytest.raises(TooFewRatings):
        describe_shape(np.array([]))


@given(st.lists(st.integers(0, 50), min_size=5, max_size=30), st.integers(1, 2))
def test_moving_and_stretching_the_scores_changes_no_moment(scores, factor):
    values = np.array(scores, dtype=float)

    first, second = describe_shape(values), describe_shape(factor * values)

    assert second.bimodality == pytest.approx(first.bimodality, nan_ok=True)

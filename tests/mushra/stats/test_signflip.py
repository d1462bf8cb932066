import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mushra.stats.errors import TooFewRatings
from mushra.stats.signflip import sign_flip
from tests.mushra.stats.menu_golden import arrays, r_values

WHOLE = arrays("flip_whole")
FRACTIONS = arrays("flip_fractions")


@pytest.mark.parametrize("case", sorted(WHOLE))
def test_whole_differences_equal_exact_rank_tests(case):
    result = sign_flip(WHOLE[case])

    assert result.is_exact
    assert result.p == pytest.approx(r_values("flip_whole")[case], rel=1e-6)


@pytest.mark.parametrize("case", sorted(FRACTIONS))
def test_fractions_equal_all_patterns_enumerated(case):
    assert sign_flip(FRACTIONS[case]).p == pytest.approx(r_values("flip_fractions")[case])


def test_scipy_agrees_on_a_small_sample():
    values = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0])
    result = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=10_000
    )

    assert sign_flip(values).p == pytest.approx(result.pvalue)


@given(st.lists(st.integers(-40, 60), min_size=22, max_size=30))
def test_both_ways_of_counting_agree(scores):
    averages = np.array(scores) / 7

    counted, halved = sign_flip(averages), sign_flip(averages, max_steps=0)

    assert counted.is_exact
    assert halved.is_exact
    assert halved.p == pytest.approx(counted.p, rel=1e-9)


def test_sums_that_tie_but_for_float_noise_are_extreme():
    sevenths = np.array([3.0, 5.0, -8.0, 6.0, -6.0, 12.0]) / 7

    assert sign_flip(sevenths).p == sign_flip(sevenths * 7).p


def test_zeros_change_nothing():
    values = np.array([2.0, 3.0, -1.0, 4.0])

    assert sign_flip(np.append(values, [0.0, 0.0])).p == sign_flip(values).p


def test_the_order_and_the_direction_change_nothing():
    values = np.random.default_rng(4).normal(1, 3, 17)

    assert sign_flip(values[::-1]).p == sign_flip(values).p
    assert sign_flip(-values).p == sign_flip(values).p


def test_many_listeners_and_items_are_counted_exactly():
    averages = np.random.default_rng(2).integers(-300, 340, 200) / 10

    result = sign_flip(averages)

    assert result.is_exact
    assert result.p == pytest.approx(stats.ttest_1samp(averages, 0).pvalue, rel=0.05)


@pytest.mark.parametrize("n", [40, 200, 500])
@pytest.mark.parametrize("shift", [0.05, 0.3])
def test_where_counting_takes_too_long_the_result_says_so(n, shift):
    values = np.random.default_rng(n).standard_t(4, n) + shift
    in_thousandths = np.round(values, 3)

    result, counted = sign_flip(values), sign_flip(in_thousandths, max_steps=10**10)

    assert (result.is_exact, counted.is_exact) == (False, True)
    assert result.p == pytest.approx(counted.p, rel=0.01)


def test_thousands_of_listeners_are_approximated():
    values = np.random.default_rng(8).normal(0.02, 1, 5000)

    assert sign_flip(values).p == pytest.approx(stats.ttest_1samp(values, 0).pvalue, rel=0.01)


def test_differences_that_cancel_or_vanish_give_p_one():
    assert sign_flip(np.array([4.0, -4.0])).p == 1.0
    assert sign_flip(np.zeros(5)).p == 1.0


def test_one_listener_can_show_nothing():
    assert sign_flip(np.array([9.0])).p == 1.0


def test_missing_or_no_differences_are_refused():
    with pytest.raises(TooFewRatings):
        sign_flip(np.array([]))
    with pytest.raises(ValueError, match="missing"):
        sign_flip(np.array([1.0, np.nan]))

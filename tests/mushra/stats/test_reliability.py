import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.errors import TooFewRatings
from mushra.stats.reliability import (
    icc_a1,
    icc_ak,
    krippendorff_alpha,
    listener_total_correlation,
    repeat_rmse,
    repeat_rmse_by_listener,
)
from tests.mushra.stats.menu_golden import array, r_values

COMPLETE, GAPPY = array("agreement"), array("gappy_agreement")
NAN = math.nan
# Krippendorff 2011: four observers, twelve units; interval alpha 0.849.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T


def alpha(ratings):
    """Krippendorff's alpha of a (targets, listeners) matrix."""
    targets = np.repeat(np.arange(ratings.shape[0]), ratings.shape[1])
    return krippendorff_alpha(ratings.ravel(), targets)


@pytest.mark.parametrize("icc", [icc_a1, icc_ak])
def test_intraclass_correlations_equal_psych(icc):
    expected = r_values(icc.__name__)

    result = icc(COMPLETE)

    assert result.value == pytest.approx(expected["value"], rel=1e-9)
    assert result.interval.low == pytest.approx(expected["low"], rel=1e-6)
    assert result.interval.high == pytest.approx(expected["high"], rel=1e-6)


def test_the_example_of_shrout_and_fleiss():
    ratings = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
    )

    assert icc_a1(ratings).value == pytest.approx(0.29, abs=0.005)
    assert icc_ak(ratings).value == pytest.approx(0.62, abs=0.005)


def test_full_agreement_is_one_and_a_level_shift_is_not():
    ratings = np.tile([[20.0], [50.0], [90.0]], (1, 4))

    assert icc_a1(ratings).value == 1.0
    assert icc_a1(ratings + np.array([0, 5, 10, 15])).value < 1.0


def test_scores_that_never_vary_have_no_agreement():
    assert math.isnan(icc_a1(np.full((4, 3), 100.0)).value)
    assert math.isnan(alpha(np.full((4, 3), 100.0)).value)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (4,)])
def test_one_target_or_one_listener_is_refused(shape):
    with pytest.raises(TooFewRatings, match="2 targets"):
        icc_a1(np.ones(shape))


def test_an_intraclass_correlation_refuses_gaps():
    with pytest.raises(ValueError, match="complete"):
        icc_ak(GAPPY)


def test_krippendorffs_own_example():
    result = alpha(KRIPPENDORFF)

    assert result.value == pytest.approx(0.849, abs=0.0005)
    assert (result.n_ratings, result.n_targets) == (40, 11)


@pytest.mark.parametrize(("name", "ratings"), [("alpha", COMPLETE), ("gappy_alpha", GAPPY)])
def test_alpha_equals_the_coincidences_written_out_in_r(name, ratings):
    assert alpha(ratings).value == pytest.approx(r_values(name), rel=1e-9)


def test_targets_rated_once_are_left_out_and_counted():
    result = krippendorff_alpha(np.array([10.0, 20.0, 90.0, 80.0, 55.0]), np.array([0, 0, 1, 1, 7]))

    assert (result.n_ratings, result.n_targets, result.n_left_out) == (4, 2, 1)


def test_no_target_rated_twice_is_refused():
    with pytest.raises(TooFewRatings, match="two listeners"):
        krippendorff_alpha(np.array([10.0, 20.0]), np.array([0, 1]))


@given(st.integers(0, 10_000), st.floats(0.1, 3), st.floats(-20, 20))
def test_alpha_and_icc_ignore_order_and_unit(seed, factor, shift):
    rng = np.random.default_rng(seed)
    ratings = rng.normal(50, 10, (7, 1)) + rng.normal(0, 6, (7, 4))
    shuffled = factor * ratings[rng.permutation(7)][:, rng.permutation(4)] + shift

    assert alpha(shuffled).value == pytest.approx(alpha(ratings).value, rel=1e-6, abs=1e-9)
    assert icc_a1(shuffled).value == pytest.approx(icc_a1(ratings).value, rel=1e-6, abs=1e-9)


def test_repeat_rmse_is_the_root_mean_square_difference():
    assert repeat_rmse(np.array([50.0, 60.0]), np.array([53.0, 64.0])) == pytest.approx(
        math.sqrt(12.5)
    )


def test_repeat_rmse_of_each_listener():
    differences = np.array([3.0, -4.0, 10.0])

    result = repeat_rmse_by_listener(differences, np.array([0, 0, 2]), 3)

    assert result[[0, 2]] == pytest.approx([math.sqrt(12.5), 10.0])
    assert math.isnan(result[1])


def test_no_repeats_are_refused():
    with pytest.raises(TooFewRatings):
        repeat_rmse(np.array([]), np.array([]))
    with pytest.raises(ValueError, match="its repeat"):
        repeat_rmse(np.ones(2), np.ones(3))


@pytest.mark.parametrize(
    ("name", "ratings"), [("total_correlation", COMPLETE), ("gappy_total_correlation", GAPPY)]
)
def test_listener_total_correlations_equal_r(name, ratings):
    assert listener_total_correlation(ratings) == pytest.approx(r_values(name), rel=1e-9)


def test_a_listener_who_gives_one_score_correlates_with_nobody():
    ratings = np.column_stack([COMPLETE, np.full(12, 50.0)])

    result = listener_total_correlation(ratings)

    assert math.isnan(result[-1])
    assert np.isfinite(result[:-1]).all()


def test_a_listener_against_all_others_correlates_negatively():
    ratings = np.column_stack([COMPLETE, 100 - COMPLETE.mean(axis=1)])

    assert listener_total_correlation(ratings)[-1] == pytest.approx(-1.0)


def test_one_listener_has_nobody_to_correlate_with():
    assert np.isnan(listener_total_correlation(COMPLETE[:, :1])).all()

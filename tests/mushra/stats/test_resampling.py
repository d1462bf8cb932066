import math

import numpy as np
import pytest
from scipy import stats

from mushra.stats.errors import TooFewRatings
from mushra.stats.resampling import (
    CrossedWeights,
    bca_interval,
    bca_mean,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_relative,
    crossed_replicates,
    draw_weights,
)
from tests.mushra.stats.menu_golden import INPUTS, array, r_values

MATRIX, GAPPY, REFERENCE = (
    array(name) for name in ("boot_matrix", "boot_gappy_matrix", "boot_reference")
)


def counts(draws: list[list[int]], n: int) -> np.ndarray:
    """R's saved draws (from 1) as how often each was drawn."""
    return np.array([np.bincount(np.array(row) - 1, minlength=n) for row in draws], dtype=float)


SAVED = CrossedWeights(counts(INPUTS["boot_rows"], 6), counts(INPUTS["boot_columns"], 5), seed=0)


def test_bca_from_saved_draws_equals_boot():
    values = array("boot_values")
    replicates = values[np.array(INPUTS["boot_indices"]) - 1].mean(axis=1)

    interval = bca_interval(values.mean(), replicates, values - values.mean(), level=0.9)

    assert (interval.low, interval.high) == pytest.approx(r_values("bca90"), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "matrix"), [("two_way_means", MATRIX), ("gappy_two_way_means", GAPPY)]
)
def test_two_way_replicates_equal_means_over_resampled_rows_and_columns(name, matrix):
    assert crossed_replicates(matrix, SAVED) == pytest.approx(r_values(name), rel=1e-12)


def test_relative_replicates_equal_r():
    expected = np.array(r_values("two_way_relative"))

    result = bootstrap_relative(MATRIX, REFERENCE, SAVED)

    assert result.se == pytest.approx(expected.std(ddof=1), rel=1e-9)
    assert result.interval.low == pytest.approx(np.sort(expected)[4], rel=1e-9)  # 200 * 0.025 = 5th


def test_bca_agrees_with_scipy_within_monte_carlo_error():
    values = array("boot_values")
    theirs = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval

    ours = bca_mean(values, seed=2, n_replicates=20_000).interval

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.15)


def test_a_bootstrap_is_a_function_of_its_seed():
    values = array("boot_values")

    assert bca_mean(values, seed=3) == bca_mean(values, seed=3)
    assert bca_mean(values, seed=3) != bca_mean(values, seed=4)
    np.testing.assert_array_equal(
        draw_weights(6, 5, seed=1).listeners, draw_weights(6, 5, seed=1).listeners
    )


def test_every_replicate_draws_as_many_as_there_are():
    weights = draw_weights(6, 5, seed=1, n_replicates=50)

    assert (weights.listeners.sum(axis=1) == 6).all()
    assert (weights.items.sum(axis=1) == 5).all()


def test_a_difference_is_paired():
    weights = draw_weights(6, 5, seed=1)

    constant = bootstrap_difference(MATRIX + 4, MATRIX, weights)

    assert constant.estimate == pytest.approx(4.0)
    assert constant.interval.low == pytest.approx(4.0)
    assert constant.se == pytest.approx(0.0, abs=1e-9)


def test_only_trials_rated_for_both_count():
    weights = draw_weights(6, 5, seed=1)

    gappy = bootstrap_difference(MATRIX, GAPPY - 3, weights)
    relative = bootstrap_relative(GAPPY, 2 * MATRIX, weights)

    assert gappy.interval.low == pytest.approx(3.0)
    assert (relative.estimate, relative.interval.high) == pytest.approx((50.0, 50.0))


def test_the_two_way_spread_counts_listeners_and_items():
    rng = np.random.default_rng(9)
    matrix = rng.normal(0, 8, (20, 1)) + rng.normal(0, 8, (1, 10)) + rng.normal(0, 2, (20, 10))

    two_way = bootstrap_mean(matrix, draw_weights(20, 10, seed=1)).se
    listeners_only = bca_mean(matrix.mean(axis=1), seed=1).se

    assert two_way == pytest.approx(math.hypot(8 / 20**0.5, 8 / 10**0.5), rel=0.35)
    assert two_way > 1.3 * listeners_only


def test_the_order_of_listeners_changes_nothing_but_the_draws():
    shuffled = MATRIX[::-1]
    weights = draw_weights(6, 5, seed=1)
    turned = CrossedWeights(weights.listeners[:, ::-1], weights.items, weights.seed)

    assert bootstrap_mean(shuffled, turned).interval.low == pytest.approx(
        bootstrap_mean(MATRIX, weights).interval.low
    )


def test_equal_values_are_their_own_interval():
    result = bca_mean(np.full(5, 70.0), seed=1)

    assert (result.interval.low, result.interval.high, result.se) == (70.0, 70.0, 0.0)


def test_a_replicate_that_drew_no_rating_is_left_out():
    diagonal = np.where(np.eye(3, dtype=bool), 50.0, np.nan)

    result = bootstrap_mean(diagonal, draw_weights(3, 3, seed=1, n_replicates=500))

    assert 100 < result.n_replicates < 500
    assert result.estimate == 50.0


def test_the_acceleration_bends_a_skewed_interval():
    values = np.array([0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 30.0])

    interval = bca_mean(values, seed=1).interval

    assert interval.high - values.mean() > 1.5 * (values.mean() - interval.low)


@pytest.mark.parametrize("values", [[1.0], []])
def test_one_listener_cannot_be_resampled(values):
    with pytest.raises(TooFewRatings, match="two listeners"):
        bca_mean(np.array(values), seed=1)


def test_wrong_input_is_refused():
    weights = draw_weights(6, 5, seed=1, n_replicates=10)

    with pytest.raises(ValueError, match="missing"):
        bca_mean(np.array([1.0, np.nan]), seed=1)
    with pytest.raises(TooFewRatings, match="2 items"):
        draw_weights(5, 1, seed=1)
    with pytest.raises(ValueError, match="weights are for"):
        bootstrap_mean(MATRIX.T, weights)
    with pytest.raises(TooFewRatings, match="No trial"):
        bootstrap_mean(np.full((6, 5), np.nan), weights)
    with pytest.raises(ValueError, match="mean is 0"):
        bootstrap_relative(MATRIX, np.zeros((6, 5)), weights)

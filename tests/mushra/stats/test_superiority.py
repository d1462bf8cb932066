import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mushra.stats.crossed import crossed_mean
from mushra.stats.errors import TooFewRatings
from mushra.stats.superiority import _clustered_error, _Trials, superiority
from tests.mushra.stats.menu_golden import array, r_values


def of_matrix(differences, **options):
    """P(A > B) of a (listeners, items) matrix, NaN where a trial was not rated for both."""
    listeners, items = np.nonzero(~np.isnan(differences))
    return superiority(differences[listeners, items], listeners, items, **options)


def test_incomplete_designs_come_close_to_lmertest():
    expected = r_values("wins")
    average = expected["average"]

    result = of_matrix(array("gappy_differences"))

    assert result.probability == pytest.approx(average)
    assert result.probability == pytest.approx(expected["mean"], abs=0.02)
    error = math.sqrt(average * (1 - average) / result.effective_n)
    assert expected["se"] < error < 1.1 * expected["se"]  # on the cautious side


def test_without_gaps_the_clustered_error_is_the_closed_form():
    rng = np.random.default_rng(3)
    outcomes = np.sign(
        rng.normal(0, 1, (9, 1)) + rng.normal(0, 1, (1, 7)) + rng.normal(0, 1, (9, 7))
    )
    listeners, items = np.indices((9, 7)).reshape(2, -1)
    closed = crossed_mean(outcomes)

    se, df = _clustered_error(outcomes.ravel(), _Trials.of(listeners, items))

    assert (se, df) == pytest.approx((closed.se, closed.df), rel=1e-9)


def test_the_interval_is_wilsons_for_the_effective_number_of_trials():
    differences = np.random.default_rng(1).normal(3, 9, (8, 6))

    result = of_matrix(differences)

    outcomes = crossed_mean((differences > 0).astype(float))
    quantile = stats.t.ppf(0.975, outcomes.df)
    low, high = result.interval.low, result.interval.high
    for end in (low, high):  # Wilson's ends solve |p - end| = quantile * sqrt(end (1 - end) / n)
        reach = quantile * math.sqrt(end * (1 - end) / result.effective_n)
        assert abs(result.probability - end) == pytest.approx(reach)
    assert result.effective_n == pytest.approx(
        result.probability * (1 - result.probability) / outcomes.se**2
    )


def test_shares_sum_to_one_and_ties_count_half():
    result = of_matrix(np.array([[1.0, 0.0], [-2.0, 0.1 + 0.2 - 0.3]]))

    assert (result.wins, result.ties, result.losses) == (0.25, 0.5, 0.25)
    assert result.probability == 0.5


def test_winning_always_is_not_certainty():
    result = of_matrix(np.ones((20, 10)))

    assert result.probability == 1.0
    assert result.effective_n == 10
    assert 0.6 < result.interval.low < 0.8
    assert result.interval.high == pytest.approx(1.0)


def test_items_that_decide_widen_the_interval():
    rng = np.random.default_rng(2)
    by_item = np.tile(rng.choice([-1.0, 1.0], 10), (20, 1)) + rng.normal(0, 0.3, (20, 10))
    by_chance = rng.normal(0, 1, (20, 10))

    wide, narrow = of_matrix(by_item).interval, of_matrix(by_chance).interval

    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


@given(st.integers(0, 10_000))
def test_only_who_wins_matters_not_by_how_much(seed):
    differences = np.random.default_rng(seed).integers(-5, 8, (5, 4)).astype(float)

    assert of_matrix(differences**3) == of_matrix(differences)


@given(st.integers(0, 10_000))
def test_swapping_the_systems_mirrors_the_result(seed):
    differences = np.random.default_rng(seed).normal(1, 4, (5, 4))

    forward, backward = of_matrix(differences), of_matrix(-differences)

    assert backward.probability == pytest.approx(1 - forward.probability)
    assert backward.interval.low == pytest.approx(1 - forward.interval.high)


@pytest.mark.parametrize("share_of_gaps", [0.0, 0.4])
def test_the_interval_covers_the_chance_of_new_listeners_and_items(share_of_gaps):
    rng = np.random.default_rng(11)
    truth, covered = stats.norm.cdf(9 / math.sqrt(7**2 + 8**2 + 14**2)), 0
    for _ in range(400):
        parts = rng.normal(0, 7, (20, 1)) + rng.normal(0, 8, (1, 10))
        differences = 9 + parts + rng.normal(0, 14, (20, 10))
        differences[rng.random((20, 10)) < share_of_gaps] = np.nan
        covered += of_matrix(differences).interval.contains(truth)

    assert 0.92 <= covered / 400 <= 0.985


def test_one_listener_or_item_or_a_gap_is_refused():
    with pytest.raises(TooFewRatings, match="2 listeners and 2 items"):
        of_matrix(np.ones((1, 5)))
    with pytest.raises(ValueError, match="rated for both"):
        superiority(np.array([1.0, np.nan]), np.array([0, 1]), np.array([0, 1]))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.describe import describe, relative_score, tukey_hinges
from mushra.stats.errors import TooFewRatings
from tests.mushra.stats.golden import samples, values_from_r

FIVENUM = values_from_r("describe.json")["fivenum"]
SAMPLES = samples()


@pytest.mark.parametrize("case", sorted(FIVENUM))
def test_quartiles_are_r_fivenum(case):
    result = describe(SAMPLES[case])

    numbers = [result.minimum, result.q1, result.median, result.q3, result.maximum]
    assert numbers == pytest.approx(FIVENUM[case])


def test_hinges_of_an_odd_sample_count_the_median_twice():
    assert tukey_hinges(np.array([1.0, 2.0, 3.0, 4.0, 10.0])) == (2.0, 3.0, 4.0)


def test_one_score_is_its_own_quartiles():
    result = describe(np.array([42.0]))

    assert (result.q1, result.median, result.q3) == (42.0, 42.0, 42.0)
    assert np.isnan(result.sd)


def test_no_scores_are_refused():
    with pytest.raises(TooFewRatings):
        describe(np.array([]))


def test_whiskers_end_at_scores_and_outliers_are_counted():
    result = describe(np.array([0.0, 48.0, 49.0, 50.0, 51.0, 52.0]))

    assert (result.whisker_low, result.whisker_high, result.n_outliers) == (48.0, 52.0, 1)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_the_five_numbers_are_in_order(scores):
    result = describe(np.array(scores, dtype=float))

    assert result.minimum <= result.whisker_low <= result.median
    assert result.q1 <= result.median <= result.q3
    assert result.median <= result.whisker_high <= result.maximum


def test_relative_score_is_the_ratio_of_means():
    system = np.array([[40.0, 60.0], [50.0, 50.0]])
    reference = np.array([[80.0, 100.0], [90.0, 90.0]])

    result = relative_score(system, reference)

    assert result.percent == pytest.approx(100 * 50 / 90)
    assert result.interval.low < result.percent < result.interval.high


def test_the_reference_is_one_hundred_percent_of_itself():
    reference = np.random.default_rng(3).uniform(60, 100, (5, 4))

    result = relative_score(reference, reference)

    assert (result.percent, result.interval.low, result.interval.high) == (100.0, 100.0, 100.0)


def test_a_reference_of_zero_is_refused():
    with pytest.raises(ValueError, match="mean is 0"):
        relative_score(np.ones((2, 2)), np.zeros((2, 2)))


def test_the_relative_interval_covers_the_true_ratio():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(600):
        listener, item = rng.normal(0, 6, (12, 1)), rng.normal(0, 4, (1, 8))
        own = rng.normal(0, 4, (12, 1)) + rng.normal(0, 4, (1, 8))
        system = 60 + listener + item + own + rng.normal(0, 8, (12, 8))
        reference = 90 + listener + item + rng.normal(0, 8, (12, 8))
        covered += relative_score(system, reference).interval.contains(100 * 60 / 90)

    assert 0.92 <= covered / 600 <= 0.985

"""Preference tests, against R."""

import math

import numpy as np
import pytest

from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.preference import (
    binomial_test,
    crossed_preference,
    listener_majorities,
    pooled_preference,
    preference_counts,
)
from tests.mushra.stats.golden import values_from_r

GOLDEN = values_from_r("planning.json")["preference"]
CHOICES = np.array(GOLDEN["choices"], dtype=float)


@pytest.mark.parametrize(
    ("test", "expected"), [(listener_majorities, "majorities"), (pooled_preference, "pooled")]
)
def test_the_binomial_tests_equal_r(test, expected):
    result, golden = test(CHOICES), GOLDEN[expected]

    assert (result.n_successes, result.n_trials) == (golden["k"], golden["n"])
    assert result.p == pytest.approx(golden["p"], rel=1e-9)
    assert result.interval.low == pytest.approx(golden["low"], rel=1e-6)
    assert result.interval.high == pytest.approx(golden["high"], rel=1e-6)


def test_the_crossed_test_equals_lmertest():
    result = crossed_preference(CHOICES)

    assert result.score.difference == pytest.approx(GOLDEN["mean"], rel=1e-9)
    assert result.score.se == pytest.approx(GOLDEN["se"], rel=1e-5)
    assert result.score.p == pytest.approx(GOLDEN["p"], rel=1e-3)
    assert result.share_first == pytest.approx(preference_counts(CHOICES).share_first)


def test_exchanging_the_systems_mirrors_everything():
    there, back = crossed_preference(CHOICES), crossed_preference(-CHOICES)

    assert back.share_first == pytest.approx(1 - there.share_first)
    assert back.score.p == pytest.approx(there.score.p)
    assert listener_majorities(-CHOICES).p == pytest.approx(listener_majorities(CHOICES).p)


def false_claims(test) -> float:
    """How often a test claims a preference that exists on neither new listeners nor items."""
    rng = np.random.default_rng(1534)
    claims = 0
    for _ in range(300):
        taste = 0.5 * rng.standard_normal((20, 1)) + 0.5 * rng.standard_normal((1, 10))
        claims += test(np.sign(taste + rng.standard_normal((20, 10)))) < 0.05
    return claims / 300


def test_pooling_finds_preferences_that_are_not_there():
    assert false_claims(lambda choices: pooled_preference(choices).p) > 0.2


def test_the_crossed_test_does_not():
    assert false_claims(lambda choices: crossed_preference(choices).score.p) <= 0.05 + 0.03


def test_a_listener_who_is_split_evenly_is_a_tie():
    result = listener_majorities(np.array([[1, 1, -1], [1, -1, 0], [0, -1, -1.0]]))

    assert (result.n_successes, result.n_trials, result.n_ties) == (1, 2, 1)


def test_without_any_majority_nothing_is_claimed():
    result = listener_majorities(np.zeros((5, 4)))

    assert result.p == 1
    assert math.isnan(result.share)
    assert (result.interval.low, result.interval.high) == (0, 1)


def test_no_preference_counts_half_to_each():
    assert preference_counts(np.array([1, 0, 0, -1, 1, np.nan])).share_first == 0.6


def test_what_is_no_choice_is_refused():
    with pytest.raises(InvalidRatings):
        crossed_preference(np.array([[1, 2], [0, 1.0]]))
    with pytest.raises(TooFewRatings):
        preference_counts(np.array([np.nan]))
    with pytest.raises(ValueError):
        binomial_test(-1, 3)

import math
import time

import numpy as np
import pytest

from mushra.stats import permutation
from mushra.stats.errors import TooFewRatings
from mushra.stats.permutation import permute_medians
from tests.mushra.stats.menu_golden import array, r_values

EXACT = r_values("medians")


@pytest.mark.parametrize(
    ("case", "first", "second"),
    [
        ("untied", "first_medians", "second_medians"),
        ("tied", "tied_first_medians", "tied_second_medians"),
    ],
)
def test_p_agrees_with_every_relabeling_in_r(case, first, second):
    n_draws = 40_000

    result = permute_medians(array(first), array(second), seed=1, n_draws=n_draws)

    error = math.sqrt(EXACT[case] * (1 - EXACT[case]) / n_draws)
    assert result.p == pytest.approx(EXACT[case], abs=4 * error)


def test_the_same_seed_gives_the_same_p():
    first, second = array("first_medians"), array("second_medians")

    assert permute_medians(first, second, seed=7) == permute_medians(first, second, seed=7)
    assert permute_medians(first, second, seed=7).p != permute_medians(first, second, seed=8).p


def test_swapping_the_systems_mirrors_the_difference():
    first, second = array("first_medians"), array("second_medians")

    forward, backward = (
        permute_medians(*pair, seed=3, n_draws=20_000)
        for pair in ((first, second), (second, first))
    )

    assert backward.difference == -forward.difference
    assert backward.p == pytest.approx(forward.p, abs=0.01)


def test_equal_scores_give_p_one():
    assert permute_medians(np.full(5, 80.0), np.full(4, 80.0), seed=1, n_draws=99).p == 1.0


def test_p_is_never_zero():
    result = permute_medians(np.arange(50.0, 100.0), np.arange(50.0), seed=1)

    assert result.p == 1 / 10_001


def test_the_recommendation_draws_ten_thousand_times():
    assert permute_medians(np.ones(2), np.zeros(3), seed=1).n_draws == 10_000


def test_a_hundred_thousand_ratings_take_no_longer_than_a_hundred():
    rng = np.random.default_rng(5)
    first, second = rng.integers(0, 101, (2, 100_000)).astype(float)

    began = time.perf_counter()
    permute_medians(first, second, seed=1)

    assert time.perf_counter() - began < 5


def test_joining_the_tails_changes_nothing(monkeypatch):
    rng = np.random.default_rng(6)
    first, second = rng.normal(60, 15, 3000), rng.normal(60.7, 15, 2000)
    first, second = np.rint(first.clip(0, 100)), np.rint(second.clip(0, 100))
    joined = permute_medians(first, second, seed=1)

    monkeypatch.setattr(permutation, "REACH", 1000.0)
    whole = permute_medians(first, second, seed=2)

    assert 0.01 < whole.p < 0.99
    assert joined.p == pytest.approx(whole.p, abs=4 * math.sqrt(2 * 0.25 / 10_000))


def test_no_ratings_or_gaps_are_refused():
    with pytest.raises(TooFewRatings):
        permute_medians(np.array([]), np.ones(2), seed=1)
    with pytest.raises(ValueError, match="missing"):
        permute_medians(np.array([np.nan]), np.ones(2), seed=1)

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mushra.stats.signed_sums import lower_chances, saddlepoint_tail, two_sided_tail


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=9))
def test_the_tail_equals_counting_all_patterns(terms):
    sizes = np.array([size for size, _ in terms])
    positive = sum(size for size, is_positive in terms if is_positive)
    far = abs(2 * positive - sizes.sum())
    sums = [np.dot(signs, sizes) for signs in itertools.product([-1, 1], repeat=sizes.size)]

    tail = two_sided_tail(sizes, positive)

    assert tail.is_exact
    assert tail.p == pytest.approx(np.mean(np.abs(sums) >= far))


def test_equal_terms_give_the_binomial_test():
    tail = two_sided_tail(np.full(40, 7), 7 * 12)

    assert tail.p == pytest.approx(stats.binomtest(12, 40).pvalue, rel=1e-12)


def test_thousands_of_terms_neither_overflow_nor_vanish():
    tail = two_sided_tail(np.ones(3000, dtype=np.int64), 1400)

    assert tail.p == pytest.approx(stats.binomtest(1400, 3000).pvalue, rel=1e-9)


def test_chances_of_few_coins_are_those_of_counting():
    np.testing.assert_allclose(
        lower_chances(np.array([1, 2, 3]), 6), np.array([1, 1, 1, 2, 1, 1, 1]) / 8
    )


def test_terms_beyond_the_highest_sum_only_halve_the_chances():
    alone = lower_chances(np.array([1, 2]), 3)

    assert lower_chances(np.array([1, 2, 9, 9]), 3) == pytest.approx(alone / 4)
    assert lower_chances(np.repeat([1, 9], [2, 1200]), 3).max() == pytest.approx(0.5**1201)


def test_no_terms_have_nothing_to_be_far_from():
    assert two_sided_tail(np.array([], dtype=np.int64), 0).p == 1.0


@pytest.mark.parametrize("share", [0.5, 0.49, 0.45, 0.4, 0.3, 0.2, 0.1])
def test_the_approximation_beyond_the_limit_agrees_with_the_count(share):
    ranks = np.arange(1, 151)
    positive = int(share * ranks.sum())

    counted = two_sided_tail(ranks, positive)
    approximated = two_sided_tail(ranks, positive, max_steps=0)

    assert counted.is_exact
    assert approximated.is_exact == (2 * positive == ranks.sum())
    assert approximated.p == pytest.approx(counted.p, rel=1e-3)


@pytest.mark.parametrize("distance", [0.0, 1e-5, 0.02])
def test_the_approximation_is_finite_at_the_center(distance):
    assert saddlepoint_tail(np.linspace(1, 2, 50), distance) == pytest.approx(1.0, abs=2e-3)


def test_only_two_patterns_reach_the_ends():
    assert saddlepoint_tail(np.ones(30), 30.0) == 2.0**-29

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.crossed import complete_block, crossed_mean, crossed_test
from mushra.stats.errors import TooFewRatings
from tests.mushra.stats.golden import difference_matrices, values_from_r

LMER = values_from_r("crossed.json")["cases"]
MATRICES = difference_matrices()


@pytest.mark.parametrize("case", sorted(LMER))
def test_the_crossed_test_equals_lmertest(case):
    expected = LMER[case]

    result = crossed_test(MATRICES[case])

    assert result.difference == pytest.approx(expected["difference"], rel=1e-9, abs=1e-9)
    assert result.se == pytest.approx(expected["se"], rel=1e-6)
    assert result.df == pytest.approx(expected["df"], rel=2e-6)
    assert result.t == pytest.approx(expected["t"], rel=1e-6)
    assert result.p == pytest.approx(expected["p"], rel=1e-6)


@pytest.mark.parametrize("case", sorted(LMER))
def test_the_variance_components_equal_lmertest(case):
    components = crossed_test(MATRICES[case]).components

    for name in ("listener", "item", "residual"):
        assert getattr(components, name) == pytest.approx(LMER[case][name], rel=1e-5, abs=1e-5)


def test_golden_data_hold_every_kind_of_singular_fit():
    kinds = {
        (case.components.listener == 0, case.components.item == 0)
        for case in (crossed_test(matrix) for matrix in MATRICES.values())
    }

    assert kinds == {(False, False), (True, False), (False, True), (True, True)}


@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50))
def test_order_of_listeners_and_items_changes_nothing(seed, shift):
    rng = np.random.default_rng(seed)
    matrix = np.rint(rng.normal(shift, 9, (5, 4)))
    shuffled = matrix[rng.permutation(5)][:, rng.permutation(4)]

    first, second = crossed_test(matrix), crossed_test(shuffled)

    assert second.se == pytest.approx(first.se, rel=1e-9, abs=1e-9)
    assert second.interval.low == pytest.approx(first.interval.low, rel=1e-9, abs=1e-9)


@given(seed=st.integers(0, 10_000))
def test_swapping_the_systems_mirrors_the_result(seed):
    matrix = np.random.default_rng(seed).normal(1, 9, (5, 4))

    forward, backward = crossed_test(matrix), crossed_test(-matrix)

    assert backward.t == pytest.approx(-forward.t)
    assert backward.p == pytest.approx(forward.p)
    assert backward.interval.low == pytest.approx(-forward.interval.high)


@given(seed=st.integers(0, 10_000))
def test_listeners_and_items_play_the_same_part(seed):
    matrix = np.random.default_rng(seed).normal(1, 9, (6, 4))

    assert crossed_test(matrix).p == pytest.approx(crossed_test(matrix.T).p)


def test_equal_differences_give_no_test_and_no_crash():
    result = crossed_test(np.full((4, 3), 5.0))

    assert (result.difference, result.se) == (5.0, 0.0)
    assert math.isnan(result.p)
    assert math.isnan(result.df)
    assert (result.interval.low, result.interval.high) == (5.0, 5.0)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (1, 1)])
def test_one_listener_or_one_item_is_refused(shape):
    with pytest.raises(TooFewRatings, match="at least 2 listeners and 2 items"):
        crossed_mean(np.ones(shape))


def test_a_gap_is_refused_not_skipped():
    with pytest.raises(ValueError, match="complete"):
        crossed_mean(np.array([[1.0, np.nan], [2.0, 3.0]]))


def test_a_whole_matrix_is_its_own_block():
    block = complete_block(np.ones((3, 2)), ["a", "b", "c"], ["x", "y"])

    assert block.is_whole
    assert block.listeners == ("a", "b", "c")
    assert block.n_unused == 0


def test_the_listener_who_has_not_finished_is_left_out():
    values = np.arange(12.0).reshape(4, 3)
    values[1, 1:] = np.nan

    block = complete_block(values, ["a", "b", "c", "d"], ["x", "y", "z"])

    assert block.dropped_listeners == ("b",)
    assert block.dropped_items == ()
    assert block.n_unused == 1
    np.testing.assert_array_equal(block.values, values[[0, 2, 3]])


def test_the_item_that_most_have_not_heard_is_left_out():
    values = np.ones((5, 4))
    values[:4, 2] = np.nan

    block = complete_block(values, list("abcde"), ["w", "x", "y", "z"])

    assert block.dropped_items == ("y",)
    assert block.dropped_listeners == ()


def test_a_block_that_speaks_for_too_little_is_refused():
    values = np.full((6, 6), np.nan)
    values[:2, :2] = 1.0
    values[range(2, 6), [2, 3, 4, 5]] = 1.0
    values[range(2, 6), [3, 4, 5, 0]] = 1.0

    with pytest.raises(TooFewRatings):
        complete_block(values, list("abcdef"), list("uvwxyz"))

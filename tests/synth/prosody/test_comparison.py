"""Paired intervals and equivalence against scipy's own tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synth.prosody.comparison import paired_difference, show_equivalence

FIRST = np.array([0.91, 0.95, 0.88, 0.97, 0.90, 0.93])
SECOND = np.array([0.90, 0.96, 0.85, 0.95, 0.91, 0.90])


def test_the_interval_and_p_are_those_of_the_paired_t_test():
    found = paired_difference(FIRST, SECOND)
    wanted = stats.ttest_rel(FIRST, SECOND)
    interval = wanted.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.p == pytest.approx(wanted.pvalue)
    assert (found.n_utterances, found.degrees_of_freedom, found.n_dropped) == (6, 5, 0)


def test_equivalence_is_two_one_sided_t_tests():
    margin = 0.03
    found = show_equivalence(paired_difference(FIRST, SECOND), margin)
    differences = FIRST - SECOND
    above = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below))


@given(
    st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=3, max_size=20),
    st.floats(0.01, 2.0),
)
def test_equivalence_is_shown_where_the_interval_lies_within_the_margin(differences, margin):
    values = np.array(differences)
    found = show_equivalence(paired_difference(values, np.zeros(len(values))), margin)
    assert found.is_shown == (-margin < found.low and found.high < margin)
    if np.isfinite(found.p) and abs(found.p - 0.05) > 1e-6:
        assert found.is_shown == (found.p < 0.05)


def test_no_difference_found_is_not_equivalence():
    few = paired_difference(np.array([0.0, 0.4, 0.1]), np.array([0.3, 0.0, 0.1]))
    assert few.p > 0.05
    assert not few.leaves_zero
    assert not show_equivalence(few, 0.03).is_shown


def test_swapping_the_systems_turns_the_sign_only():
    one, other = paired_difference(FIRST, SECOND), paired_difference(SECOND, FIRST)
    assert (one.mean, one.low) == pytest.approx((-other.mean, -other.high))
    first, second = (show_equivalence(x, 0.03) for x in (one, other))
    assert first.p == pytest.approx(second.p)


def test_utterances_without_a_value_are_dropped_and_counted():
    holed = np.append(FIRST, np.nan)
    found = paired_difference(holed, np.append(SECOND, 0.5))
    assert (found.n_utterances, found.n_dropped) == (6, 1)
    assert found.mean == pytest.approx(paired_difference(FIRST, SECOND).mean)


def test_equal_differences_have_no_p_but_an_interval():
    found = paired_difference(np.array([1.0, 2.0, 3.0]), np.array([0.5, 1.5, 2.5]))
    assert np.isnan(found.p)
    assert (found.low, found.high) == (0.5, 0.5)
    assert show_equivalence(found, 0.6).is_shown


def test_an_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    held = [
        found.low <= 0.1 <= found.high
        for found in (
            paired_difference(row + 0.1, np.zeros(10)) for row in rng.normal(0, 1, (1000, 10))
        )
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_equivalence_is_shown_falsely_in_one_of_twenty_at_the_margin():
    rng = np.random.default_rng(6)
    rows = rng.normal(1.0, 1.0, (1000, 20))
    shown = [show_equivalence(paired_difference(r, np.zeros(20)), 1.0).is_shown for r in rows]
    assert np.mean(shown) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    ("first", "second"), [(FIRST, FIRST[1:]), (FIRST[:1], SECOND[:1]), ([np.nan, 1], [1, 1])]
)
def test_what_cannot_be_compared_is_refused(first, second):
    with pytest.raises(ValueError, match="utterances"):
        paired_difference(np.asarray(first), np.asarray(second))


def test_levels_and_margins_out_of_range_are_refused():
    difference = paired_difference(FIRST, SECOND)
    with pytest.raises(ValueError, match="level"):
        paired_difference(FIRST, SECOND, level=95)
    with pytest.raises(ValueError, match="margin"):
        show_equivalence(difference, 0.0)
    with pytest.raises(ValueError, match="one-sided"):
        show_equivalence(difference, 0.1, alpha=0.5)

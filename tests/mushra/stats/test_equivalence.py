import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.equivalence import tost


@given(
    mean=st.floats(-20, 20),
    se=st.floats(0.1, 10),
    df=st.floats(1.5, 200),
    margin=st.floats(0.5, 30),
)
def test_equivalence_is_shown_where_the_interval_lies_within_the_margin(mean, se, df, margin):
    result = tost(mean, se, df, margin)

    inside = -margin < result.interval90.low and result.interval90.high < margin
    assert result.is_shown == inside or result.smallest_margin == pytest.approx(margin, rel=1e-9)


@given(mean=st.floats(-20, 20), se=st.floats(0.1, 10), df=st.floats(1.5, 200))
def test_the_smallest_margin_is_just_at_the_level(mean, se, df):
    smallest = tost(mean, se, df).smallest_margin

    assert tost(mean, se, df, smallest).p == pytest.approx(0.05)


def test_swapping_the_systems_changes_nothing_but_the_sign():
    forward, backward = tost(1.5, 2.0, 12.3, 5.0), tost(-1.5, 2.0, 12.3, 5.0)

    assert backward.p == forward.p
    assert backward.smallest_margin == pytest.approx(forward.smallest_margin)
    assert backward.interval90.low == pytest.approx(-forward.interval90.high)


def test_equal_differences_show_nothing():
    result = tost(1.0, 0.0, math.nan, 5.0)

    assert math.isnan(result.p)
    assert not result.is_shown
    assert (result.interval90.low, result.interval90.high) == (1.0, 1.0)


@pytest.mark.parametrize("margin", [0.0, -5.0, math.nan])
def test_a_margin_that_is_not_positive_is_refused(margin):
    with pytest.raises(ValueError, match="must be positive"):
        tost(1.0, 1.0, 10.0, margin)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_a_level_out_of_range_is_refused(alpha):
    with pytest.raises(ValueError, match="level of an equivalence test"):
        tost(1.0, 1.0, 10.0, 5.0, alpha=alpha)

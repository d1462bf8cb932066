import pytest
from scipy import stats

from mushra.stats.intervals import student_interval


def test_the_half_width_is_the_t_quantile_times_the_standard_error():
    interval = student_interval(50.0, se=2.0, df=7.5)

    assert interval.high - 50.0 == pytest.approx(2.0 * stats.t.ppf(0.975, 7.5))
    assert 50.0 - interval.low == pytest.approx(interval.high - 50.0)


def test_without_variance_the_interval_is_the_mean():
    interval = student_interval(100.0, se=0.0, df=float("nan"))

    assert (interval.low, interval.high) == (100.0, 100.0)
    assert interval.contains(100.0)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_probability_is_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_interval(50.0, se=1.0, df=5, level=level)


def test_a_negative_standard_error_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        student_interval(50.0, se=-1.0, df=5)

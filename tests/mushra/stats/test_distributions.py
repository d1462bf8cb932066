"""The package's distributions against scipy.stats, which calls the same functions."""

import math

import pytest
from scipy import stats

from mushra.stats.distributions import (
    chi_square_tail,
    f_quantile,
    f_tail,
    normal_density,
    normal_quantile,
    normal_tail,
    student_quantile,
    student_tail,
)


@pytest.mark.parametrize("x", [-40.0, -2.5, 0.0, 0.3, 7.0, 60.0])
@pytest.mark.parametrize("df", [1.0, 3.7, 29.0, 5000.0])
def test_tails_are_scipys(x, df):
    assert student_tail(x, df) == pytest.approx(stats.t.sf(x, df), rel=1e-12)
    assert normal_tail(x) == pytest.approx(stats.norm.sf(x), rel=1e-12)
    assert normal_density(x) == pytest.approx(stats.norm.pdf(x), rel=1e-12)
    assert chi_square_tail(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-12)
    assert f_tail(max(x, 0), df, 11.5) == pytest.approx(stats.f.sf(max(x, 0), df, 11.5), rel=1e-12)


@pytest.mark.parametrize("share", [0.001, 0.5, 0.975])
def test_quantiles_are_scipys(share):
    assert student_quantile(share, 6.3) == pytest.approx(stats.t.ppf(share, 6.3))
    assert normal_quantile(share) == pytest.approx(stats.norm.ppf(share))
    assert f_quantile(share, 4.5, 17.2) == pytest.approx(stats.f.ppf(share, 4.5, 17.2))


def test_what_is_not_a_number_stays_so_and_infinity_has_no_tail():
    assert math.isnan(student_tail(math.nan, 4))
    assert math.isnan(student_tail(2.0, math.nan))
    assert f_tail(math.inf, 2, 10) == 0

import math

import numpy as np
import pytest

from mushra.stats.effects import cohen_dz, hedges_g, hodges_lehmann, rank_biserial
from mushra.stats.errors import TooFewRatings
from tests.mushra.stats.golden import samples, values_from_r

PAIRED = values_from_r("paired.json")["cases"]
SAMPLES = samples()


@pytest.mark.parametrize("case", sorted(PAIRED))
def test_effects_equal_r(case):
    assert cohen_dz(SAMPLES[case]) == pytest.approx(PAIRED[case]["dz"], rel=1e-9)
    assert hodges_lehmann(SAMPLES[case]) == pytest.approx(PAIRED[case]["hodges_lehmann"], abs=1e-9)


def test_hedges_g_shrinks_by_the_exact_factor():
    values = np.array([1.0, 2.0, 4.0, 7.0, 3.0])

    shrinkage = hedges_g(values) / cohen_dz(values)

    assert shrinkage == pytest.approx(math.gamma(2) / (math.sqrt(2) * math.gamma(1.5)))
    assert shrinkage == pytest.approx(1 - 3 / (4 * 4 - 1), abs=0.003)


def test_rank_biserial_runs_from_minus_one_to_one():
    assert rank_biserial(np.array([1.0, 2.0, 0.0])) == 1.0
    assert rank_biserial(np.array([-1.0, -2.0])) == -1.0
    assert rank_biserial(np.array([-1.0, 1.0])) == 0.0
    assert rank_biserial(np.zeros(3)) == 0.0


def test_rank_biserial_weighs_ranks():
    assert rank_biserial(np.array([3.0, -1.0, 2.0])) == pytest.approx((5 - 1) / 6)


def test_equal_differences_have_no_standardized_effect():
    assert math.isnan(cohen_dz(np.full(4, 2.0)))
    assert hodges_lehmann(np.full(4, 2.0)) == 2.0


def test_one_listener_has_no_standardized_effect():
    with pytest.raises(TooFewRatings, match="two listeners"):
        cohen_dz(np.array([1.0]))

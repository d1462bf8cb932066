import math

import numpy as np
import pytest

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import signed_rank
from mushra.stats.pooled import pooled_t, pooled_wilcoxon
from tests.mushra.stats.menu_golden import array, r_values

FIRST, SECOND = array("pooled_first"), array("pooled_second")


def test_the_pooled_t_equals_r():
    result = pooled_t(FIRST, SECOND)

    assert result.statistic == pytest.approx(r_values("pooled")["t"], rel=1e-9)
    assert result.p == pytest.approx(r_values("pooled")["t_p"], rel=1e-9)


def test_the_pooled_signed_rank_test_equals_r():
    result = pooled_wilcoxon(FIRST, SECOND)

    assert result.statistic == r_values("pooled")["v"]
    assert result.p == pytest.approx(r_values("pooled")["v_p"], rel=1e-9)


def test_few_pairs_are_tested_exactly():
    few = pooled_wilcoxon(FIRST[:20], SECOND[:20])

    assert few.p == signed_rank(FIRST[:20] - SECOND[:20]).p


@pytest.mark.parametrize("test", [pooled_t, pooled_wilcoxon])
def test_every_pooled_result_carries_its_warning(test):
    result = test(FIRST, SECOND)

    assert result.method.startswith("pooled")
    assert "not a result" in result.warning.lower()
    assert result.sentence.startswith("A pooled test would have said p = 0.9")


def test_a_small_p_is_not_printed_as_zero():
    assert pooled_t(FIRST + 60, SECOND).sentence.endswith("p < 0.001.")


@pytest.mark.parametrize("test", [pooled_t, pooled_wilcoxon])
def test_trials_with_a_gap_are_left_out(test):
    gap = np.append(FIRST, np.nan)

    assert test(gap, np.append(SECOND, 3.0)) == test(FIRST, SECOND)


def test_equal_differences_have_nothing_to_test():
    result = pooled_t(np.full(4, 60.0), np.full(4, 50.0))

    assert math.isnan(result.p)
    assert "nothing to test" in result.sentence
    assert pooled_wilcoxon(np.full(4, 60.0), np.full(4, 60.0)).p == 1.0


def test_unpaired_or_too_few_ratings_are_refused():
    with pytest.raises(ValueError, match="same trials"):
        pooled_t(np.ones(3), np.ones(2))
    with pytest.raises(TooFewRatings):
        pooled_wilcoxon(np.ones(1), np.ones(1))

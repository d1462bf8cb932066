import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.multiplicity import benjamini_hochberg, hochberg, holm
from tests.mushra.stats.golden import values_from_r
from tests.mushra.stats.menu_golden import INPUTS, r_values

CORRECTIONS = {"holm": holm, "hochberg": hochberg, "bh": benjamini_hochberg}
families = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_holm_equals_r():
    expected = values_from_r("families.json")

    assert holm(expected["p"]) == pytest.approx(expected["holm"], rel=1e-12)


@pytest.mark.parametrize("method", CORRECTIONS)
def test_every_correction_equals_p_adjust(method):
    adjusted = CORRECTIONS[method](INPUTS["p_values"])

    assert adjusted == pytest.approx(r_values("adjusted")[method], rel=1e-12)


@pytest.mark.parametrize("method", CORRECTIONS)
def test_a_test_that_could_not_be_computed_does_not_count(method):
    adjusted = CORRECTIONS[method]([0.01, math.nan, 0.04])

    assert adjusted[0] == pytest.approx(0.02)
    assert math.isnan(adjusted[1])
    assert adjusted[2] == pytest.approx(0.04)


@pytest.mark.parametrize("method", CORRECTIONS)
def test_an_empty_family_has_no_values(method):
    assert CORRECTIONS[method]([]) == ()


@pytest.mark.parametrize("method", CORRECTIONS)
def test_a_single_test_is_not_corrected(method):
    assert CORRECTIONS[method]([0.03]) == pytest.approx((0.03,))


@pytest.mark.parametrize("method", CORRECTIONS)
@pytest.mark.parametrize("wrong", [1.2, -0.1])
def test_a_p_value_outside_its_range_is_refused(method, wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        CORRECTIONS[method]([0.2, wrong])


@given(families)
def test_the_corrections_stand_in_order_of_strictness(p):
    strict, middle, lenient = holm(p), hochberg(p), benjamini_hochberg(p)

    assert np.all(np.array(strict) >= np.array(middle) - 1e-12)
    assert np.all(np.array(middle) >= np.array(lenient) - 1e-12)
    assert np.all(np.array(lenient) >= np.array(p) - 1e-12)


@given(families, st.randoms())
def test_the_order_of_the_family_changes_nothing(p, random):
    order = list(range(len(p)))
    random.shuffle(order)

    for correct in CORRECTIONS.values():
        shuffled = correct([p[place] for place in order])
        assert shuffled == pytest.approx([correct(p)[place] for place in order])

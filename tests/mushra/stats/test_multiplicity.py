import math

import pytest

from mushra.stats.multiplicity import holm
from tests.mushra.stats.golden import values_from_r


def test_holm_equals_r():
    expected = values_from_r("families.json")

    assert holm(expected["p"]) == pytest.approx(expected["holm"], rel=1e-12)


def test_a_test_that_could_not_be_computed_does_not_count():
    adjusted = holm([0.01, math.nan, 0.04])

    assert adjusted[0] == pytest.approx(0.02)
    assert math.isnan(adjusted[1])
    assert adjusted[2] == pytest.approx(0.04)


def test_an_empty_family_has_no_values():
    assert holm([]) == ()


def test_a_p_value_above_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.2, 1.2])

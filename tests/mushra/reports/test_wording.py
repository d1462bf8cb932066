import math

import pytest

from mushra.reports.wording import interval, listed, number, p_statement, p_value


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.14159, "3.1"), (-2.0, "\u22122.0"), (-0.04, "0.0"), (math.nan, "–"), (None, "–")],
)
def test_numbers(value, text):
    assert number(value) == text


def test_signed_numbers_show_their_sign():
    assert number(2.0, signed=True) == "+2.0"
    assert number(-2.0, signed=True) == "\u22122.0"
    assert number(0.01, signed=True) == "0.0"


def test_p_values():
    assert p_value(0.0009) == "< 0.001"
    assert p_value(0.001) == "0.001"
    assert p_value(math.nan) == "–"
    assert p_statement(0.0001) == "p\xa0<\xa00.001"
    assert p_statement(0.02) == "p\xa0=\xa00.020"


def test_intervals():
    assert interval(-1.0, 2.0, signed=True) == "\u22121.0 to +2.0"
    assert interval(None, 2.0) == "–"
    assert interval(math.nan, math.nan) == "–"


def test_lists():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"

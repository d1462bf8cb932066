import numpy as np
import pytest

from mushra.reports.figures.evidence import effort_of
from mushra.stats.table import RatingTable


def table(plays):
    """Four ratings by each of two listeners."""
    return RatingTable(
        ["A"] * 4 + ["B"] * 4,
        ["i1", "i2", "i3", "i4"] * 2,
        ["world"] * 8,
        np.arange(8.0),
        {"plays": plays},
    )


def test_quartiles_of_each_listener_are_numpys():
    plays = [5, 1, 4, 2, 7, 7, 9, 30]

    (effort,) = effort_of(table([str(value) for value in plays]))

    for place, values in enumerate((plays[:4], plays[4:])):
        expected = np.quantile(values, [0.25, 0.5, 0.75])
        found = [effort.low[place], effort.median[place], effort.high[place]]
        assert found == pytest.approx(expected)


def test_unknown_values_are_left_out_and_an_unknown_listener_is_nan():
    (effort,) = effort_of(table(["3", "", "x", "5", "", "", "", ""]))

    assert effort.median[0] == 4
    assert np.isnan(effort.median[1])


def test_a_column_without_numbers_is_no_evidence():
    assert effort_of(table([""] * 8)) == ()

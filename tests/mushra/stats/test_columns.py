import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.columns import Column, Encoder

TEXTS = st.lists(st.text(max_size=3), max_size=30)


@given(texts=TEXTS)
def test_a_column_reads_as_the_texts_it_was_made_of(texts):
    column = Column.of(texts)

    assert list(column) == texts
    assert column.levels == tuple(sorted(set(texts)))


@given(texts=TEXTS, seed=st.integers(0, 100))
def test_rows_that_are_taken_keep_their_texts_and_levels(texts, seed):
    rows = np.flatnonzero(np.random.default_rng(seed).random(len(texts)) < 0.5)

    taken = Column.of(texts).take(rows)

    assert list(taken) == [texts[row] for row in rows]
    assert taken.levels == tuple(sorted({texts[row] for row in rows}))


@given(first=TEXTS, second=TEXTS)
def test_texts_may_come_in_parts(first, second):
    encoder = Encoder(first)
    encoder.add(second)

    assert list(encoder.column()) == first + second


def test_levels_that_no_row_has_are_left_out():
    column = Column(["b", "unused", "a"], [2, 0, 0])

    assert column.levels == ("a", "b")
    assert list(column) == ["a", "b", "b"]


def test_a_level_twice_is_refused():
    with pytest.raises(ValueError, match="must differ"):
        Column(["a", "a"], [0, 1])


def test_codes_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="read-only"):
        Column.of(["a", "b"]).codes[0] = 1


def test_rows_and_slices_are_texts():
    column = Column.of(["x", "y", "x"])

    assert column[1] == "y"
    assert column[1:] == ("y", "x")
    assert column.first_row("y") == 1
    np.testing.assert_array_equal(column.is_in({"x", "z"}), [True, False, True])

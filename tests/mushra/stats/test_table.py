import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.errors import InvalidRatings
from mushra.stats.table import RatingTable
from mushra.stats.table_csv import BLOCK_CHARACTERS


@pytest.fixture
def table() -> RatingTable:
    return RatingTable(
        listener=("L2", "L1", "L1", "L2"),
        item=("a", "a", "b", "b"),
        system=("natural",) * 4,
        score=np.array([100.0, 92.5, 80.0, 0.0]),
        factors={"speaker": ("ann", "ann", "bob", "bob"), "language": ("en",) * 4},
    )


def test_a_matrix_has_listeners_as_rows_and_items_as_columns(table):
    np.testing.assert_array_equal(table.matrix("natural"), [[92.5, 80.0], [100.0, 0.0]])


def test_a_matrix_marks_what_nobody_rated(table):
    gap = table.where([True, True, True, False])

    assert np.isnan(gap.matrix("natural")[1, 1])
    assert np.isnan(gap.matrix("vocoder")).all()


def test_csv_has_the_key_columns_and_then_factors_alphabetically(table):
    lines = table.to_csv().splitlines()

    assert lines[0] == "listener,item,system,score,language,speaker"
    assert lines[1] == "L2,a,natural,100,en,ann"
    assert lines[2] == "L1,a,natural,92.5,en,ann"


def test_a_table_survives_csv_unchanged(table, tmp_path):
    table.write_csv(tmp_path / "ratings.csv")
    again = RatingTable.read_csv(tmp_path / "ratings.csv")

    assert again.to_csv() == table.to_csv()
    assert again.factors == table.factors
    np.testing.assert_array_equal(again.score, table.score)


def test_codes_with_commas_and_quotes_survive_csv():
    odd = RatingTable(("L,1",), ('say "hi"\nnow',), ("é",), np.array([1.0]))

    again = RatingTable.from_csv(odd.to_csv())

    assert (again.listener, again.item, again.system) == (odd.listener, odd.item, odd.system)


@pytest.mark.parametrize("score", [-0.5, 100.5, float("nan"), float("inf")])
def test_a_score_off_the_scale_is_refused_with_its_row(score):
    with pytest.raises(InvalidRatings, match=r"Row 2 \(listener L1, item b, system natural\)"):
        RatingTable(("L1", "L1"), ("a", "b"), ("natural",) * 2, np.array([50.0, score]))


def test_the_ends_of_the_scale_are_scores():
    assert len(RatingTable(("L1", "L1"), ("a", "b"), ("x", "x"), np.array([0.0, 100.0]))) == 2


def test_a_repeated_rating_is_refused_naming_both_rows():
    with pytest.raises(InvalidRatings, match="Rows 1 and 3 both rate listener L1, item a"):
        RatingTable(("L1", "L2", "L1"), ("a",) * 3, ("x",) * 3, np.array([1.0, 2.0, 3.0]))


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(InvalidRatings, match="equally long"):
        RatingTable(("L1",), ("a", "b"), ("x",), np.array([1.0]))
    with pytest.raises(InvalidRatings, match="speaker 2"):
        RatingTable(("L1",), ("a",), ("x",), np.array([1.0]), {"speaker": ("ann", "bob")})


def test_an_empty_code_is_refused():
    with pytest.raises(InvalidRatings, match="Row 1 has no item"):
        RatingTable(("L1",), ("",), ("x",), np.array([1.0]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,listener,system,score\n", "header must begin"),
        ("listener,item,system,score\nL1,a,x\n", "Row 1 has 3 fields"),
        ("listener,item,system,score\nL1,a,x,good\n", "'good' is not a number"),
    ],
)
def test_a_wrong_csv_says_what_is_wrong(text, message):
    with pytest.raises(InvalidRatings, match=message):
        RatingTable.from_csv(text)


def test_selections_keep_factors_beside_their_rows(table):
    assert table.having("speaker", "bob").items == ("b",)
    assert table.without_listeners({"L1"}).factors["speaker"] == ("ann", "bob")
    assert table.of_items({"a"}).listener == ("L2", "L1")
    with pytest.raises(InvalidRatings, match="no factor 'mood'"):
        table.having("mood", "sad")


def test_scores_cannot_be_changed_afterwards(table):
    with pytest.raises(ValueError, match="read-only"):
        table.score[0] = 3.0


def test_sorting_orders_rows_by_listener_item_and_system(table):
    assert table.sorted_rows().listener == ("L1", "L1", "L2", "L2")
    assert list(table.sorted_rows().score) == [92.5, 80.0, 100.0, 0.0]


def test_a_table_in_order_is_not_sorted_again(table):
    ordered = table.sorted_rows()

    assert ordered.sorted_rows() is ordered


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=6)


@given(texts=st.lists(FIELD, min_size=1, max_size=12, unique=True))
def test_any_codes_survive_csv(texts):
    n = len(texts)
    table = RatingTable(texts, ["a"] * n, ["x"] * n, np.arange(n) / 7, {"note": texts[::-1]})

    again = RatingTable.from_csv(table.to_csv())

    assert again.listener == table.listener
    assert again.factors == table.factors
    np.testing.assert_array_equal(again.score, table.score)


@given(texts=st.lists(FIELD, min_size=1, max_size=5, unique=True))
def test_csv_is_what_the_csv_module_writes(texts):
    n = len(texts)
    table = RatingTable(texts, ["a"] * n, ["x"] * n, np.arange(n) + 0.5, {"note": texts[::-1]})

    expected = io.StringIO()
    writer = csv.writer(expected, lineterminator="\n")
    writer.writerow(["listener", "item", "system", "score", "note"])
    writer.writerows(zip(texts, ["a"] * n, ["x"] * n, np.arange(n) + 0.5, texts[::-1], strict=True))
    assert table.to_csv() == expected.getvalue()


LINES = st.lists(st.sampled_from(["a", "b", "7", "1e1", "nan", "", ",", ",,", '"', "\n"]))


@given(rows=st.lists(LINES, max_size=4))
def test_plain_and_quoted_text_are_read_alike(rows):
    """Quoting one header name sends the same rows through the `csv` module."""
    body = "\n".join(",".join(row) for row in rows)

    plain = read_or_refused("listener,item,system,score\n" + body)
    careful = read_or_refused('listener,item,system,"score"\n' + body)

    assert plain == careful


def test_a_row_twice_as_long_is_not_read_as_two():
    with pytest.raises(InvalidRatings, match="Row 1 has 9 fields"):
        RatingTable.from_csv("listener,item,system,score\na,i,s,5,,b,i,s,5\n")


def read_or_refused(text: str) -> object:
    try:
        return RatingTable.from_csv(text).to_csv()
    except InvalidRatings as reason:
        return str(reason)


def test_a_text_of_many_blocks_is_read_whole():
    n = 3 * BLOCK_CHARACTERS // 10
    lines = [f"L{k},i,s,{k % 101}" for k in range(n)]

    table = RatingTable.from_csv("\n".join(["listener,item,system,score", *lines]))

    assert table.listener == tuple(f"L{k}" for k in range(n))
    assert list(table.score[-3:]) == [(n - 3) % 101, (n - 2) % 101, (n - 1) % 101]


def test_the_first_wrong_row_of_a_long_text_is_named():
    lines = [f"L{k},i,s,{k % 101}" for k in range(40_000)]
    lines[30_000] = "L,i,s,good"
    lines[35_000] = "L,i,s"

    with pytest.raises(InvalidRatings, match=r"Row 35001 has 3 fields|Row 30001: the score 'good'"):
        RatingTable.from_csv("\n".join(["listener,item,system,score", *lines]))


def test_an_empty_table_has_nothing_and_says_so():
    empty = RatingTable.from_csv("listener,item,system,score\n")

    assert (len(empty), empty.listeners, empty.systems) == (0, (), ())
    assert empty.matrix("x").shape == (0, 0)
    assert empty.scores_of("x").size == 0
    assert empty.sorted_rows().to_csv() == "listener,item,system,score\n"


def test_a_mask_of_the_wrong_length_is_refused(table):
    with pytest.raises(ValueError, match="4 ratings"):
        table.where(np.array([True, False]))


def test_a_repeated_rating_is_found_in_a_sparse_table_too():
    n = 300
    names = [f"{k:03d}" for k in range(n)]
    with pytest.raises(InvalidRatings, match="Rows 8 and 301 both rate listener 007, item 007"):
        RatingTable([*names, "007"], [*names, "007"], [*names, "007"], np.ones(n + 1))

import numpy as np
import pytest

from mushra.stats.errors import InvalidRatings
from mushra.stats.table import RatingTable


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

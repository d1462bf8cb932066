import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.letters import compact_letters
from tests.mushra.stats.menu_golden import INPUTS, r_values

MATRICES = [np.array(matrix, dtype=bool) for matrix in INPUTS["letter_pairs"]]


def sets_of(letters: tuple[str, ...]) -> set[frozenset[int]]:
    used = sorted(set("".join(letters)))
    return {frozenset(i for i, text in enumerate(letters) if letter in text) for letter in used}


def shares(letters: tuple[str, ...]) -> np.ndarray:
    return np.array([[bool(set(a) & set(b)) for b in letters] for a in letters])


def sets_from_r(case: int) -> set[frozenset[int]]:
    return {frozenset(np.ravel(members).tolist()) for members in r_values("letters")[case]}


@pytest.mark.parametrize("case", range(0, len(MATRICES), 2))
def test_letters_of_systems_along_a_line_equal_multcompview(case):
    assert sets_of(compact_letters(MATRICES[case])) == sets_from_r(case)


@pytest.mark.parametrize("case", range(1, len(MATRICES), 2))
def test_without_an_order_letters_are_no_more_than_multcompviews(case):
    assert len(sets_of(compact_letters(MATRICES[case]))) <= len(sets_from_r(case))


@st.composite
def pairs_of_systems(draw):
    k = draw(st.integers(1, 8))
    upper = np.triu(
        np.array(draw(st.lists(st.booleans(), min_size=k * k, max_size=k * k))).reshape(k, k), 1
    )
    return upper | upper.T


@given(pairs_of_systems())
def test_two_systems_share_a_letter_exactly_when_they_do_not_differ(pairs):
    letters = compact_letters(pairs)

    np.testing.assert_array_equal(shares(letters), ~pairs)


@given(pairs_of_systems())
def test_no_letter_can_be_left_out(pairs):
    columns = sets_of(compact_letters(pairs))

    for column in columns:
        rest = columns - {column}
        joined = [any({one, other} <= c for c in rest) for one in column for other in column]
        assert not all(joined)


def test_the_best_system_has_the_first_letter():
    differs = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=bool)

    assert compact_letters(differs) == ("a", "b", "b")
    assert compact_letters(differs, order=[2, 1, 0]) == ("b", "a", "a")


def test_a_chain_overlaps():
    differs = np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=bool)

    assert compact_letters(differs) == ("a", "ab", "b")


def test_no_difference_is_one_letter_and_all_differences_one_each():
    assert compact_letters(np.zeros((4, 4), dtype=bool)) == ("a",) * 4
    assert compact_letters(~np.eye(30, dtype=bool))[-1] == "D"
    assert compact_letters(np.zeros((0, 0), dtype=bool)) == ()


def test_a_wrong_matrix_is_refused():
    with pytest.raises(ValueError, match="square"):
        compact_letters(np.zeros((2, 3), dtype=bool))
    with pytest.raises(ValueError, match="symmetric"):
        compact_letters(np.array([[0, 1], [0, 0]], dtype=bool))
    with pytest.raises(ValueError, match="differs from itself"):
        compact_letters(np.ones((2, 2), dtype=bool))
    with pytest.raises(ValueError, match="60 letters"):
        compact_letters(~np.eye(60, dtype=bool))

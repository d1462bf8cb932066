"""Counting where two strings of phones differ."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from synth.text.agreement import count_errors, edit_pairs
from synth.text.phones import FESTVOX_RU, IPA


@pytest.mark.parametrize(
    ("reference", "found", "pairs"),
    [
        (["a", "b"], ["a", "b"], [("a", "a"), ("b", "b")]),
        (["a", "b"], ["b"], [("a", None), ("b", "b")]),
        (["b"], ["a", "b"], [(None, "a"), ("b", "b")]),
        (["a", "b"], ["a", "k"], [("a", "a"), ("b", "k")]),
        (["m"], ["a", "n"], [(None, "a"), ("m", "n")]),
        (["pau", "m"], ["m", "pau"], [("pau", None), ("m", "m"), (None, "pau")]),
        ([], [], []),
    ],
)
def test_symbols_are_paired(reference, found, pairs):
    assert edit_pairs(reference, found, IPA) == pairs


def test_the_pairs_cost_the_edit_distance():
    rng = np.random.default_rng(3)
    for _ in range(20):
        first, second = (list(rng.choice(list("abk"), rng.integers(0, 12))) for _ in range(2))
        differing = sum(one != other for one, other in edit_pairs(first, second, IPA))
        assert differing == plain_distance(tuple(first), tuple(second))


@cache
def plain_distance(first, second):
    """Levenshtein's, by its definition."""
    if not first or not second:
        return len(first) + len(second)
    taken = plain_distance(first[1:], second[1:]) + (first[0] != second[0])
    return min(taken, plain_distance(first[1:], second) + 1, plain_distance(first, second[1:]) + 1)


REFERENCE = "pau m aa m ay pau d oo m pau"
FOUND = "pau m a m ay pau d oo mm a pau"


def test_errors_are_told_by_class_with_pauses_apart():
    errors = count_errors([(REFERENCE.split(), FOUND.split())], FESTVOX_RU)
    assert errors.phones.total() == 7
    assert +errors.wrong == Counter({"stressed vowel": 1, "nasal": 1})
    assert +errors.folded_wrong == Counter({"nasal": 1})
    assert errors.added == Counter({"unstressed vowel": 1})
    assert errors.pauses == Counter({"both": 3})
    assert errors.rate == pytest.approx(3 / 7)
    assert errors.folded_rate == pytest.approx(2 / 7)


def test_pauses_of_one_side_are_no_phone_errors():
    errors = count_errors([(["a", "pau", "u"], ["a", "u", "pau"])], FESTVOX_RU)
    assert errors.rate == 0
    assert errors.pauses == Counter({"reference only": 1, "found only": 1})

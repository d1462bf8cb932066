"""Agreement with labels and with true times."""

import numpy as np
import pytest

from synth.align.agreement import agreement, onset_errors
from synth.align.examples import Example
from synth.align.script import script_of_symbols
from tests.synth.align.made import script

SYMBOLS = ("pau", "m", "aa", "pau", "s", "ii", "pau")
LABELS = np.array([10, 8, 7, 20, 6, 9, 10])
EXAMPLE = Example(np.zeros((70, 100), np.float32), script(SYMBOLS), LABELS)


def errors(symbols, durations):
    return onset_errors(script(symbols), np.asarray(durations), EXAMPLE).tolist()


def test_the_labels_agree_with_themselves():
    assert errors(SYMBOLS, LABELS) == [0, 0, 0, 0]


def test_errors_are_in_ms_and_a_missing_pause_is_an_error_of_the_phone_after_it():
    assert errors(("pau", "m", "aa", "s", "ii", "pau"), [11, 7, 7, 26, 9, 10]) == [10, 0, 200, 0]


def test_a_pause_of_no_length_is_a_missing_one():
    assert errors(SYMBOLS, [11, 7, 7, 0, 26, 9, 10]) == [10, 0, 200, 0]


def test_phones_that_only_one_has_are_left_out():
    symbols = ("pau", "m", "aa", "pau", "t", "s", "ii", "pau")
    assert errors(symbols, [10, 8, 7, 17, 3, 6, 9, 10]) == [0, 0, 0, 0]


def test_an_example_without_labels_is_refused():
    with pytest.raises(ValueError, match="labels"):
        onset_errors(EXAMPLE.script, LABELS, Example(EXAMPLE.features, EXAMPLE.script))


def test_onsets_of_all_sentences_count_alike():
    found = agreement([np.array([0.0, 10.0, 30.0]), np.array([10.0])])
    assert (found.n_onsets, found.median, found.mean) == (4, 10.0, 12.5)
    assert found.within_20 == 0.75


def test_a_diphthongs_second_half_does_not_count():
    said = script_of_symbols(("pau", "aʊ", "m", "pau"), "ipa", "de")
    labeled = Example(np.zeros((40, 100), np.float32), said, np.array([10, 5, 5, 10, 10]))
    assert onset_errors(said, np.array([10, 2, 7, 11, 10]), labeled).tolist() == [0, 10]

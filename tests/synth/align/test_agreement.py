"""Agreement with labels, and the wrong texts that thresholds are set with."""

import numpy as np
import pytest

from synth.align.agreement import agreement, misread, onset_errors, other_texts, thresholds
from synth.align.alignment import Alignment
from synth.align.classes import classes_of, fold, fold_posteriors
from synth.align.examples import Example
from synth.align.script import script_of_symbols

SYMBOLS = ("pau", "m", "aa", "pau", "s", "ii", "pau")
LABELS = np.array([10, 8, 7, 20, 6, 9, 10])
EXAMPLE = Example(np.zeros((70, 100), np.float32), script_of_symbols(SYMBOLS), LABELS)


def aligned(symbols, durations, scores=None):
    n = len(symbols)
    values = np.asarray(scores if scores is not None else [-1.0] * n, float)
    return Alignment(tuple(symbols), np.arange(n), np.asarray(durations), values)


def test_the_labels_agree_with_themselves():
    assert onset_errors(aligned(SYMBOLS, LABELS), EXAMPLE).tolist() == [0, 0, 0, 0]


def test_errors_are_in_ms_and_a_missing_pause_is_an_error_of_the_phone_after_it():
    found = aligned(("pau", "m", "aa", "s", "ii", "pau"), [11, 7, 7, 26, 9, 10])
    assert onset_errors(found, EXAMPLE).tolist() == [10, 0, 200, 0]


def test_phones_that_only_one_has_are_left_out():
    found = aligned(("pau", "m", "aa", "pau", "t", "s", "ii", "pau"), [10, 8, 7, 17, 3, 6, 9, 10])
    assert onset_errors(found, EXAMPLE).tolist() == [0, 0, 0, 0]


def test_an_example_without_labels_is_refused():
    with pytest.raises(ValueError, match="labels"):
        onset_errors(aligned(SYMBOLS, LABELS), Example(EXAMPLE.features, EXAMPLE.script))


def test_onsets_of_all_sentences_count_alike():
    found = agreement([np.array([0.0, 10.0, 30.0]), np.array([10.0])])
    assert (found.n_onsets, found.median, found.mean) == (4, 10.0, 12.5)
    assert found.within_20 == 0.75


def test_a_wrong_text_is_another_one_about_as_long():
    short, long, longer = (script_of_symbols(("pau", *["aa", "s"] * n, "pau")) for n in (2, 10, 11))
    assert other_texts([short, long, longer]) == [long, longer, long]
    with pytest.raises(ValueError, match="two texts"):
        other_texts([short])


def test_a_misread_text_differs_in_its_middle_alone():
    script = script_of_symbols(("pau", *["aa"] * 9, "pau", *["aa"] * 9, "pau"))
    other = script_of_symbols(("pau", *["s"] * 30, "pau"))
    wrong = misread(script, other, n_phones=4)
    pairs = zip(script.symbols, wrong.symbols, strict=True)
    changed = [k for k, (was, became) in enumerate(pairs) if was != became]
    assert changed == [8, 9, 11, 12]
    np.testing.assert_array_equal(wrong.is_optional, script.is_optional)


def test_limits_lie_between_right_and_wrong():
    right = [aligned(("m",), [9], [-1.0]), aligned(("m",), [9], [-1.2])]
    wrong = [aligned(("m",), [9], [-4.0])]
    partly = [aligned(("m",), [9], [-2.0])]
    limits = thresholds(right, wrong, partly)
    assert limits.score == pytest.approx(-2.6)
    assert limits.weakest == pytest.approx(-1.6)


def test_folding_adds_the_posteriors_of_what_becomes_one():
    classes = classes_of(("pau", "aa", "a", "m"), "festvox-ru", folds=False)
    folded, into = fold(classes)
    assert folded.symbols == ("pau", "a", "m")
    posteriors = np.log(np.array([[0.1, 0.2, 0.3, 0.4]], np.float32))
    together = np.exp(fold_posteriors(posteriors, into))
    a, m = (classes.symbols.index(symbol) for symbol in ("aa", "m"))
    assert {classes.symbols[k] for k in np.flatnonzero(into == 1)} == {"aa", "a"}
    np.testing.assert_allclose(together.sum(), 1.0, rtol=1e-5)
    np.testing.assert_allclose(together[0, 2], np.exp(posteriors[0, m]), rtol=1e-5)
    assert together[0, 1] > np.exp(posteriors[0, a])


def test_folded_classes_stay_as_they_are():
    folded = classes_of(("pau", "oo", "m"), "festvox-ru", folds=True)
    again, into = fold(folded)
    assert again == folded
    assert into.tolist() == [0, 1, 2]

"""Scripts: which pauses may be there."""

import pytest

from synth.align.classes import Classes, classes_of
from synth.align.script import UNWRITTEN, script_of, script_of_symbols
from synth.text.phonemes import Pause, Phonemes, Word
from synth.text.symbols import UnknownSymbols

TEXT = Phonemes(
    ("pau", "a", "t", "ii", "pau", "m", "aa", "pau"),
    (Word(1, 2), Word(2, 4), Word(5, 7)),
    (Pause(0, "", "edge"), Pause(4, ",", "minor"), Pause(7, ".", "major")),
    "ru",
    "festvox-ru",
)


def test_a_pause_may_stand_between_any_two_words():
    script = script_of(TEXT)
    assert script.symbols == ("pau", "a", "pau", "t", "ii", "pau", "m", "aa", "pau")
    assert script.positions.tolist() == [0, 1, UNWRITTEN, 2, 3, 4, 5, 6, 7]
    assert [k for k, optional in enumerate(script.is_optional) if optional] == [2, 5]


def test_phones_and_pauses_have_least_lengths():
    assert script_of(TEXT).least_frames.tolist() == [1, 2, 3, 2, 2, 3, 2, 2, 1]


def test_a_string_of_phones_keeps_its_places():
    script = script_of_symbols(("pau", "m", "pau", "aa", "pau"))
    assert script.positions.tolist() == [0, 1, 2, 3, 4]
    assert script.is_optional.tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("symbols", [("pau",), ("pau", "pau", "m"), ()])
def test_what_cannot_be_said_is_refused(symbols):
    with pytest.raises(ValueError, match="Expected"):
        script_of_symbols(symbols)


def test_folded_classes_leave_stress_and_reduction_out():
    symbols = ("pau", "aa", "a", "ay", "mm", "m")
    folded = classes_of(symbols, "festvox-ru", folds=True)
    assert folded.symbols == ("pau", "a", "m", "mm")
    assert folded.indices(symbols).tolist() == [0, 1, 1, 1, 3, 2]
    assert len(classes_of(symbols, "festvox-ru", folds=False).symbols) == 6


def test_phones_without_a_class_are_listed():
    classes = classes_of(("pau", "aa"), "festvox-ru", folds=False)
    with pytest.raises(UnknownSymbols) as caught:
        classes.indices(("pau", "m", "aa", "t"))
    assert caught.value.symbols == ("m", "t")


def test_classes_have_the_pause_first():
    with pytest.raises(ValueError, match="first"):
        Classes(("aa", "pau"), "festvox-ru", folds=False)

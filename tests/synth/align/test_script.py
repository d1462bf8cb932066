"""Scripts: which pauses may be there."""

import pytest

from synth.align.script import UNWRITTEN, script_of, script_of_symbols
from synth.text.phonemes import Pause, Phonemes, Word
from tests.synth.align.made import script

TEXT = Phonemes(
    ("pau", "a", "t", "ii", "pau", "m", "aa", "pau"),
    (Word(1, 2), Word(2, 4), Word(5, 7)),
    (Pause(0, "", "edge"), Pause(4, ",", "minor"), Pause(7, ".", "major")),
    "ru",
    "festvox-ru",
)


def test_a_pause_may_stand_between_any_two_words():
    found = script_of(TEXT)
    assert found.sounds == ("pau", "a", "pau", "t", "i", "pau", "m", "a", "pau")
    assert found.written == TEXT.symbols
    assert found.positions.tolist() == [0, 1, UNWRITTEN, 2, 3, 4, 5, 6, 7]
    assert [k for k, optional in enumerate(found.is_optional) if optional] == [2, 5]


def test_phones_and_pauses_have_least_lengths():
    assert script_of(TEXT).least_frames.tolist() == [1, 3, 3, 3, 3, 3, 3, 3, 1]


def test_a_string_of_phones_keeps_its_places():
    found = script(("pau", "m", "pau", "aa", "pau"))
    assert found.positions.tolist() == [0, 1, 2, 3, 4]
    assert found.is_optional.tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("symbols", [("pau",), ("pau", "pau", "m"), ()])
def test_what_cannot_be_said_is_refused(symbols):
    with pytest.raises(ValueError, match="Expected"):
        script(symbols)


def test_a_diphthong_is_two_sounds_at_one_place():
    found = script_of_symbols(("pau", "k", "ˈaʊ", "pau"), "ipa", "de")
    assert found.sounds == ("pau", "k", "a", "u", "pau")
    assert found.positions.tolist() == [0, 1, 2, 2, 3]
    assert found.least_frames.tolist() == [1, 3, 2, 2, 1]

"""espeak-ng by its program."""

import pytest

from synth.errors import SynthError
from synth.text import espeak
from synth.text.espeak import SpokenWord, transcribe, words_of


def test_each_clause_has_its_own_words():
    found = transcribe(["ano", "jeden dva", "ne"], "cs")
    assert [len(words) for words in found] == [1, 2, 1]
    assert found[0] == [SpokenWord(("ˈa", "n", "o"))]


def test_many_clauses_are_read_like_each_alone():
    clauses = ["да", "нет", "мама мыла раму", "да"]
    assert transcribe(clauses, "ru") == [transcribe([clause], "ru")[0] for clause in clauses]


def test_a_clause_that_espeak_divides_stays_one():
    assert len(transcribe(["ano. ne", "ne"], "cs")) == 2


def test_a_clause_without_sound_keeps_its_place():
    assert transcribe(["-", "ano"], "cs")[0] == []


def test_nothing_asks_nothing(monkeypatch):
    monkeypatch.setattr(espeak, "find_program", lambda: pytest.fail("called"))
    assert transcribe([], "cs") == []


@pytest.mark.parametrize("clause", ["", "a\nb", "a\u2028b"])
def test_a_clause_is_one_line(clause):
    with pytest.raises(ValueError, match="one line"):
        transcribe([clause], "cs")


def test_words_by_another_languages_rules_say_so():
    found = list(words_of("ˈi (en)_l_ˈɪ_n w_ˈɪ_n(ru) p__rʲ_i"))
    assert [word.language for word in found] == ["", "en", "en", ""]
    assert found[3].units == ("p", "rʲ", "i")


def test_a_missing_program_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SynthError, match="apt-get install espeak-ng") as caught:
        transcribe(["ano"], "cs")
    assert caught.value.code == "espeak_missing"


def test_an_unknown_voice_is_refused():
    with pytest.raises(SynthError, match="'nowhere'"):
        transcribe(["ano"], "nowhere")

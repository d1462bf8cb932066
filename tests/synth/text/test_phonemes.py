"""Text to phonemes, end to end."""

import pytest

from synth.errors import SynthError
from synth.text.languages import LANGUAGES
from synth.text.phonemes import phonemes_of, phonemes_of_all
from synth.text.phones import FESTVOX_RU, PAUSE
from synth.text.symbols import UnknownSymbols


def test_pauses_stand_at_both_ends_and_at_marks():
    found = phonemes_of("Ano, ne. Proč?", "cs")
    assert [(pause.mark, pause.strength) for pause in found.pauses] == [
        ("", "edge"),
        (",", "minor"),
        (".", "major"),
        ("?", "major"),
    ]
    assert [found.symbols[pause.position] for pause in found.pauses] == [PAUSE] * 4
    assert found.symbols.count(PAUSE) == 4


def test_words_cover_what_is_said():
    found = phonemes_of("Jeden dva, tři.", "cs")
    assert [word.text for word in found.words] == ["Jeden", "dva", "tři"]
    covered = [k for word in found.words for k in range(word.start, word.end)]
    assert tuple(found.symbols[k] for k in covered) == found.spoken


def test_words_have_no_text_where_espeak_splits_a_number():
    found = phonemes_of("1000000 euro", "nl")
    assert len(found.words) == 3
    assert {word.text for word in found.words} == {""}


def test_stress_stands_before_the_vowel():
    found = phonemes_of("молоко", "ru")
    assert [phone.stress for phone in found.phones if phone.is_vowel] == [0, 0, 1]


def test_a_preposition_is_its_consonant():
    found = phonemes_of("к чему", "ru")  # espeak-ng alone reads the letter's name, ka
    assert found.symbols[found.words[0].start : found.words[0].end] == ("k",)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_letters_of_every_language_can_be_read(code):
    alphabet = LANGUAGES[code].alphabet
    letters = [letter for letter in alphabet if letter.isalpha()]
    found = phonemes_of_all([letter + alphabet[0] + letter for letter in letters], code)
    assert [one for one in found if isinstance(one, UnknownSymbols)] == []
    assert all(one.spoken for one in found)


@pytest.mark.parametrize("text", ["", "...", "!?"])
def test_a_text_that_says_nothing_is_refused(text):
    with pytest.raises(SynthError, match="nothing to say"):
        phonemes_of(text, "cs")


def test_one_bad_text_does_not_spoil_the_others():
    found = phonemes_of_all(["да", "Linux", "нет"], "ru")
    assert isinstance(found[1], UnknownSymbols)
    assert found[0].spoken == phonemes_of("да", "ru").spoken
    assert found[2].spoken == phonemes_of("нет", "ru").spoken


def test_an_unknown_symbol_is_raised_for_one_text():
    with pytest.raises(UnknownSymbols, match="Linux"):
        phonemes_of("Linux", "ru")


def test_the_corpus_set_is_russian():
    with pytest.raises(ValueError, match="Russian"):
        phonemes_of("ano", "cs", phone_set=FESTVOX_RU)


def test_another_phone_set_is_refused():
    with pytest.raises(ValueError, match="ipa, festvox-ru"):
        phonemes_of("ano", "cs", phone_set="sampa")

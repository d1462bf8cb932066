"""What is known about each phone."""

import pickle

import pytest

from synth.text.phones import (
    FESTVOX_PHONES,
    FESTVOX_RU,
    FESTVOX_SYMBOLS,
    PAUSE,
    phone_of,
    segments_of,
    word_segments,
)
from synth.text.symbols import UnknownSymbols


@pytest.mark.parametrize(
    ("unit", "segments"),
    [
        ("ˈja", ("j", "ˈa")),
        ("tʃʲ", ("tʃʲ",)),
        ("t̻͡s̪ʲ", ("tsʲ",)),
        ("aʊ", ("aʊ",)),
        ("ˈʌʊ", ("ˈʌʊ",)),
        ("ɒɒ", ("ɒː",)),
        ("əl", ("ə", "l")),
        ("ʔe", ("ʔ", "e")),
        ("r̝̊", ("r̝̊",)),
        ("ˈr̩", ("ˈr̩",)),
        ("œ̃", ("œ̃",)),
        ("ç", ("ç",)),
        ('ˈu"', ("ˈʉ",)),
        ("tsʲʲ", ("tsʲ",)),
        ("ɑʲ", ("ɑ", "j")),
    ],
)
def test_units_of_espeak_are_cut_into_segments(unit, segments):
    assert segments_of(unit) == segments


def test_a_lone_softening_mark_goes_to_the_consonant_before():
    assert word_segments(["tʲ", "i", "pʲ", "ˈe", "r", "ɪ^"]) == ("tʲ", "i", "pʲ", "ˈe", "rʲ")


@pytest.mark.parametrize(
    ("symbol", "manner", "is_voiced"),
    [
        ("ˈa", "vowel", True),
        ("tʃʲ", "affricate", False),
        ("dʑ", "affricate", True),
        ("r̝̊", "trill", False),
        ("ɡ", "stop", True),
        ("x", "fricative", False),
        ("ɲ", "nasal", True),
        ("j", "approximant", True),
        (PAUSE, "pause", False),
    ],
)
def test_manner_and_voicing_follow_the_ipa_chart(symbol, manner, is_voiced):
    phone = phone_of(symbol)
    assert (phone.manner, phone.is_voiced) == (manner, is_voiced)


def test_stress_length_and_softness_are_told_apart():
    assert (phone_of("ˈaː").stress, phone_of("ˌaː").stress, phone_of("aː").stress) == (1, 2, 0)
    assert phone_of("ˈaː").folded == phone_of("a").folded == "a"
    assert phone_of("tʲ").is_soft
    assert phone_of("ˈaː").is_long


@pytest.mark.parametrize("symbol", ["Q", "", "ˈ", "tk", "5", "ˈʲ"])
def test_what_is_no_phone_is_refused(symbol):
    with pytest.raises(UnknownSymbols):
        phone_of(symbol)


def test_a_unit_with_another_letter_is_refused():
    with pytest.raises(UnknownSymbols, match="digit five"):
        segments_of("ə5")


def test_the_corpus_set_has_50_phones_and_a_pause():
    assert len(FESTVOX_PHONES) == 50
    assert len(FESTVOX_SYMBOLS) == 51
    with pytest.raises(UnknownSymbols):
        phone_of("oe", FESTVOX_RU)


def test_the_corpus_set_folds_stress_and_reduction():
    folded = {phone_of(s, FESTVOX_RU).folded for s in FESTVOX_SYMBOLS}
    vowels = {phone.folded for phone in FESTVOX_PHONES.values() if phone.is_vowel}
    assert vowels == set("aeiouy")
    assert len(folded) == 6 + 36 + 1
    assert [FESTVOX_PHONES[s].reduction for s in ("aa", "a", "ay")] == [0, 1, 2]


def test_every_soft_phone_of_the_corpus_set_is_a_consonant():
    soft = {symbol for symbol, phone in FESTVOX_PHONES.items() if phone.is_soft}
    assert {"tt", "ch", "sch", "j"} <= soft
    assert all(FESTVOX_PHONES[symbol].is_consonant for symbol in soft)


def test_another_phone_set_is_refused():
    with pytest.raises(ValueError, match="ipa, festvox-ru"):
        phone_of("a", "sampa")


def test_the_error_survives_pickling():
    with pytest.raises(UnknownSymbols) as caught:
        phone_of("Q")
    assert pickle.loads(pickle.dumps(caught.value)).symbols == ("Q",)

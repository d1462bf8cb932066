"""Sounds: every phone of either set has one, and neighbors share it."""

import pytest

from synth.align.sounds import SOUNDS, places_of, sounds_of
from synth.text.phonemes import phonemes_of
from synth.text.phones import FESTVOX_RU, FESTVOX_SYMBOLS, IPA, PAUSE
from synth.text.symbols import UnknownSymbols


def test_the_pause_comes_first_and_all_differ():
    assert SOUNDS[0] == PAUSE
    assert len(set(SOUNDS)) == len(SOUNDS)


@pytest.mark.parametrize("symbol", FESTVOX_SYMBOLS)
def test_every_phone_of_the_russian_corpus_is_one_sound(symbol):
    (sound,) = sounds_of(symbol, FESTVOX_RU, "ru")
    assert sound in SOUNDS


@pytest.mark.parametrize(
    ("symbol", "language", "expected"),
    [
        ("ˈaː", "cs", ("a",)),
        ("tʲ", "ru", ("t",)),
        ("oʊ", "cs", ("o", "u")),
        ("aɪə", "en", ("a", "ə")),
        ("tɕ", "ca", ("tʃ",)),
        ("ʈʂ", "be", ("tʃ",)),
        ("r̝̊", "cs", ("r̝",)),
        ("r̩", "cs", ("r",)),
        ("œ̃", "fr", ("ø",)),
        ("y", "fr", ("y",)),
        ("y", "ru", ("ɨ",)),
        ("pau", "cs", ("pau",)),
    ],
)
def test_what_is_left_out(symbol, language, expected):
    assert sounds_of(symbol, IPA, language) == expected


@pytest.mark.parametrize("russian", ["Мы шли домой.", "Был у нас ёж."])
def test_both_sets_agree_on_russian(russian):
    heard = [
        [sounds_of(symbol, phone_set, "ru") for symbol in phonemes.spoken]
        for phone_set in (IPA, FESTVOX_RU)
        for phonemes in [phonemes_of(russian, "ru", phone_set=phone_set)]
    ]
    assert heard[0] == heard[1]


def test_what_is_no_sound_is_listed():
    with pytest.raises(UnknownSymbols) as caught:
        places_of(("a", "#", "m", "%"))
    assert caught.value.symbols == ("#", "%")

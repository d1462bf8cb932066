"""Where Russian words are stressed."""

import gzip
from pathlib import Path

import pytest

from synth.text.normalize import STRESS_MARK
from synth.text.phonemes import phonemes_of
from synth.text.phones import FESTVOX_RU
from synth.text.stress import LEXICON, marked_word, stressed_words

ROOT = Path(__file__).resolve().parents[3]


def test_every_word_of_the_lexicon_has_one_stress():
    words = stressed_words()
    assert len(words) > 10_000
    for marked in words.values():
        assert marked.count(STRESS_MARK) + marked.replace("ё\u0301", "").count("ё") >= 1, marked


def test_the_page_says_how_many_words_are_stressed_elsewhere():
    n_words = len(gzip.decompress(LEXICON.read_bytes()).splitlines())
    assert f"{n_words:,} words" in (ROOT / "docs" / "prosody.md").read_text(encoding="utf-8")


def test_a_word_espeak_stresses_elsewhere_is_marked():
    assert marked_word("Нежилыми") == "нежилы\u0301ми"


@pytest.mark.parametrize("word", ["ёлки", "за\u0301мок", "щщщ"])
def test_what_is_written_is_believed(word):
    assert marked_word(word) == word


def test_the_lexicon_decides_in_the_corpus_set():
    said = phonemes_of("нежилыми", "ru", phone_set=FESTVOX_RU).spoken
    assert " ".join(said) == "nn ae zh i l yy mm i"


def test_a_written_mark_decides_against_the_lexicon():
    said = phonemes_of("нежи\u0301лыми", "ru", phone_set=FESTVOX_RU).spoken
    assert "ii" in said

"""The corpus' own phones: labels, mapping, reduction."""

import pytest

from synth.text.festvox import CONSONANTS, VOWELS, Label, read_labels, reduced
from synth.text.phonemes import phonemes_of
from synth.text.phones import FESTVOX_PHONES, FESTVOX_RU
from synth.text.symbols import UnknownSymbols


def said(text):
    return " ".join(phonemes_of(text, "ru", phone_set=FESTVOX_RU).spoken)


def test_labels_are_read_with_their_times(tmp_path):
    path = tmp_path / "a.lab"
    path.write_text("#\n0.34200 125 pau\n0.39200 125 k\n0.50000 125 ay\n")
    assert read_labels(path) == (
        Label("pau", 0.0, 0.342),
        Label("k", 0.342, 0.392),
        Label("ay", 0.392, 0.5),
    )


def test_an_unknown_label_is_refused(tmp_path):
    path = tmp_path / "a.lab"
    path.write_text("#\n0.34200 125 xx\n")
    with pytest.raises(UnknownSymbols, match="xx"):
        read_labels(path)


def test_the_tables_name_phones_of_the_corpus_only():
    assert {symbol for pair in CONSONANTS.values() for symbol in pair} <= set(FESTVOX_PHONES)
    assert all(hard == soft or FESTVOX_PHONES[soft].is_soft for hard, soft in CONSONANTS.values())
    reached = {symbol for pair in CONSONANTS.values() for symbol in pair}
    assert reached == {s for s, phone in FESTVOX_PHONES.items() if phone.is_consonant}
    assert set(VOWELS.values()) == set("aeiouy")


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("корреспондент", "k ay rr ae s p a n dd ee n t"),  # the labels of ru_0001 and others
        ("газеты", "g a zz ee t y"),
        ("молодую", "m ay l a d uu j u"),
        ("её", "j e j oo"),
        ("объявлением", "a b j a v ll ee nn ae j e m"),
        ("теперь", "tt i pp ee rr"),
        ("махина", "m a hh ii n a"),
    ],
)
def test_words_have_the_corpus_phones(word, phones):
    assert said(word) == phones


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("к чему", "k ch i m uu"),
        ("в дом", "v d oo m"),
        ("перед объявлением", "pp ae rr ae d ay b j a v ll ee nn ae j e m"),
        ("из сада", "i s s aa d a"),
    ],
)
def test_words_without_stress_lean_on_the_next(text, phones):
    assert said(text) == phones


def test_a_stress_mark_decides_between_homographs():
    assert said("за\u0301мок") == "z aa m ay k"
    assert said("замо\u0301к") == "z a m oo k"


def test_a_word_of_one_vowel_is_stressed_unless_it_leans():
    assert said("что он был") == "sh t oo oo n b yy l"
    assert said("на море") == "n a m oo rr e"


def test_yo_is_stressed():
    assert "oo" in said("ёлка").split()


def test_a_pause_stops_reduction():
    assert said("она, она").split()[-1] == "aa"
    assert said("дело, дело").split().count("a") == 2


@pytest.mark.parametrize(
    ("vowel", "bare", "pretonic", "after_soft", "result"),
    [
        ("o", True, False, False, "a"),
        ("o", False, True, False, "a"),
        ("o", False, False, False, "ay"),
        ("o", False, False, True, "ae"),
        ("e", True, False, False, "e"),
        ("e", False, True, True, "i"),
        ("e", False, True, False, "y"),
        ("i", False, False, True, "ae"),
        ("y", False, True, False, "y"),
        ("u", False, False, False, "ur"),
        ("u", True, False, False, "u"),
    ],
)
def test_the_rule_of_reduction(vowel, bare, pretonic, after_soft, result):
    assert reduced(vowel, bare=bare, pretonic=pretonic, after_soft=after_soft) == result


def test_numbers_are_read_without_letters():
    assert said("3 года") == "t rr ii g oo d a"

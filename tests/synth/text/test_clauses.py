"""Clauses and their pauses."""

import pytest

from synth.text.clauses import MAJOR, MINOR, Clause, clauses_of


def marks(text):
    return [(" ".join(clause.words), clause.mark) for clause in clauses_of(text)]


def test_a_clause_ends_at_each_mark():
    assert marks("Ano, ne! Proč?") == [("Ano", ","), ("ne", "!"), ("Proč", "?")]


def test_a_text_without_a_mark_ends_like_a_sentence():
    assert marks("jeden dva") == [("jeden dva", ".")]


@pytest.mark.parametrize(
    ("run", "mark"), [(", –", "–"), ("?!", "?"), ("!!!", "!"), ("...", "…"), ("...?", "?")]
)
def test_the_strongest_of_a_run_of_marks_counts(run, mark):
    assert marks(f"jeden{run} dva") == [("jeden", mark), ("dva", ".")]


def test_marks_between_digits_do_not_divide():
    assert marks("3,5 a 4.") == [("3,5 a 4", ".")]


def test_marks_without_words_make_no_clause():
    assert clauses_of("... , !") == ()
    assert marks("– jeden") == [("jeden", ".")]


@pytest.mark.parametrize(
    ("mark", "pause"), [(",", MINOR), ("–", MINOR), ("?", MAJOR), ("…", MAJOR)]
)
def test_how_strong_a_pause_is(mark, pause):
    assert Clause(("a",), mark).pause == pause


def test_espeak_gets_no_stress_marks():
    assert Clause(("за\u0301мок",), ".").text == "замок"

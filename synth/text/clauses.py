"""Normalized text to clauses: what is said in one breath, and the pause that follows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .normalize import STRESS_MARK

MINOR, MAJOR = "minor", "major"  # within a sentence; at its end
MAJOR_MARKS = "?!.…"
MARKS = re.compile(r"(?:(?<!\d)[.,:]|[.,:](?!\d)|[!?;–]|\s)+")  # not those between digits


@dataclass(frozen=True)
class Clause:
    """Words said without a pause, and the mark after them.

    ``mark`` is the strongest of the marks: ``?`` before ``!`` before ``…`` or ``.`` before
    the others.
    """

    words: tuple[str, ...]
    mark: str

    @property
    def text(self) -> str:
        """The words as espeak-ng gets them: without stress marks, which it does not read."""
        return " ".join(self.words).replace(STRESS_MARK, "")

    @property
    def pause(self) -> str:
        """How strong the pause after the clause is: ``MINOR`` or ``MAJOR``."""
        return MAJOR if self.mark in MAJOR_MARKS else MINOR


def strongest(marks: str) -> str:
    """The mark that decides how a run of marks is read; ``...`` is an ellipsis, ``…``."""
    if "..." in marks and not set(marks) & set("?!"):
        return "…"
    return next(mark for mark in "?!.;:–," if mark in marks)


def clauses_of(normalized: str) -> tuple[Clause, ...]:
    """The clauses of normalized text; the last gets a period if it has no mark.

    Marks before the first word and clauses without a letter or digit are none.
    """
    clauses: list[Clause] = []
    start = 0
    for found in MARKS.finditer(normalized):
        marks = re.sub(r"\s", "", found[0])
        if marks:
            add_clause(clauses, normalized[start : found.start()], strongest(marks))
            start = found.end()
    add_clause(clauses, normalized[start:], ".")
    return tuple(clauses)


def add_clause(clauses: list[Clause], text: str, mark: str) -> None:
    """Append a clause unless it says nothing."""
    words = tuple(word for word in text.split() if re.search(r"\w", word))
    if words:
        clauses.append(Clause(words, mark))

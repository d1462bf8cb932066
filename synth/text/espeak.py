"""espeak-ng's transcription of many clauses in one call of its program.

The program is called, not the library: it is under GPL-3 and stays a process of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import SynthError

PROGRAM = "espeak-ng"
TIMEOUT_S = 600
SENTINEL = "[[ttttt]]"  # phonemes spoken as such: every language prints them, no text does
LANGUAGE_SWITCH = re.compile(r"\(([a-z-]+)\)")


@dataclass(frozen=True)
class SpokenWord:
    """What espeak-ng reads as one word: its units (``tʃ``, ``ˈja``) and by which language's rules.

    ``language`` is empty for the language asked for.
    """

    units: tuple[str, ...]
    language: str = ""


def find_program() -> str:
    """The path of espeak-ng.

    Raises:
        SynthError: if it is not installed; the message says what to install.
    """
    path = shutil.which(PROGRAM)
    if path is None:
        raise SynthError(
            "Phonemes of text need espeak-ng, which is not installed here. "
            "Debian and Ubuntu: apt-get install espeak-ng; macOS: brew install espeak-ng.",
            code="espeak_missing",
        )
    return path


def transcribe(clauses: Sequence[str], voice: str) -> list[list[SpokenWord]]:
    """The words of each clause, in IPA, by one call of espeak-ng.

    Args:
        clauses: text without punctuation, one clause each, no line breaks.
        voice: espeak-ng's name of the language (``ru``, ``en-gb``).
    Raises:
        ValueError: for a line break in a clause.
        SynthError: if espeak-ng is missing, knows no such voice or fails.
    """
    if not clauses:
        return []
    broken = [clause for clause in clauses if len(clause.splitlines()) != 1]
    if broken:
        raise ValueError(f"Expected clauses of one line each, got {broken[0]!r}.")
    lines = [SENTINEL, *(line for clause in clauses for line in (clause, SENTINEL))]
    sentinel, *printed = run_program("\n".join(lines) + "\n", voice).splitlines()
    found: list[list[SpokenWord]] = [[]]
    for line in printed:
        if line == sentinel:
            found.append([])
        else:
            found[-1].extend(words_of(line))
    if found.pop() or len(found) != len(clauses):
        raise SynthError(
            f"espeak-ng was given {len(clauses)} clauses and answered {len(found)}.",
            code="espeak_failed",
        )
    return found


def run_program(lines: str, voice: str) -> str:
    """What espeak-ng prints for lines of text, units separated by ``_``."""
    command = [find_program(), "-v", voice, "-q", "--ipa", "--sep=_", "-b", "1"]
    done = subprocess.run(
        command, input=lines, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT_S
    )
    if done.returncode or not done.stdout:
        raise SynthError(
            f"espeak-ng failed for voice {voice!r}: {done.stderr.strip() or 'no output'}",
            code="espeak_failed",
        )
    return done.stdout


def words_of(line: str) -> Iterator[SpokenWord]:
    """The words of one printed line; ``(en)`` before a word says whose rules it follows."""
    language = ""
    asked = True  # the second of two marks returns to the language asked for
    for word in line.replace("(", " (").replace(")", ") ").split():
        switch = LANGUAGE_SWITCH.fullmatch(word)
        if switch:
            asked = not asked
            language = "" if asked else switch[1]
            continue
        units = tuple(unit for unit in word.split("_") if unit)
        if units:
            yield SpokenWord(units, language)

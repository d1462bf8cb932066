"""What espeak-ng 1.51 reads wrong and is set right here, language by language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .clauses import Clause
from .espeak import SpokenWord
from .phones import PRIMARY, SECONDARY, VOWELS

# Russian prepositions and particles without a vowel: read by the letter's name before some words.
RUSSIAN_CONSONANT_WORDS = frozenset("вксбж")


def repair(clause: Clause, words: Sequence[SpokenWord], language: str) -> tuple[SpokenWord, ...]:
    """The words of a clause as they should have been read.

    Russian: the words в, к, с, б, ж are their consonant (``к чему`` is not ``ка чему``), where
    espeak-ng read as many words as were written; ``ё`` after a vowel begins with ``j``, and
    ``j`` before ``ja`` is one ``j`` (``её``, ``объявление``).
    """
    if language != "ru":
        return tuple(words)
    if len(words) == len(clause.words):
        words = [
            without_vowels(spoken) if written.lower() in RUSSIAN_CONSONANT_WORDS else spoken
            for written, spoken in zip(clause.words, words, strict=True)
        ]
    return tuple(replace(word, units=russian_units(word.units)) for word in words)


def without_vowels(word: SpokenWord) -> SpokenWord:
    """The word's first consonant alone; a word with no consonant stays."""
    consonants = [unit for unit in word.units if not set(unit) & VOWELS]
    return replace(word, units=tuple(consonants[:1])) if consonants else word


def russian_units(units: Sequence[str]) -> tuple[str, ...]:
    """The units with one ``j`` before ``ё`` and before what begins with ``j``."""
    kept: list[str] = []
    for unit in units:
        sound = unit.lstrip(PRIMARY + SECONDARY)
        if kept and kept[-1] == "j" and sound.startswith("j"):
            kept.pop()
        elif kept and sound == "ɵ" and kept[-1][-1] in VOWELS:
            kept.append("j")
        kept.append(unit)
    return tuple(kept)

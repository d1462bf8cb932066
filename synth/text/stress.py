"""Where Russian words are stressed: those that espeak-ng stresses elsewhere.

From the lexicon of Debian's festvox-ru (BSD-like, Nickolay V. Shmyrev) by
scripts/make_stress_lexicon.py.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from .normalize import STRESS_MARK

LEXICON = Path(__file__).with_name("stress-ru.txt.gz")


@lru_cache(maxsize=1)
def stressed_words() -> dict[str, str]:
    """Words in lower case, with е for ё, and the same with their stress marked."""
    text = gzip.decompress(LEXICON.read_bytes()).decode()
    return {line.replace(STRESS_MARK, "").replace("ё", "е"): line for line in text.splitlines()}


def marked_word(word: str) -> str:
    """The word in lower case, its stress marked if the lexicon knows better than espeak-ng.

    A mark or an ``ё`` that is written already is believed.
    """
    lower = word.lower()
    if STRESS_MARK in lower or "ё" in lower:
        return lower
    return stressed_words().get(lower, lower)

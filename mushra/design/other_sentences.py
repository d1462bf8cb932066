"""Draws, for each item, a recording in which somebody says another sentence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Recording:
    """A recording and what is said in it; an empty text is not known."""

    code: str
    text: str


def draw_other_sentences(
    items: Sequence[Recording], recordings: Sequence[Recording], rng: Random
) -> list[str] | None:
    """For each item the code of a recording with another text; None where an item has none.

    Recordings take turns, those that are items themselves last. One whose text is not known may
    say anything and is never drawn. Case, punctuation and spaces do not make another sentence.
    """
    known = [one for one in sorted(recordings, key=lambda one: one.code) if _words(one.text)]
    turns = Counter(item.code for item in items)
    drawn: list[str] = []
    for item in items:
        others = [one.code for one in known if _says_another(one, item)]
        if not others:
            return None
        fewest = min(turns[code] for code in others)
        drawn.append(rng.choice([code for code in others if turns[code] == fewest]))
        turns[drawn[-1]] += 1
    return drawn


def _says_another(one: Recording, item: Recording) -> bool:
    return one.code != item.code and _words(one.text) != _words(item.text)


def _words(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())

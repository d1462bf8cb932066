"""Compact letter display: systems that share a letter do not differ significantly."""

import string
from collections.abc import Sequence

import numpy as np

from mushra.stats.table import Mask

ALPHABET = string.ascii_lowercase + string.ascii_uppercase


def compact_letters(significant: Mask, *, order: Sequence[int] | None = None) -> tuple[str, ...]:
    """The letters of each system: two share one exactly when they do not differ significantly.

    Starts from one letter for all; each significant pair splits the letters that both have
    (insert), letters contained in others go (absorb), and so do letters whose systems other
    letters join already (sweep). Piepho's sweep also thins out single letters; here a letter
    keeps all systems it may have, so that letters of ranked systems run without gaps.

    Args:
        significant: (k, k) bool, symmetric, False on the diagonal; True where a pair differs.
        order: places of the systems from best to worst; `a` goes to the best. As given if left
            out.
    Returns: (k,) letters, in the order of the rows of `significant`.
    Raises: ValueError when the matrix is not square and symmetric, has a True diagonal, or would
        need more than 52 letters.
    Source: Piepho 2004; equals R multcompView `multcompLetters` up to the order of the letters
        where the pairs follow from an order of the systems; otherwise the display is not unique
        and this one is never longer (golden values in tests/data/golden/menu.json).
    """
    pairs = np.asarray(significant, dtype=bool)
    _check(pairs)
    places = np.arange(pairs.shape[0]) if order is None else np.asarray(order, dtype=np.intp)
    columns = _letter_columns(pairs[np.ix_(places, places)])
    if len(columns) > len(ALPHABET):
        raise ValueError(f"{len(columns)} letters would be needed; there are {len(ALPHABET)}.")
    letters = [""] * pairs.shape[0]
    for letter, column in zip(ALPHABET, columns, strict=False):
        for member in sorted(column):
            letters[int(places[member])] += letter
    return tuple(letters)


def _check(pairs: Mask) -> None:
    if pairs.ndim != 2 or pairs.shape[0] != pairs.shape[1]:
        raise ValueError(f"The pairs form a square matrix, not one of shape {pairs.shape}.")
    if (pairs != pairs.T).any() or pairs.diagonal().any():
        raise ValueError("Differing is symmetric, and no system differs from itself.")


def _letter_columns(pairs: Mask) -> list[frozenset[int]]:
    """The systems of each letter, ordered by their first, second, ... system."""
    columns = [frozenset(range(pairs.shape[0]))] if pairs.shape[0] else []
    for first, second in np.argwhere(np.triu(pairs)).tolist():
        split = []
        for column in columns:
            both = first in column and second in column
            split += [column - {first}, column - {second}] if both else [column]
        columns = _absorbed(split)
    return sorted(_swept(columns), key=sorted)


def _absorbed(columns: list[frozenset[int]]) -> list[frozenset[int]]:
    """Without letters whose systems all carry another letter too."""
    distinct = list(dict.fromkeys(columns))
    return [one for one in distinct if not any(one < other for other in distinct)]


def _swept(columns: list[frozenset[int]]) -> list[frozenset[int]]:
    """Without letters that no pair needs: other letters join all their systems; shortest first."""
    kept = sorted(columns, key=lambda column: (len(column), sorted(column)))
    for column in list(kept):
        others = [other for other in kept if other != column]
        if others and all(_is_joined(pair, others) for pair in _pairs_within(column)):
            kept = others
    return kept


def _pairs_within(column: frozenset[int]) -> list[frozenset[int]]:
    """All pairs of a letter's systems, each system with itself included."""
    return [frozenset((one, other)) for one in column for other in column]


def _is_joined(pair: frozenset[int], columns: list[frozenset[int]]) -> bool:
    return any(pair <= column for column in columns)

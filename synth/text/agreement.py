"""How far two strings of phones agree: aligned by edit distance, counted by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .phones import PAUSE, Phone, phone_of

EDIT = 1000  # what an edit costs; a vowel for a consonant costs 1 more, to break ties
Pair = tuple[str | None, str | None]


@dataclass
class PhoneErrors:
    """Counts over many utterances.

    ``phones``: of the reference, by class, pauses apart. ``wrong``: substituted or missing, by
    the class of the reference's phone. ``folded_wrong``: those wrong also without stress and
    reduction. ``added``: phones the reference has not, by class.
    """

    phones: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    folded_wrong: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    pauses: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Substituted, missing and added phones per phone of the reference."""
        return (self.wrong.total() + self.added.total()) / max(self.phones.total(), 1)

    @property
    def folded_rate(self) -> float:
        """The same without stress and reduction."""
        return (self.folded_wrong.total() + self.added.total()) / max(self.phones.total(), 1)


def edit_pairs(reference: Sequence[str], found: Sequence[str], phone_set: str) -> list[Pair]:
    """The symbols of both in one alignment of least edit distance, None where one has none.

    Of equally short alignments one that pairs vowels with vowels; a pause pairs with a pause
    alone.
    """
    prices = price_table({*reference, *found}, phone_set)
    costs = edit_costs(reference, found, prices)
    i, j = len(reference), len(found)
    pairs: list[Pair] = []
    while i or j:
        here = costs[i][j]
        if i and j and here == costs[i - 1][j - 1] + prices[reference[i - 1], found[j - 1]]:
            i, j = i - 1, j - 1
            pairs.append((reference[i], found[j]))
        elif i and here == costs[i - 1][j] + edit_of(reference[i - 1]):
            i -= 1
            pairs.append((reference[i], None))
        else:
            j -= 1
            pairs.append((None, found[j]))
    return pairs[::-1]


def price_table(symbols: Iterable[str], phone_set: str) -> dict[tuple[str, str], int]:
    """What it costs to take one symbol for another."""
    phones = [phone_of(symbol, phone_set) for symbol in symbols]
    return {(one.symbol, other.symbol): price(one, other) for one in phones for other in phones}


def price(one: Phone, other: Phone) -> int:
    """Nothing for the same, an edit for another phone, two where one is a pause."""
    if one.symbol == other.symbol:
        return 0
    if one.is_pause or other.is_pause:
        return 2 * EDIT
    return EDIT + (one.is_vowel != other.is_vowel)


def edit_of(symbol: str) -> int:
    """What it costs to add or drop a symbol: of two ways a pause rather than a phone."""
    return EDIT - (symbol == PAUSE)


def edit_costs(
    reference: Sequence[str], found: Sequence[str], prices: Mapping[tuple[str, str], int]
) -> list[list[int]]:
    """Edit distances of all beginnings of both, in units of 1/``EDIT``."""
    added = [edit_of(symbol) for symbol in found]
    rows = [[0, *accumulate(added)]]
    for wanted in reference:
        before, dropped = rows[-1], edit_of(wanted)
        row = [before[0] + dropped]
        for j, symbol in enumerate(found):
            taken = before[j] + prices[wanted, symbol]
            row.append(min(taken, before[j + 1] + dropped, row[-1] + added[j]))
        rows.append(row)
    return rows


def class_of(phone: Phone) -> str:
    """The class that errors are told by: the manner, vowels by stress and reduction."""
    if not phone.is_vowel:
        return phone.manner
    if phone.stress:
        return "stressed vowel"
    return "vowel, second degree" if phone.reduction == 2 else "unstressed vowel"


def count_errors(
    utterances: Iterable[tuple[Sequence[str], Sequence[str]]], phone_set: str
) -> PhoneErrors:
    """Errors of (reference, found) symbols, pauses among them, of one phone set.

    Pauses are counted apart: ``both``, ``reference only``, ``found only``.
    """
    errors = PhoneErrors()
    for reference, found in utterances:
        for wanted, symbol in edit_pairs(reference, found, phone_set):
            count_pair(errors, wanted, symbol, phone_set)
    return errors


def count_pair(errors: PhoneErrors, wanted: str | None, symbol: str | None, phone_set: str) -> None:
    """Add one pair of the alignment to the counts."""
    if PAUSE in (wanted, symbol):
        both = wanted == symbol
        kind = "both" if both else "reference only" if wanted == PAUSE else "found only"
        errors.pauses[kind] += 1
    if wanted not in (None, PAUSE):
        phone = phone_of(wanted, phone_set)
        kind = class_of(phone)
        errors.phones[kind] += 1
        errors.wrong[kind] += wanted != symbol
        other = phone_of(symbol, phone_set).folded if symbol else None
        errors.folded_wrong[kind] += phone.folded != other
    elif symbol not in (None, PAUSE):
        errors.added[class_of(phone_of(symbol, phone_set))] += 1

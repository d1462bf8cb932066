"""Answers of preference and ABX tests in a file: read, checked and gathered by pair of systems."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mushra.reports.csv_columns import (
    CsvColumns,
    Problem,
    UnknownHeader,
    UnreadableRatings,
    decode,
    read_columns,
)
from mushra.reports.trials import renumbered
from mushra.reports.wording import counted
from mushra.stats.mixed import Cells
from mushra.stats.table import Codes, Floats

PREFERENCE, ABX = "preference", "abx"
# The last columns say what was answered; the two before them which systems were compared.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PREFERENCE: ("listener", "item", "first", "second", "choice"),
    ABX: ("listener", "item", "a", "b", "x", "answer"),
}
NEITHER = "neither"


@dataclass(frozen=True, eq=False)
class PairAnswers:
    """The answers to one pair of systems, named in alphabetical order.

    listener, item: (n,) codes; value: (n,) of a preference 1 for the first system, -1 for the
    second, 0 for neither; of ABX 1 for a right answer, 0 for a wrong one.
    """

    first: str
    second: str
    listeners: tuple[str, ...]
    listener: Codes
    item: Codes
    value: Floats

    def cells(self) -> Cells:
        """The mean answer of each listener on each item, sorted."""
        n_items = int(self.item.max()) + 1
        known, place = renumbered(
            self.listener * n_items + self.item, (int(self.listener.max()) + 1) * n_items
        )
        means = np.bincount(place, weights=self.value) / np.bincount(place)
        return Cells(known // n_items, known % n_items, means)

    def by_listener(self) -> tuple[Floats, ...]:
        """Each listener's answers, in the order of `listeners`."""
        return tuple(self.value[self.listener == code] for code in range(len(self.listeners)))


@dataclass(frozen=True, eq=False)
class AnswersFile:
    """The answers in a file by pair, and how many there are of what."""

    pairs: tuple[PairAnswers, ...]
    n_listeners: int
    n_items: int
    n_answers: int
    sha256: str


def read_answers(content: bytes, method: str) -> AnswersFile:
    """The answers in the bytes of a CSV file with the method's `COLUMNS`, in any order.

    Systems may change places between rows. A listener may answer again on the same item.

    Args:
        method: `preference` or `abx`.
    Raises: UnreadableRatings for a header that lacks a column, and with every broken line: an empty
        field, a pair of one system with itself, an answer that is not among what can be answered.
    """
    names = COLUMNS[method]
    rows = _rows(decode(content), names)
    texts = [_texts(rows, name) for name in names]
    problems = [*rows.problems, *_problems(rows, texts, method)]
    if problems:
        raise UnreadableRatings(
            f"{counted(len(problems), 'line')} cannot be read as answers; nothing was analyzed.",
            problems,
        )
    if not len(rows):
        raise UnreadableRatings("The file has a header and no answers.")
    listener, item, first, second, *answers = texts
    pairs = [(min(one), max(one)) for one in zip(first, second, strict=True)]
    value = np.array(
        [_value(pair, *given) for pair, *given in zip(pairs, *answers, strict=True)], dtype=float
    )
    return AnswersFile(
        pairs=tuple(
            _of_pair(pair, np.array([one == pair for one in pairs]), listener, item, value)
            for pair in sorted(set(pairs))
        ),
        n_listeners=len(set(listener)),
        n_items=len(set(item)),
        n_answers=len(rows),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _rows(text: str, names: Sequence[str]) -> CsvColumns:
    try:
        return read_columns(text, lambda header: set(names) <= set(header))
    except UnknownHeader as error:
        missing = [name for name in names if name not in {one.casefold() for one in error.header}]
        raise UnreadableRatings(
            f"The header has no column {', '.join(missing)}; it has: {', '.join(error.header)}. A "
            f"file of such answers has the columns {', '.join(names)}."
        ) from None


def _texts(rows: CsvColumns, name: str) -> list[str]:
    column = rows.named(name)
    if column is None:
        raise UnreadableRatings(f"The file has no column {name}.")
    return [column.labels[code] for code in column.codes.tolist()]


def _problems(rows: CsvColumns, texts: Sequence[Sequence[str]], method: str) -> Iterator[Problem]:
    names = COLUMNS[method]
    for line, *row in zip(rows.lines.tolist(), *texts, strict=True):
        pair, answers = row[2:4], row[4:]
        allowed = [*pair, NEITHER] if method == PREFERENCE else pair
        empty = [name for name, text in zip(names, row, strict=True) if not text]
        if empty:
            yield Problem(line, f"no {empty[0]}")
        elif pair[0] == pair[1]:
            yield Problem(line, f"{pair[0]} is compared with itself")
        else:
            for name, answer in zip(names[4:], answers, strict=True):
                if answer not in allowed:
                    known = ", ".join(allowed)
                    yield Problem(line, f"the {name} {answer!r} is none of: {known}")


def _value(pair: tuple[str, str], *answers: str) -> float:
    """Of a preference its choice, of ABX whether X was named."""
    if len(answers) > 1:
        return float(answers[0] == answers[1])
    return {pair[0]: 1.0, pair[1]: -1.0}.get(answers[0], 0.0)


def _of_pair(
    pair: tuple[str, str],
    rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    listener: Sequence[str],
    item: Sequence[str],
    value: Floats,
) -> PairAnswers:
    listeners, listener_codes = np.unique(np.array(listener)[rows], return_inverse=True)
    _, item_codes = np.unique(np.array(item)[rows], return_inverse=True)
    return PairAnswers(*pair, tuple(listeners.tolist()), listener_codes, item_codes, value[rows])

"""A file of ratings, anybody's, as the table that statistics take.

Known by their headers: a tidy CSV (listener, item, system, score and any further columns, in any
order), webMUSHRA's mushra.csv and pymushra's export. What cannot be read is refused with the lines
concerned; what is decided in reading is said in a note.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mushra.reports.csv_columns import (
    Column,
    CsvColumns,
    Problem,
    UnknownHeader,
    UnreadableRatings,
    decode,
    read_columns,
)
from mushra.reports.layouts import TIDY, Layout, find_layout, other_file
from mushra.reports.wording import counted
from mushra.stats.columns import Column as CodedColumn
from mushra.stats.errors import InvalidRatings
from mushra.stats.screening import ListeningEvidence, RepeatedScores
from mushra.stats.table import MAX_SCORE, MIN_SCORE, Floats, Mask, RatingTable

MISSING_MARKS = frozenset({"", "na", "n/a", "nan", "null", "none"})
LINES_NAMED = 10
HEARD_COLUMN = "heard_s"
PAGE_COLUMN = "page_s"

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RatingsFile:
    """What a file of ratings says.

    Args:
        table: one score for each listener, item and system; the mean where there were repeats.
        repeats: the ratings behind those means.
        evidence: what the file tells of the listening, row by row of the table.
        layout: the kind of file.
        roles: systems whose part the program that wrote the file gives by their name.
        notes: what was decided in reading, one sentence each.
        sha256: of the file's bytes.
    """

    table: RatingTable
    repeats: RepeatedScores
    evidence: ListeningEvidence
    layout: Layout
    roles: Mapping[str, str]
    notes: tuple[str, ...]
    sha256: str


def read_ratings_file(path: Path) -> RatingsFile:
    """The ratings in a file. Raises: as `read_ratings`; OSError if it cannot be opened."""
    return read_ratings(path.read_bytes())


def read_ratings(content: bytes) -> RatingsFile:
    """The ratings in the bytes of a CSV file.

    A rating given again for the same listener, item and system is a repeat: the mean counts, and
    reliability is told from the difference. A row whose score is empty (or NA, NaN, null, none) is
    a missing rating, left out and named in a note.

    Raises: UnreadableRatings for an unknown header or alphabet, and with every broken line for rows
        of the wrong length, without a listener, item or system, or whose score is no number from 0
        to 100.
    """
    columns, layout = _columns(decode(content))
    notes: list[str] = []
    rows = _of_kind(columns, layout, notes)
    keys = [_named(rows, name) for name in layout.columns]
    parsed = _parse(rows, keys)
    notes += parsed.notes
    if parsed.problems:
        raise UnreadableRatings(
            f"{counted(len(parsed.problems), 'line')} cannot be read as ratings; nothing was "
            "analyzed.",
            parsed.problems,
        )
    rows = rows.where(parsed.kept)
    if not len(rows):
        raise UnreadableRatings("The file has a header and no ratings.")
    cells = _Cells.of([_named(rows, name) for name in layout.columns[:3]], parsed.score)
    notes += cells.notes(rows, layout)
    table = cells.table(rows, layout)
    return RatingsFile(
        table=table,
        repeats=cells.repeats(rows, layout),
        evidence=_evidence(cells, rows, layout),
        layout=layout,
        roles={role: code for role, code in layout.roles.items() if code in table.systems},
        notes=tuple(notes),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _columns(text: str) -> tuple[CsvColumns, Layout]:
    try:
        columns = read_columns(text, lambda header: find_layout(header) is not None)
    except UnknownHeader as error:
        raise UnreadableRatings(_unknown(error.header)) from None
    layout = find_layout([column.name.casefold() for column in columns.columns])
    return columns, layout or TIDY


def _unknown(header: Sequence[str]) -> str:
    folded = [name.casefold() for name in header]
    found = ", ".join(header)
    if other := other_file(folded):
        return f"This is {other}. Only ratings from 0 to 100 of several systems are analyzed here."
    missing = [name for name in TIDY.columns if name not in folded]
    return (
        f"The header has no column {', '.join(missing)}; it has: {found}. A ratings file has the "
        f"columns {', '.join(TIDY.columns)} (in any order, with any further ones), or is "
        "webMUSHRA's mushra.csv or pymushra's export."
    )


def _named(rows: CsvColumns, name: str) -> Column:
    column = rows.named(name)
    if column is None:
        raise UnreadableRatings(f"The file has no column {name}.")
    return column


def _of_kind(columns: CsvColumns, layout: Layout, notes: list[str]) -> CsvColumns:
    """The rows that are ratings, where a file holds other pages too."""
    if layout.kind is None or (kind := columns.named(layout.kind[0])) is None:
        return columns
    wanted = np.array([label == layout.kind[1] for label in kind.labels], dtype=bool)
    kept = wanted[kind.codes]
    if not kept.all():
        others = sorted({label for label in kind.labels if label != layout.kind[1]})
        notes.append(
            f"{counted(int((~kept).sum()), 'row')} of other pages ({', '.join(others)}) "
            f"{'is' if (~kept).sum() == 1 else 'are'} not ratings and left out."
        )
    return columns.where(kept)


@dataclass(frozen=True, eq=False)
class _Parsed:
    """Which rows hold a rating, their scores, and what is to be said of the others."""

    kept: Mask
    score: Floats
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def _parse(rows: CsvColumns, keys: Sequence[Column]) -> _Parsed:
    *codes, score = keys
    empty = [_is_empty(column) for column in codes]
    blank = np.logical_and.reduce([*empty, _is_empty(score)])
    values, wrong = _numbers(score, decimal_comma=rows.delimiter != ",")
    missing = np.isnan(values) & ~wrong
    problems = [*rows.problems]
    for column, lacks in zip(codes, empty, strict=True):
        problems += [Problem(int(line), f"no {column.name}") for line in rows.lines[lacks & ~blank]]
    problems += _score_problems(rows, score, wrong)
    kept = ~blank & ~missing
    left_out = missing & ~blank
    notes = []
    if left_out.any():
        notes.append(
            f"{counted(int(left_out.sum()), 'row')} without a score "
            f"({_lines(rows.lines[left_out])}): taken as missing ratings."
        )
    return _Parsed(kept, values[kept], tuple(problems), tuple(notes))


def _is_empty(column: Column) -> Mask:
    return np.array([label == "" for label in column.labels], dtype=bool)[column.codes]


def _numbers(column: Column, *, decimal_comma: bool) -> tuple[Floats, Mask]:
    """Each row's score, NaN for a missing mark, and where it is no number from 0 to 100."""
    parsed = [_number(label, decimal_comma=decimal_comma) for label in column.labels]
    values = np.array([math.nan if one is None else one for one in parsed], dtype=np.float64)
    marks = np.array([label.casefold() in MISSING_MARKS for label in column.labels], dtype=bool)
    inside = (values >= MIN_SCORE) & (values <= MAX_SCORE)
    return values[column.codes], (~inside & ~marks)[column.codes]


def _number(text: str, *, decimal_comma: bool) -> float | None:
    """A number as spreadsheets and programs write it: no thousands, no underscores, no signs of
    infinity; 57,5 where the fields are parted by something else than commas."""
    if decimal_comma and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if "_" in text or text.casefold() in MISSING_MARKS:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _score_problems(rows: CsvColumns, score: Column, wrong: Mask) -> Iterator[Problem]:
    for row in np.flatnonzero(wrong):
        text = score.labels[score.codes[row]]
        yield Problem(int(rows.lines[row]), f"the score {text!r} is not a number from 0 to 100")


@dataclass(frozen=True, eq=False)
class _Cells:
    """The rows by cell (listener, item, system): where each begins in the sorted order.

    order: (n,) rows sorted by cell, in the file's order within one; start: (m,) first place of each
    cell in it; first: (m,) its first row; size: (m,) its ratings; score: (n,) of the rows.
    """

    order: Places
    start: Places
    first: Places
    size: Places
    score: Floats

    @classmethod
    def of(cls, keys: Sequence[Column], score: Floats) -> "_Cells":
        key = np.zeros(len(score), dtype=np.int64)
        for column in keys:
            key = key * len(column.labels) + column.codes
        order = np.argsort(key, kind="stable")
        new = np.ones(len(key), dtype=bool)
        new[1:] = key[order][1:] != key[order][:-1]
        start = np.flatnonzero(new)
        size = np.diff(np.append(start, len(key)))
        return cls(order, start, order[start], size, score)

    @property
    def is_first(self) -> Mask:
        """(n,) which rows are the first of their cell."""
        first = np.zeros(self.order.size, dtype=bool)
        first[self.first] = True
        return first

    def table(self, rows: CsvColumns, layout: Layout) -> RatingTable:
        means = np.empty(self.order.size)
        means[self.first] = np.add.reduceat(self.score[self.order], self.start) / self.size
        return _table(rows.where(self.is_first), layout, means[self.is_first])

    def repeats(self, rows: CsvColumns, layout: Layout) -> RepeatedScores:
        cell = np.repeat(np.arange(len(self.start)), self.size)
        again = np.repeat(self.size > 1, self.size)
        where = self.order[again]
        listener = _named(rows, layout.columns[0])
        return RepeatedScores(cell[again], _texts(listener.where(where)), self.score[where])

    def notes(self, rows: CsvColumns, layout: Layout) -> list[str]:
        n_cells = int((self.size > 1).sum())
        if not n_cells:
            return []
        later = np.setdiff1d(self.order, self.first)
        said = [
            f"Rated again by the same listener: {counted(n_cells, 'signal')} "
            f"({_lines(rows.lines[later])}). The mean of the repeats counts as the score; their "
            "differences tell reliability."
        ]
        if all(_is_constant_in(column.codes, self) for column in rows.columns):
            said.append(
                "Every repeat equals the first rating in every column: the file may hold the same "
                "rows twice."
            )
        return said


def _is_constant_in(codes: npt.NDArray[np.int32], cells: _Cells) -> bool:
    ordered = codes[cells.order]
    return bool((ordered == np.repeat(codes[cells.first], cells.size)).all())


def _table(rows: CsvColumns, layout: Layout, score: Floats) -> RatingTable:
    listener, item, system = (_named(rows, name) for name in layout.columns[:3])
    taken = {name.casefold() for name in layout.columns}
    factors = {
        column.name: _coded(column)
        for column in rows.columns
        if column.name and column.name.casefold() not in taken
    }
    try:
        return RatingTable(_coded(listener), _coded(item), _coded(system), score, factors)
    except InvalidRatings as error:
        raise UnreadableRatings(str(error)) from error


def _coded(column: Column) -> CodedColumn:
    return CodedColumn(column.labels, column.codes)


def _texts(column: Column) -> tuple[str, ...]:
    return tuple(map(column.labels.__getitem__, column.codes.tolist()))


def _evidence(cells: _Cells, rows: CsvColumns, layout: Layout) -> ListeningEvidence:
    heard = _optional_numbers(rows, HEARD_COLUMN, cells.is_first)
    page = _optional_numbers(rows, PAGE_COLUMN, cells.is_first)
    if page is None and layout.page_ms:
        milliseconds = _optional_numbers(rows, layout.page_ms, cells.is_first)
        page = None if milliseconds is None else milliseconds / 1000
    return ListeningEvidence(heard_s=heard, page_s=page)


def _optional_numbers(rows: CsvColumns, name: str, kept: Mask) -> Floats | None:
    """Numbers of some rows, NaN where there is none; None without such a column."""
    column = rows.named(name)
    if column is None:
        return None
    parsed = [_number(label, decimal_comma=rows.delimiter != ",") for label in column.labels]
    return np.array([math.nan if one is None else one for one in parsed])[column.codes[kept]]


def _lines(lines: npt.NDArray[np.int64]) -> str:
    shown = ", ".join(str(line) for line in lines[:LINES_NAMED])
    more = len(lines) - LINES_NAMED
    return f"line{'s' if len(lines) > 1 else ''} {shown}{f' and {more} more' if more > 0 else ''}"

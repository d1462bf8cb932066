"""A CSV text as columns of codes, with the line of every row; nothing loops over the rows.

A million rows take less than a second: the csv module splits them, a dictionary per column
turns texts into whole numbers, and everything after that is numpy.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from mushra.stats.errors import InvalidRatings

Codes = npt.NDArray[np.int32]
Lines = npt.NDArray[np.int64]

CHUNK_ROWS = 1000  # what fits a processor cache: larger chunks take up to four times as long
BLOCK_CHARACTERS = 200_000  # the same, of a text that is split without the csv module
DELIMITERS = (",", ";", "\t")
HEADER_REACH = 1_000_000  # characters within which the header ends
MAX_SHOWN = 50  # broken rows named one by one; the rest is counted


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line of a file; the header's line is usually 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class UnreadableRatings(InvalidRatings):
    """A file that cannot be taken as ratings; `problems` names the lines that are broken."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        shown = [str(problem) for problem in self.problems[:MAX_SHOWN]]
        more = len(self.problems) - len(shown)
        rest = [f"and {more} more broken lines"] if more else []
        super().__init__("\n".join([message, *shown, *rest]))


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its distinct texts, without spaces around them, and each row's place in them."""

    name: str
    labels: tuple[str, ...]
    codes: Codes

    def where(self, kept: npt.NDArray[Any]) -> "Column":
        """The column of some rows, by mask or places; the labels stay."""
        return Column(self.name, self.labels, self.codes[kept])


@dataclass(frozen=True, eq=False)
class CsvColumns:
    """The columns of a CSV text in its order, and the line on which each row begins.

    problems are lines with too few or too many fields; they are in no column.
    """

    delimiter: str
    columns: tuple[Column, ...]
    lines: Lines
    problems: tuple[Problem, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def named(self, name: str) -> Column | None:
        """The column of that name, upper and lower case being the same; None if absent."""
        wanted = name.casefold()
        return next((one for one in self.columns if one.name.casefold() == wanted), None)

    def where(self, kept: npt.NDArray[Any]) -> "CsvColumns":
        """Some rows, by mask or places."""
        if kept.dtype == bool and kept.all():
            return self
        columns = tuple(column.where(kept) for column in self.columns)
        return CsvColumns(self.delimiter, columns, self.lines[kept], self.problems)


def decode(content: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte-order mark, or UTF-16 with one.

    Raises: UnreadableRatings naming the line, for anything else: which other alphabet a file is
        in can only be guessed.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableRatings(
            "The file is not UTF-8 text. Save it as CSV in UTF-8 and try again.",
            [Problem(line, f"byte {content[error.start]:#04x} is not UTF-8")],
        ) from None


def read_columns(text: str, is_known: Callable[[Sequence[str]], bool]) -> CsvColumns:
    """The columns of a CSV text with commas, semicolons or tabs.

    Args:
        is_known: whether a header (lower case, no spaces around) is that of a ratings file; the
            delimiter is the first one for which it is.
    Raises: UnreadableRatings for an empty text, for a header no delimiter makes known, and for a
        column named twice.
    """
    delimiter, header = _header(text, is_known)
    if plain := _read_plain(text, delimiter, header):
        return plain
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _read(reader, delimiter, header)
    except csv.Error as error:
        problem = Problem(reader.line_num, str(error))
        raise UnreadableRatings("The file is not CSV.", [problem]) from None


def _read_plain(text: str, delimiter: str, header: list[str]) -> CsvColumns | None:
    """The columns of a text without quotes whose lines are all rows, by splitting alone, which
    takes half as long; None of any other text."""
    if '"' in text:
        return None
    body = text.replace("\r\n", "\n")
    start = body.find("\n") + 1
    first = [name.strip() for name in body[: max(start - 1, 0)].split(delimiter)]
    if "\r" in body or first != header:
        return None
    books = [_Codebook() for _ in header]
    parts: list[list[Codes]] = [[] for _ in header]
    n_rows = 0
    for block in _blocks(body, start):
        # The end of a line becomes a field of its own, which must be where a row ends.
        fields = block.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)[:-1]
        height, width = block.count("\n"), len(header) + 1
        if len(fields) != height * width or fields[width - 1 :: width].count("\n") != height:
            return None
        n_rows += height
        for place, (part, book) in enumerate(zip(parts, books, strict=True)):
            texts = fields[place::width]
            part.append(np.fromiter(map(book.__getitem__, texts), np.int32, len(texts)))
    lines = np.arange(2, n_rows + 2, dtype=np.int64)
    return CsvColumns(delimiter, _joined(header, books, parts), lines, ())


def _blocks(text: str, start: int) -> Iterator[str]:
    """The lines from `start` on, many at a time, each ending with a line end."""
    while start < len(text):
        end = text.find("\n", start + BLOCK_CHARACTERS) + 1 or len(text)
        yield text[start:end] if text[end - 1] == "\n" else text[start:end] + "\n"
        start = end


def _header(text: str, is_known: Callable[[Sequence[str]], bool]) -> tuple[str, list[str]]:
    found: list[tuple[str, list[str]]] = []
    beginning = text[:HEADER_REACH]
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter)
        header = [name.strip() for name in _first_record(reader)]
        if is_known([name.casefold() for name in header]):
            _check_names(header)
            return delimiter, header
        found.append((delimiter, header))
    header = max(found, key=lambda one: len(one[1]))[1]
    if not header:
        raise UnreadableRatings("The file is empty.")
    raise UnknownHeader(header)


class UnknownHeader(UnreadableRatings):
    """A header that belongs to no ratings file."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = tuple(header)
        super().__init__(f"The header names no ratings: {', '.join(header)}.")


def _first_record(reader: Iterator[list[str]]) -> list[str]:
    """The first line that says anything; `sep=;`, which spreadsheets write, does not."""
    try:
        for record in reader:
            if any(record) and not record[0].casefold().startswith("sep="):
                return record
    except csv.Error:
        pass  # said by line when the rows are read; here another delimiter may still fit
    return []


def _check_names(header: Sequence[str]) -> None:
    folded = [name.casefold() for name in header]
    twice = sorted({name for name in folded if name and folded.count(name) > 1})
    if twice:
        raise UnreadableRatings(
            f"The header names a column twice ({', '.join(twice)}): which one counts cannot be "
            "told. Rename or remove one."
        )


def _read(reader: Any, delimiter: str, header: list[str]) -> CsvColumns:
    _first_record(reader)
    books = [_Codebook() for _ in header]
    parts: list[list[Codes]] = [[] for _ in header]
    lines: list[Lines] = []
    problems: list[Problem] = []
    while True:
        before = reader.line_num
        records = list(islice(reader, CHUNK_ROWS))
        if not records:
            break
        chunk = _Chunk(records, _lines_of(records, before, reader.line_num))
        chunk, broken = chunk.of_width(len(header))
        problems += broken
        lines.append(chunk.lines)
        for part, book, texts in zip(parts, books, chunk.transposed(len(header)), strict=True):
            part.append(np.fromiter(map(book.__getitem__, texts), np.int32, len(texts)))
    return CsvColumns(
        delimiter=delimiter,
        columns=_joined(header, books, parts),
        lines=np.concatenate([np.empty(0, np.int64), *lines]),
        problems=tuple(problems),
    )


def _joined(
    header: Sequence[str], books: Sequence["_Codebook"], parts: Sequence[Sequence[Codes]]
) -> tuple[Column, ...]:
    return tuple(
        book.column(name, np.concatenate([np.empty(0, np.int32), *part]))
        for name, book, part in zip(header, books, parts, strict=True)
    )


@dataclass(frozen=True)
class _Chunk:
    records: list[list[str]]
    lines: Lines

    def of_width(self, width: int) -> tuple["_Chunk", list[Problem]]:
        """The records with so many fields, and a problem for each other one that is not blank."""
        widths = np.fromiter(map(len, self.records), np.int64, len(self.records))
        if (widths == width).all():
            return self, []
        fits = widths == width
        blank = np.array([not any(record) for record in self.records])
        fits &= ~blank  # a spreadsheet's empty row is `,,,`
        wrong = np.flatnonzero(~fits & ~blank)
        problems = [
            Problem(int(self.lines[row]), f"{_fields(int(widths[row]))}, the header has {width}")
            for row in wrong
        ]
        kept = [self.records[row] for row in np.flatnonzero(fits)]
        return _Chunk(kept, self.lines[fits]), problems

    def transposed(self, width: int) -> Sequence[Sequence[str]]:
        return list(zip(*self.records, strict=True)) or [()] * width


class _Codebook(dict[str, int]):
    """Gives each new text the next number."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code

    def column(self, name: str, codes: Codes) -> Column:
        """The column; texts that differ in the spaces around them only are one."""
        labels = [text.strip() for text in self]
        merged = _Codebook()
        places = np.fromiter(map(merged.__getitem__, labels), np.int32, len(labels))
        return Column(name, tuple(merged), places[codes] if len(labels) else codes)


def _lines_of(records: Sequence[Sequence[str]], before: int, after: int) -> Lines:
    """The line on which each record begins; a quoted field may hold line breaks."""
    if after - before == len(records):
        return np.arange(before + 1, after + 1, dtype=np.int64)
    heights = np.array([1 + sum(map(_breaks_in, record)) for record in records], dtype=np.int64)
    return before + 1 + np.cumsum(heights) - heights


def _breaks_in(field: str) -> int:
    return field.count("\n") + field.count("\r") - field.count("\r\n")


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"

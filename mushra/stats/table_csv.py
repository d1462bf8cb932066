"""The rating table's CSV: listener, item, system, score, then the factors alphabetically."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.arrays import Codes, Floats
from mushra.stats.columns import Column, Encoder, RowCodes
from mushra.stats.errors import InvalidRatings

Keys = tuple[Column, Column, Column]

KEY_COLUMNS = ("listener", "item", "system", "score")
SCORE_PLACE = 3
# Handled at a time: enough to be fast, few enough to stay in the processor's cache.
BLOCK_CHARACTERS = 200_000
BLOCK_ROWS = 10_000
# What the `csv` module reads differently from a split at commas and line ends.
_NOT_PLAIN = ('"', "\r")


def csv_text(keys: Sequence[Column], score: Floats, factors: Mapping[str, Column]) -> str:
    """The columns as CSV text; the same bytes as Python's `csv` writes."""
    header = ",".join(_quoted(name) for name in [*KEY_COLUMNS, *factors])
    numbers, places = np.unique(score, return_inverse=True)
    columns = [
        *(_Field.of(column) for column in keys),
        _Field([_score_text(number) for number in numbers.tolist()], places),
        *(_Field.of(column) for column in factors.values()),
    ]
    blocks = (
        "\n".join(map(",".join, zip(*(one.texts(start) for one in columns), strict=True)))
        for start in range(0, score.size, BLOCK_ROWS)
    )
    return "\n".join([header, *blocks, ""])


@dataclass(frozen=True, eq=False)
class _Field:
    """A column as it is written: a text for each level, and each row's level."""

    levels: Sequence[str]
    codes: Codes | RowCodes

    @classmethod
    def of(cls, column: Column) -> "_Field":
        return cls([_quoted(level) for level in column.levels], column.codes)

    def texts(self, start: int) -> Iterator[str]:
        """The texts of a block of rows."""
        return map(self.levels.__getitem__, self.codes[start : start + BLOCK_ROWS].tolist())


def columns_of(text: str) -> tuple[Keys, Floats, dict[str, Column]]:
    """The key columns, the scores and the factors in a CSV text.

    Raises: InvalidRatings when a key column is missing, a row is too short or long, or a score is
        not a number.
    """
    rows = csv.reader(io.StringIO(text))
    header = next(rows, [])
    if tuple(header[:4]) != KEY_COLUMNS:
        raise InvalidRatings(
            f"The header must begin with {','.join(KEY_COLUMNS)}, not {','.join(header[:4])}."
        )
    made = _plain_columns(text, len(header)) or _columns(rows, header)
    listener, item, system, shown, *rest = made
    factors = dict(zip(header[4:], rest, strict=True))
    return (listener, item, system), _scores(shown), factors


def _plain_columns(text: str, n_columns: int) -> list[Column] | None:
    """The columns of a text without quotes and without wrong rows; None of any other text."""
    if any(mark in text for mark in _NOT_PLAIN):
        return None
    encoders = [Encoder() for _ in range(n_columns)]
    for block in _blocks(text, text.find("\n") + 1):
        # The end of a line becomes a field of its own, which must be where a row ends.
        fields = block.replace("\n", ",\n,").split(",")[:-1]
        ends = fields[n_columns :: n_columns + 1]
        n_lines = block.count("\n")
        if ends.count("\n") != n_lines or n_lines * (n_columns + 1) != len(fields):
            return None
        for place, encoder in enumerate(encoders):
            encoder.add(fields[place :: n_columns + 1])
    return [encoder.column() for encoder in encoders]


def _blocks(text: str, start: int) -> Iterator[str]:
    """The lines from `start` on, many at a time, each ending with a line end."""
    while 0 < start < len(text):
        end = text.find("\n", start + BLOCK_CHARACTERS) + 1 or len(text)
        yield text[start:end] if text[end - 1] == "\n" else text[start:end] + "\n"
        start = end


def _columns(rows: Iterable[list[str]], header: Sequence[str]) -> list[Column]:
    """The columns of any CSV; the first wrong row is named."""
    body = []
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise InvalidRatings(
                f"Row {number} has {len(row)} fields but the header has {len(header)}."
            )
        body.append(row)
    return [Column.of(values) for values in zip(*body, strict=True)] or [Column((), ())] * len(
        header
    )


def _scores(shown: Column) -> Floats:
    wrong = [text for text in shown.levels if not _is_number(text)]
    if wrong:
        row = min(shown.first_row(text) for text in wrong)
        raise InvalidRatings(f"Row {row + 1}: the score {shown[row]!r} is not a number.")
    return np.array([float(text) for text in shown.levels], dtype=np.float64)[shown.codes]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    """The text as a field; quoted where the `csv` module would."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([text, ""])
    return line.getvalue()[:-2]


def _score_text(score: float) -> str:
    return str(int(score)) if score == int(score) else repr(score)

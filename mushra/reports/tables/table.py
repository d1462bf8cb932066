"""A table as text, before it becomes HTML, LaTeX or a page of the PDF."""

from collections.abc import Iterable
from dataclasses import dataclass

STAR = "*"  # ends a cell that is significant after Holm's correction
STAR_NOTE = "* significant at 0.05 after Holm's correction within the table."


@dataclass(frozen=True)
class Column:
    """A column's head. over: what stands above it and its neighbors of the same word.

    is_text: aligned left; is_lead: the figure to read first.
    """

    title: str
    over: str = ""
    is_text: bool = False
    is_lead: bool = False


@dataclass(frozen=True)
class Row:
    """A line: its head, then a cell for each further column."""

    head: str
    cells: tuple[str, ...]
    is_marked: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A table of the report.

    Args:
        name: stable, for file names and labels: lower case, digits and hyphens.
        columns: the first is that of the rows' heads.
        notes: sentences below it.
        is_long: may run over several pages.
    Raises: ValueError for a row that does not fit the columns.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    is_long: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns) - 1:
                raise ValueError(
                    f"Row {row.head!r} of table {self.name} has {len(row.cells)} cells for "
                    f"{len(self.columns) - 1} columns."
                )

    @property
    def over(self) -> tuple[tuple[str, int], ...]:
        """The heads over the heads with how many columns each spans; empty if there are none."""
        groups: list[tuple[str, int]] = []
        for column in self.columns:
            if groups and groups[-1][0] == column.over:
                groups[-1] = (column.over, groups[-1][1] + 1)
            else:
                groups.append((column.over, 1))
        return tuple(groups) if any(title for title, _ in groups) else ()


def is_starred(cell: str) -> bool:
    """Whether a cell is marked as significant."""
    return cell.endswith(STAR)


def gaps_note(what: str, gaps: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """How much is missing in the rows of a table, and what was done about it; nothing if nothing.

    Args:
        what: is missing, in the plural.
        gaps: of each row, how many are missing and out of how many.
    """
    found = list(gaps)
    if not any(missing for missing, _ in found):
        return ()
    fewest, most = min(found), max(found)
    shares = [f"{missing} of {total}" for missing, total in (fewest, most)]
    size = f"{shares[0]} to {shares[1]}" if fewest != most else shares[0]
    where = "in each row" if len(found) > 1 else "here"
    return (
        f"{size} {what} are missing {where}; computed by restricted maximum likelihood on all that "
        "there are.",
    )


def once_each(rows: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Each note once, with the names of the rows that it belongs to."""
    names: dict[str, list[str]] = {}
    total = 0
    for name, note in rows:
        names.setdefault(note, []).append(name)
        total += 1
    return tuple(
        f"{'All rows' if len(named) == total > 1 else '; '.join(named)}: {note}"
        for note, named in names.items()
        if note
    )

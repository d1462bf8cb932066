"""Tables by factor: the vocoder paper's layout, and whether differences depend on the factor."""

import re
from collections.abc import Iterable, Sequence

from mushra.reports.document import ReportDocument, SystemFacts
from mushra.reports.factors import FactorResults, InteractionRow, LayoutCell, LayoutRow
from mushra.reports.tables.table import STAR, STAR_NOTE, Column, ReportTable, Row, once_each
from mushra.reports.verdicts import ALPHA
from mushra.reports.wording import MINUS, NONE, interval, number, p_value

MEANS = "Mean ± half its 95 % interval"
RELATIVE = "Relative to the reference (%)"
MAX_ABREAST = 7  # columns of systems
LAYOUT_NOTE = (
    "Relative MUSHRA is 100 times the mean over the mean of the reference on the same items by the "
    "same listeners; its 95 % interval is in brackets."
)
INTERACTION_NOTE = (
    "Each line asks whether the difference of two systems within the level is another than "
    "elsewhere; Holm's correction is within the factor."
)


def layout_tables(
    factor: FactorResults, systems: Sequence[SystemFacts], name: str
) -> list[ReportTable]:
    """A line for each level: the mean of every system, and those under test in percent.

    One table, or two where so many systems would not fit beside one another.
    """
    shown = [s for s in systems if any(_cell(row, s.code) for row in factor.layout)]
    tested = [s for s in shown if _has_relative(factor, s)]
    means = [Column(system.title, MEANS, is_lead=True) for system in shown]
    relative = [Column(system.title, RELATIVE) for system in tested]
    cells = [
        (
            [_mean(_cell(level, system.code)) for system in shown],
            [_relative(_cell(level, system.code)) for system in tested],
        )
        for level in factor.layout
    ]
    if not tested or len(means) + len(relative) <= MAX_ABREAST:
        return [_layout(factor, name, means + relative, [one + two for one, two in cells])]
    return [
        _layout(factor, name, means, [one for one, _ in cells]),
        _layout(factor, f"{name}-relative", relative, [two for _, two in cells]),
    ]


def interactions_table(
    factor: FactorResults, document: ReportDocument, name: str
) -> ReportTable | None:
    """The interactions of pairs with a factor; None where there are none."""
    if not factor.interactions:
        return None
    titles = {system.code: system.title for system in document.design.systems}
    levels = {level.code: level.title for level in factor.levels}
    columns = (
        Column("Difference"),
        Column("Level", is_text=True),
        Column("Larger here by", is_lead=True),
        Column("95 % interval"),
        Column("SE"),
        Column("df"),
        Column("t"),
        Column("p"),
        Column("p (Holm)"),
    )
    rows = tuple(
        Row(
            f"{titles[row.first]} {MINUS} {titles[row.second]}",
            (levels.get(row.level, row.level), *_interaction_cells(row)),
        )
        for row in factor.interactions
    )
    notes = once_each(
        (f"{line.head}, {line.cells[0]}", row.note)
        for line, row in zip(rows, factor.interactions, strict=True)
    )
    return ReportTable(
        name,
        f"Do differences depend on {factor.title.lower()}?",
        columns,
        rows,
        (STAR_NOTE, INTERACTION_NOTE, *notes),
    )


def stems(texts: Iterable[str]) -> list[str]:
    """Each text as a part of file names, no two the same."""
    found: list[str] = []
    for text in texts:
        stem = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "unnamed"
        candidate, number_ = stem, 1
        while candidate in found:
            number_ += 1
            candidate = f"{stem}-{number_}"
        found.append(candidate)
    return found


def _layout(
    factor: FactorResults,
    name: str,
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
) -> ReportTable:
    """The table of a factor with the given columns; the note explains the relative ones."""
    rows = tuple(
        Row(level.title, (str(level.n_items), *line))
        for level, line in zip(factor.layout, cells, strict=True)
    )
    return ReportTable(
        name,
        f"By {factor.title.lower()}",
        (Column(factor.title), Column("Items"), *columns),
        rows,
        (LAYOUT_NOTE,) if any(column.over == RELATIVE for column in columns) else (),
    )


def _interaction_cells(row: InteractionRow) -> tuple[str, ...]:
    p_holm = f"{p_value(row.p_holm)} {STAR}" if row.p_holm < ALPHA else p_value(row.p_holm)
    return (
        number(row.difference, signed=True),
        interval(row.low, row.high, signed=True),
        number(row.se, decimals=2),
        number(row.df),
        number(row.t, decimals=2),
        p_value(row.p),
        p_holm,
    )


def _cell(level: LayoutRow, system: str) -> LayoutCell | None:
    return next((cell for cell in level.cells if cell.system == system), None)


def _has_relative(factor: FactorResults, system: SystemFacts) -> bool:
    cells = [_cell(level, system.code) for level in factor.layout]
    return system.role == "under test" and any(cell and cell.relative for cell in cells)


def _mean(cell: LayoutCell | None) -> str:
    if cell is None:
        return NONE
    half = number((cell.high - cell.low) / 2)
    return number(cell.mean) if half == NONE else f"{number(cell.mean)} ± {half}"


def _relative(cell: LayoutCell | None) -> str:
    if cell is None or cell.relative is None:
        return NONE
    found = cell.relative
    ends = interval(found.low, found.high)
    return number(found.percent) if ends == NONE else f"{number(found.percent)} ({ends})"

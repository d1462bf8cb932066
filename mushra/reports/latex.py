"""The report's tables as LaTeX, a file each, ready for a paper that loads booktabs and graphicx."""

import re
from collections.abc import Iterator

from mushra.reports.figures.style import SIMULATED_MARK
from mushra.reports.tables.table import Column, ReportTable, is_starred

MAX_ROWS = 45  # of a float; longer tables run over pages with the longtable package
TEXT_WIDTH_PT = 345
LETTER_WIDTH = 0.48  # of Computer Modern's figures and small letters, in ems
# Sizes with their points (of the article class) and the space at either side of a column.
SIZES = ((r"\small", 9, 6), (r"\footnotesize", 8, 4), (r"\scriptsize", 7, 3), (r"\tiny", 5, 2))
# Both what LaTeX takes for commands and what its default fonts lack.
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "\N{MINUS SIGN}": r"$-$",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{SQUARE ROOT}": r"$\surd$",
    "\N{INFINITY}": r"$\infty$",
    "\N{GREEK SMALL LETTER ALPHA}": r"$\alpha$",
    "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\n": " ",
}
_SPECIAL = re.compile("|".join(map(re.escape, _ESCAPES)))


def escape_latex(text: str) -> str:
    """Text as LaTeX prints it; control characters are left out."""
    kept = "".join(letter for letter in text if letter.isprintable() or letter in "\n\xa0")
    return _SPECIAL.sub(lambda found: _ESCAPES[found.group()], kept)


def latex_table(table: ReportTable, *, simulated: bool) -> str:
    """One table in a `table` float, or a `longtable` beyond `MAX_ROWS`; label tab:NAME.

    A float that is wider than the text is scaled to it; a longtable, which cannot be, is set in
    the size that should fit a text of 345 points (the article class).

    Args:
        simulated: say in the caption that no person gave these ratings.
    """
    is_long = len(table.rows) > MAX_ROWS
    packages = "booktabs and longtable" if is_long else "booktabs and graphicx"
    caption = f"{SIMULATED_MARK}. {table.caption}" if simulated else table.caption
    title = rf"\caption{{{escape_latex(caption)}}}\label{{tab:{table.name}}}"
    lines = _long(table, title) if is_long else _float(table, title)
    return "\n".join((f"% Needs the packages {packages}.", *lines)) + "\n"


def _float(table: ReportTable, title: str) -> Iterator[str]:
    yield r"\begin{table}"
    yield r"\centering\small"
    yield title
    yield r"\sbox0{%"
    yield rf"\begin{{tabular}}{{{_alignment(table)}}}"
    yield from _head(table)
    yield from _body(table)
    yield r"\bottomrule"
    yield r"\end{tabular}}%"
    yield r"\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi"
    yield from _notes(table)
    yield r"\end{table}"


def _long(table: ReportTable, title: str) -> Iterator[str]:
    yield rf"{{{_size(table)}"
    yield rf"\begin{{longtable}}{{{_alignment(table)}}}"
    yield title + r" \\"
    yield from _head(table)
    yield r"\endhead"
    yield from _body(table)
    yield r"\bottomrule"
    yield r"\end{longtable}"
    yield from _notes(table)
    yield "}"


def _size(table: ReportTable) -> str:
    """The largest size at which the columns fit, by their longest texts; else the smallest."""
    heads = [column.title for column in table.columns]
    lines = [heads, *([row.head, *row.cells] for row in table.rows)]
    letters = sum(max(map(len, column)) for column in zip(*lines, strict=True))
    fitting = [
        (size, gap)
        for size, points, gap in SIZES
        if letters * LETTER_WIDTH * points + 2 * gap * len(heads) <= TEXT_WIDTH_PT
    ]
    size, gap = fitting[0] if fitting else (SIZES[-1][0], SIZES[-1][2])
    return rf"{size}\setlength{{\tabcolsep}}{{{gap}pt}}"


def _alignment(table: ReportTable) -> str:
    return "l" + "".join("l" if column.is_text else "r" for column in table.columns[1:])


def _head(table: ReportTable) -> Iterator[str]:
    yield r"\toprule"
    if table.over:
        yield from _over(table)
    yield " & ".join(_column(column) for column in table.columns) + r" \\"
    yield r"\midrule"


def _column(column: Column) -> str:
    return escape_latex(column.title)


def _over(table: ReportTable) -> Iterator[str]:
    cells, rules, place = [], [], 1
    for title, span in table.over:
        cells.append(rf"\multicolumn{{{span}}}{{c}}{{{escape_latex(title)}}}" if title else "")
        cells.extend("" for _ in range(span - 1) if not title)
        if title:
            rules.append(rf"\cmidrule(lr){{{place}-{place + span - 1}}}")
        place += span
    yield " & ".join(cells) + r" \\"
    yield "".join(rules)


def _body(table: ReportTable) -> Iterator[str]:
    for row in table.rows:
        cells = [escape_latex(row.head), *(_cell(cell) for cell in row.cells)]
        yield " & ".join(cells) + r" \\"


def _cell(text: str) -> str:
    words = escape_latex(text)
    return rf"\textbf{{{words}}}" if is_starred(text) else words


def _notes(table: ReportTable) -> Iterator[str]:
    for note in table.notes:
        yield rf"\par\smallskip{{\footnotesize {escape_latex(note)}\par}}"

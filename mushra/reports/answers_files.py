"""The files of a report on opinion scores, preferences or ABX answers: same input, same bytes."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from mushra.reports.blocks import Fact, Paragraph, Section, TableBlock
from mushra.reports.cautions import Caution
from mushra.reports.export import table_csv
from mushra.reports.html import render_sections
from mushra.reports.latex import latex_table
from mushra.reports.numbers import NUMBERS_NAME, json_text
from mushra.reports.other_methods import (
    MOS,
    AbxRow,
    AnswersReport,
    Estimate,
    OpinionPair,
    OpinionRow,
    PreferenceRow,
)
from mushra.reports.tables.table import STAR, STAR_NOTE, Column, ReportTable, Row
from mushra.reports.wording import counted, interval, number, p_statement, p_value
from mushra.stats.intervals import Interval
from mushra.stats.opinion import CATEGORIES

ALPHA = 0.05
METHODS = {
    "mos": "Mean opinion scores with 95 % Student-t intervals and differences are those of the "
    "crossed model, in which listeners and items are random (closed form where complete, else "
    "restricted maximum likelihood; Satterthwaite's degrees of freedom), so that they speak for "
    "new listeners and new items. p-values are two-sided, Holm's correction is over all pairs.",
    "preference": "Choices count 1 for the first system, -1 for the second and 0 for neither. "
    "Their mean is tested by the crossed model, in which listeners and items are random (closed "
    "form where complete, else restricted maximum likelihood; Satterthwaite's degrees of "
    "freedom); Holm's correction is over all pairs. Beside it stands the exact binomial test over "
    "listeners, each counted once by the majority of their choices, for these items only.",
    "abx": "Exact one-sided binomial tests ask whether anybody does better than guessing, over all "
    "answers and by listener, with Holm's correction over pairs and over listeners. d' is that of "
    "the independent-observation model (Macmillan & Creelman 2005). The share of right answers for "
    "new listeners and new items has the 95 % Student-t interval of the crossed model; how "
    "listeners differ is told by a beta-binomial fit (Ennis & Bi 1998).",
}


def answers_files(report: AnswersReport) -> dict[str, bytes]:
    """Every file by its relative path: page, numbers, methods paragraph, tables."""
    tables = answers_tables(report)
    files = {
        "report.html": answers_page(report, tables),
        NUMBERS_NAME: json_text(report),
        "methods.txt": f"{METHODS[report.method]}\n",
    }
    for table in tables:
        files[f"tables/{table.name}.tex"] = latex_table(table, simulated=False)
        files[f"tables/{table.name}.csv"] = table_csv(table)
    return {name: text.encode() for name, text in files.items()}


def write_answers(directory: Path, report: AnswersReport) -> None:
    """Writes every file under a directory, created if absent."""
    for name, content in answers_files(report).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def answers_page(report: AnswersReport, tables: Sequence[ReportTable]) -> str:
    """The report as one self-contained page."""
    sections = [
        Section("results", "Results", tuple(TableBlock(table) for table in tables)),
        Section("methods", "Methods", (Paragraph(METHODS[report.method], "quote"),)),
        Section("source", "Source", (Paragraph(f"File with the sha256 {report.sha256}.", "note"),)),
    ]
    page = {
        "title": report.title,
        "method_title": report.method_title,
        "attribute": "",
        "summary": [
            Fact("Listeners", str(report.n_listeners)),
            Fact("Items", str(report.n_items)),
            Fact("Answers", str(report.n_answers)),
        ],
        "findings": findings(report),
        "cautions": [Caution("method", text) for text in (*report.warnings, *report.notes)],
    }
    return render_sections(sections, page)


def findings(report: AnswersReport) -> tuple[str, ...]:
    """A sentence for each pair; of opinion scores, on how many pairs differ."""
    if report.method == MOS:
        differ = sum(pair.p_holm < ALPHA for pair in report.pairs)
        pairs = counted(len(report.pairs), "pair")
        return (f"{differ} of {pairs} differ significantly after Holm's correction.",)
    return tuple(map(_finding, report.rows))


def _finding(row: OpinionRow | PreferenceRow | AbxRow) -> str:
    if isinstance(row, PreferenceRow):
        share = f"{row.first} over {row.second}: preferred in {number(100 * row.share_first)} %"
        ends = interval(100 * row.share_low, 100 * row.share_high)
        if math.isnan(row.p_holm):
            return f"{share}. {row.estimate.note or 'All answers are alike, so nothing is tested.'}"
        return f"{share} (95 % interval {ends}, {p_statement(row.p_holm)} after Holm)."
    if isinstance(row, AbxRow):
        right = f"{row.answers.n_correct} of {row.answers.n_trials} answers are right"
        told = "told apart" if row.p_holm < ALPHA else "not shown to be told apart"
        names = f"{row.first} and {row.second}"
        return f"{names} are {told}: {right} ({p_statement(row.p_holm)} after Holm)."
    return f"{row.system}: {number(row.estimate.mean, decimals=2)}"


def answers_tables(report: AnswersReport) -> list[ReportTable]:
    """The tables of a report."""
    opinions = [row for row in report.rows if isinstance(row, OpinionRow)]
    preferences = [row for row in report.rows if isinstance(row, PreferenceRow)]
    answers = [row for row in report.rows if isinstance(row, AbxRow)]
    return [
        *([_opinions(opinions)] if opinions else []),
        *([_opinion_pairs(report.pairs)] if report.pairs else []),
        *([_preferences(preferences)] if preferences else []),
        *([_abx(answers)] if answers else []),
        *(_abx_listeners(row, place) for place, row in enumerate(answers, start=1)),
    ]


def _columns(first: str, *titles: str) -> tuple[Column, ...]:
    return (Column(first, is_text=True), *(Column(title) for title in titles))


def _notes(rows: Iterable[tuple[str, Estimate]]) -> tuple[str, ...]:
    return tuple(f"{name}: {one.note}" for name, one in rows if one.note)


def _holm(p: float) -> str:
    return f"{p_value(p)}{STAR if p < ALPHA else ''}"


def _opinions(rows: Sequence[OpinionRow]) -> ReportTable:
    return ReportTable(
        name="systems",
        caption="Mean opinion scores for new listeners and new items; votes by category; mean ± "
        "1.96 sd / √votes as the P.808 toolkit prints it.",
        columns=_columns(
            "System", "Votes", "Mean", "95 % interval", "Median", *map(str, CATEGORIES), "P.808"
        ),
        rows=tuple(
            Row(
                row.system,
                (
                    str(row.n_votes),
                    number(row.estimate.mean, decimals=2),
                    _ends(row.estimate),
                    number(row.median),
                    *map(str, row.histogram),
                    _ends(row.p808.interval) if row.p808 else number(None),
                ),
            )
            for row in rows
        ),
        notes=_notes((row.system, row.estimate) for row in rows),
    )


def _ends(found: Estimate | Interval) -> str:
    if math.isnan(found.low):
        return number(None)
    return f"{number(found.low, decimals=2)} to {number(found.high, decimals=2)}"


def _opinion_pairs(rows: Sequence[OpinionPair]) -> ReportTable:
    return ReportTable(
        name="pairs",
        caption="Differences of mean opinion scores, in categories, for new listeners and new "
        "items.",
        columns=_columns("Pair", "Difference", "95 % interval", "p", "p (Holm)"),
        rows=tuple(
            Row(
                f"{row.first} − {row.second}",
                (
                    number(row.estimate.mean, decimals=2, signed=True),
                    _ends(row.estimate),
                    p_value(row.estimate.p),
                    _holm(row.p_holm),
                ),
            )
            for row in rows
        ),
        notes=(
            STAR_NOTE,
            *_notes((f"{row.first} − {row.second}", row.estimate) for row in rows),
        ),
    )


def _preferences(rows: Sequence[PreferenceRow]) -> ReportTable:
    return ReportTable(
        name="preferences",
        caption="Choices, and the share of the first system for new listeners and new items, no "
        "preference counted half to each; listeners by the majority of their choices, for these "
        "items only; what one binomial test over all choices would have said.",
        columns=_columns(
            "Pair",
            "First",
            "Second",
            "Neither",
            "Share of first, %",
            "95 % interval",
            "p",
            "p (Holm)",
            "Listeners for first",
            "of",
            "p",
            "Pooled p",
        ),
        rows=tuple(
            Row(
                f"{row.first} – {row.second}",
                (
                    str(row.counts.first),
                    str(row.counts.second),
                    str(row.counts.neither),
                    number(100 * row.share_first),
                    interval(100 * row.share_low, 100 * row.share_high),
                    p_value(row.estimate.p),
                    _holm(row.p_holm),
                    str(row.majorities.n_successes),
                    str(row.majorities.n_trials),
                    p_value(row.majorities.p),
                    p_value(row.pooled.p),
                ),
            )
            for row in rows
        ),
        notes=(STAR_NOTE, *_notes((f"{row.first} – {row.second}", row.estimate) for row in rows)),
    )


def _abx(rows: Sequence[AbxRow]) -> ReportTable:
    return ReportTable(
        name="pairs",
        caption="Right answers with exact tests against guessing, sensitivity, the share of "
        "answers known and not guessed, and the share of right answers for new listeners and new "
        "items.",
        columns=_columns(
            "Pair",
            "Right",
            "of",
            "%",
            "95 % interval",
            "p",
            "p (Holm)",
            "d'",
            "Known, %",
            "New listeners and items, %",
            "Spread of listeners",
        ),
        rows=tuple(_abx_cells(row) for row in rows),
        notes=(STAR_NOTE, *_notes((f"{row.first} – {row.second}", row.estimate) for row in rows)),
    )


def _abx_cells(row: AbxRow) -> Row:
    found, estimate = row.answers, row.estimate
    sensitivity = "∞" if math.isinf(found.d_prime) else number(found.d_prime, decimals=2)
    return Row(
        f"{row.first} – {row.second}",
        (
            str(found.n_correct),
            str(found.n_trials),
            number(100 * found.share),
            interval(100 * found.interval.low, 100 * found.interval.high),
            p_value(found.p),
            _holm(row.p_holm),
            sensitivity,
            number(100 * found.p_max),
            interval(100 * estimate.low, 100 * estimate.high),
            number(row.spread.overdispersion if row.spread else None, decimals=2),
        ),
    )


def _abx_listeners(row: AbxRow, place: int) -> ReportTable:
    return ReportTable(
        name=f"listeners-{place}",
        caption=f"{row.first} and {row.second}: right answers by listener, exact tests against "
        "guessing.",
        columns=_columns("Listener", "Right", "of", "p", "p (Holm)"),
        rows=tuple(
            Row(name, (str(one.n_correct), str(one.n_trials), p_value(one.p), _holm(one.p_holm)))
            for name, one in zip(row.listeners, row.answers.listeners, strict=True)
        ),
        notes=(STAR_NOTE,),
    )

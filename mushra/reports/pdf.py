"""The report as a PDF, and each figure as one: the same input gives the same bytes."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mushra.reports.blocks import Block, FigureBlock, TableBlock
from mushra.reports.document import ReportDocument
from mushra.reports.figures import ReportFigure
from mushra.reports.sections import report_sections, summary_facts
from mushra.reports.tables.table import ReportTable
from mushra.reports.typesetting import compile_pdf, quoted

TEMPLATE = Path(__file__).resolve().parents[2] / "templates/mushra/report/report.typ"
# What a figure may take of an A4 page inside its margins, points.
MAX_WIDTH, MAX_HEIGHT = 480.0, 640.0
MAX_FOOTER = 70  # letters
WIDEST_ROWS = 2  # of each column that are measured
TIED = "\N{NO-BREAK SPACE}"


def report_pdf(document: ReportDocument, figures: Sequence[ReportFigure]) -> bytes:
    """The report's sections, as on its page, on A4.

    Raises: TypesettingError when typst cannot set it.
    """
    files = {figure_file(figure): figure.svg.encode() for figure in figures}
    content = json.dumps(_content(document, figures)).encode()
    return compile_pdf(TEMPLATE.read_text(encoding="utf-8"), {**files, "report.json": content})


def figure_pdf(figure: ReportFigure) -> bytes:
    """A figure on a page of its own size, its text as outlines: no font to embed."""
    source = (
        f"#set document(title: {quoted(figure.title)}, date: none)\n"
        "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
        f'#image("figure.svg", alt: {quoted(figure.description)})\n'
    )
    return compile_pdf(source, {"figure.svg": figure.svg.encode()})


def figure_file(figure: ReportFigure) -> str:
    """The name under which the source reads a figure."""
    return f"{figure.name}.svg"


def _content(document: ReportDocument, figures: Sequence[ReportFigure]) -> dict[str, Any]:
    short = document.title
    return {
        "title": document.title,
        "short_title": short if len(short) <= MAX_FOOTER else short[: MAX_FOOTER - 1] + "…",
        "method_title": document.method_title,
        "attribute": document.attribute,
        "is_simulated": document.listeners == "simulated",
        "summary": [asdict(fact) for fact in summary_facts(document)],
        "findings": document.findings,
        "deviations": document.deviations,
        "cautions": [caution.text for caution in document.cautions],
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in report_sections(document, figures)
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, TableBlock):
        return {"kind": block.kind, "table": _table(block.table)}
    if isinstance(block, FigureBlock):
        return {"kind": block.kind, "figure": _figure(block.figure)}
    return {"kind": block.kind, **asdict(block)}


def _figure(figure: ReportFigure) -> dict[str, Any]:
    width, height = figure.size_pt
    shrink = min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height)
    return {
        "file": figure_file(figure),
        "title": figure.title,
        "caption": figure.caption,
        "description": figure.description,
        "width": shrink * width,
    }


def _widest_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that no row is from, as wide as the widest of each column, so that typst measures few.

    By letters, the first `WIDEST_ROWS` of each column; those are not all equally wide.
    """
    heads = sorted(rows, key=lambda row: -len(row["head"]))[:WIDEST_ROWS]
    columns = zip(*(row["cells"] for row in rows), strict=True)
    cells = [sorted(column, key=lambda text: -len(text))[:WIDEST_ROWS] for column in columns]
    return [
        {**row, "cells": [column[place] for column in cells]} for place, row in enumerate(heads)
    ]


def _table(table: ReportTable) -> dict[str, Any]:
    """The table with its numbers held together: only words may break over lines."""
    content = asdict(table)
    words = [column.is_text for column in table.columns[1:]]
    for row in content["rows"]:
        row["cells"] = [
            text if is_text else re.sub(" ", TIED, text)
            for text, is_text in zip(row["cells"], words, strict=True)
        ]
    return {**content, "widest": _widest_rows(content["rows"])}

"""The report as one self-contained page: styles and figures inside, nothing to fetch.

The template gets text only, so that it renders without Django's settings: from a notebook as from
the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from mushra.reports.blocks import FigureBlock, Section, TableBlock
from mushra.reports.document import ReportDocument
from mushra.reports.figures import ReportFigure, draw_figures
from mushra.reports.sections import report_sections, summary_facts
from mushra.reports.tables.table import Column, ReportTable, is_starred
from mushra.stats.table import RatingTable

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "static" / "css" / "report.css"
REM_PT = 10.0  # points of a figure in one rem of the page: its text as large as the page's small
# For whoever serves the page: its styles are inside it, and it runs and fetches nothing.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Link:
    """Somewhere to go from the page where the site shows it; a file that travels has none."""

    title: str
    address: str
    is_download: bool = False


def render_html(document: ReportDocument, table: RatingTable, links: Sequence[Link] = ()) -> str:
    """The report's page.

    Args:
        document: the report of `build_report(table, design)`.
        table: the same table, for the dots of the figures.
        links: of the bar that the site puts above the report.
    """
    return render_page(document, draw_figures(document, table), links)


def render_page(
    document: ReportDocument, figures: Sequence[ReportFigure], links: Sequence[Link] = ()
) -> str:
    """The report's page with figures that are drawn already."""
    sections = report_sections(document, figures)
    return render_sections(sections, {**_page(document), "links": links})


def render_sections(sections: Sequence[Section], page: Mapping[str, Any]) -> str:
    """A page of sections. page: what else its template shows, text only."""
    engine = Engine(dirs=[str(TEMPLATES)])
    template = engine.get_template("mushra/report/report.html")
    content = {
        **page,
        "styles": mark_safe(STYLES.read_text(encoding="utf-8")),  # our own file
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in sections
        ],
    }
    return template.render(Context(content))


def _page(document: ReportDocument) -> dict[str, Any]:
    return {
        "title": document.title,
        "is_simulated": document.listeners == "simulated",
        "method_title": document.method_title,
        "attribute": document.attribute,
        "deviations": document.deviations,
        "summary": summary_facts(document),
        "findings": document.findings,
        "cautions": document.cautions,
    }


def _block(block: Any) -> Any:
    """A block as the template takes it: tables and figures carry what it cannot work out."""
    if isinstance(block, TableBlock):
        return {"kind": block.kind, "table": _table(block.table)}
    if isinstance(block, FigureBlock):
        return {
            "kind": block.kind,
            "figure": block.figure,
            "number": str(block.number),
            "width": f"{block.figure.size_pt[0] / REM_PT:.1f}",
            "svg": _inline(block.figure),
        }
    return block


def _inline(figure: ReportFigure) -> SafeString:
    # Matplotlib escapes the titles it draws; everything else in the SVG is its own.
    return mark_safe(figure.inline())


def _table(table: ReportTable) -> dict[str, Any]:
    (_, first), *others = table.over or (("", 1),)
    groups = [*([("", first - 1)] if first > 1 else []), *others]  # the heads' head spans two rows
    return {
        "caption": table.caption,
        "columns": [{"title": one.title, "css": _css(one)} for one in table.columns],
        "groups": [{"title": title, "span": str(span)} for title, span in groups],
        "rows": [
            {
                "head": row.head,
                "is_marked": row.is_marked,
                "cells": [
                    {"text": text, "css": _css(column), "is_starred": is_starred(text)}
                    for column, text in zip(table.columns[1:], row.cells, strict=True)
                ],
            }
            for row in table.rows
        ],
        "notes": table.notes,
        "css": _table_css(table),
    }


def _css(column: Column) -> str:
    return " ".join(
        name for name, holds in (("text", column.is_text), ("lead", column.is_lead)) if holds
    )


def _table_css(table: ReportTable) -> str:
    is_numbers = any(not column.is_text for column in table.columns[1:])
    is_narrow = len(table.columns) <= 4 or any(column.is_text for column in table.columns[1:])
    return " ".join(
        name for name, holds in (("numbers", is_numbers), ("narrow", is_narrow)) if holds
    )

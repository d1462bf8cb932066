"""The report's files: page, PDF, numbers, ratings, tables, figures; the same input, same bytes."""

import csv
import dataclasses
import io
import json
import math
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mushra.reports.document import KIND_FACTOR, ReportDocument
from mushra.reports.figures import ReportFigure, draw_figures
from mushra.reports.html import render_page
from mushra.reports.jobs import run_jobs
from mushra.reports.latex import latex_table
from mushra.reports.tables import ReportTable, all_tables
from mushra.stats.columns import Column
from mushra.stats.table import RatingTable

# More digits than any reader needs, fewer than differ between processors.
SIGNIFICANT_DIGITS = 12
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can state
READABLE = 0o644 << 16


def report_files(
    document: ReportDocument, table: RatingTable, *, processes: int = 1
) -> dict[str, bytes]:
    """Every file of a report by its relative path.

    report.html, report.pdf, report.json, ratings.csv, methods.txt, figures/*.svg and *.pdf,
    tables/*.tex and *.csv.

    Args:
        document: the report of `build_report(table, design)`.
        table: the same table.
        processes: that draw and write, see `run_jobs`.
    """
    figures = draw_figures(document, table, processes=processes)
    parts = run_jobs(
        {
            "ratings": partial(_rating_files, document, table),
            "texts": partial(_text_files, document, figures),
            "tables": partial(_table_files, document),
            # Last, so in this process: typst's threads do not outlive a fork.
            "typeset": partial(_typeset_files, document, figures),
        },
        processes=processes,
    )
    return {name: content for files in parts.values() for name, content in files.items()}


def write_report(
    directory: Path, document: ReportDocument, table: RatingTable, *, processes: int = 1
) -> tuple[Path, ...]:
    """Writes every file of `report_files` under a directory.

    Args:
        directory: created if absent; files of an earlier report in it are overwritten.
        document, table, processes: as for `report_files`.
    Returns: the files written.
    """
    contents = report_files(document, table, processes=processes)
    for name, content in contents.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(directory / name for name in contents)


def zip_files(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """Files by relative path in one zip, inside a folder of the given name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", ZIP_TIME)
            entry.external_attr = READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file)
    return content.getvalue()


def to_json(document: ReportDocument) -> str:
    """The document as JSON text; a figure that could not be computed is null."""
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def ratings_csv(document: ReportDocument, table: RatingTable) -> str:
    """Every rating, before screening, sorted; `listener_kind` says whether people gave them."""
    kinds = Column([document.listeners], np.zeros(len(table), dtype=np.int32))
    return table.with_factor(KIND_FACTOR, kinds).sorted_rows().to_csv()


def table_csv(table: ReportTable) -> str:
    """A table as it is printed, as CSV; heads over heads go before them after a colon."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(f"{one.over}: {one.title}" if one.over else one.title for one in table.columns)
    writer.writerows((row.head, *row.cells) for row in table.rows)
    return text.getvalue()


def _rating_files(document: ReportDocument, table: RatingTable) -> dict[str, bytes]:
    return {"ratings.csv": ratings_csv(document, table).encode()}


def _text_files(document: ReportDocument, figures: tuple[ReportFigure, ...]) -> dict[str, bytes]:
    return {
        "report.html": render_page(document, figures).encode(),
        "report.json": to_json(document).encode(),
        "methods.txt": f"{document.methods}\n".encode(),
        **{f"figures/{figure.name}.svg": figure.svg.encode() for figure in figures},
    }


def _typeset_files(document: ReportDocument, figures: tuple[ReportFigure, ...]) -> dict[str, bytes]:
    from mushra.reports.pdf import figure_pdf, report_pdf  # typst: 30 MB

    return {
        "report.pdf": report_pdf(document, figures),
        **{f"figures/{figure.name}.pdf": figure_pdf(figure) for figure in figures},
    }


def _table_files(document: ReportDocument) -> dict[str, bytes]:
    simulated = document.listeners == "simulated"
    files = {}
    for table in all_tables(document):
        files[f"tables/{table.name}.tex"] = latex_table(table, simulated=simulated).encode()
        files[f"tables/{table.name}.csv"] = table_csv(table).encode()
    return files


def _plain(value: Any) -> Any:
    """Dataclasses, mappings and tuples as JSON has them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    return value

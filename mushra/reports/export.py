"""The report's files: one self-contained page, its numbers as JSON, the ratings as CSV."""

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mushra.reports.document import KIND_FACTOR, ReportDocument
from mushra.reports.figures import draw_figures
from mushra.reports.html import render_page
from mushra.stats.table import RatingTable

# More digits than any reader needs, fewer than differ between processors.
SIGNIFICANT_DIGITS = 12


def write_report(directory: Path, document: ReportDocument, table: RatingTable) -> tuple[Path, ...]:
    """Writes report.html, report.json, ratings.csv and figures/*.svg; the same input, same bytes.

    Args:
        directory: created if absent; files of an earlier report in it are overwritten.
        document: the report of `build_report(table, design)`.
        table: the same table.
    Returns: the files written.
    """
    figures = draw_figures(document, table)
    contents = {
        "report.html": render_page(document, figures),
        "report.json": to_json(document),
        "ratings.csv": ratings_csv(document, table),
        **{f"figures/{figure.name}.svg": figure.svg for figure in figures},
    }
    paths = tuple(directory / name for name in contents)
    (directory / "figures").mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, contents.values(), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def to_json(document: ReportDocument) -> str:
    """The document as JSON text; a figure that could not be computed is null."""
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def ratings_csv(document: ReportDocument, table: RatingTable) -> str:
    """Every rating, before screening, sorted; `listener_kind` says whether people gave them."""
    kinds = (document.listeners,) * len(table)
    return table.with_factor(KIND_FACTOR, kinds).sorted_rows().to_csv()


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

"""The report's figures, drawn for print: the same input gives the same bytes."""

import math
from collections.abc import Iterator
from functools import partial

from mushra.reports.document import ReportDocument
from mushra.reports.figures.distributions import (
    histograms_drawing,
    level_boxes_drawing,
    ratings_drawing,
)
from mushra.reports.figures.estimates import (
    differences_drawing,
    level_means_drawing,
    means_drawing,
)
from mushra.reports.figures.evidence import effort_of, evidence_drawing
from mushra.reports.figures.heat_map import heat_map_drawing
from mushra.reports.figures.style import Drawing, render
from mushra.reports.figures.style import ReportFigure as ReportFigure
from mushra.reports.jobs import run_jobs
from mushra.stats.table import RatingTable


def draw_figures(
    document: ReportDocument, table: RatingTable, *, processes: int = 1
) -> tuple[ReportFigure, ...]:
    """All figures of a report, in its order.

    Args:
        document: the report.
        table: the report's whole rating table; the headline's rows are selected here.
        processes: that draw, see `run_jobs`.
    """
    simulated = document.listeners == "simulated"
    drawings = _drawings(document, table.sorted_rows())
    jobs = {one.name: partial(render, one, simulated=simulated) for one in drawings}
    return tuple(run_jobs(jobs, processes=processes).values())


def _drawings(document: ReportDocument, table: RatingTable) -> Iterator[Drawing]:
    rows = document.headline.systems
    ratings = document.headline_ratings(table)
    yield ratings_drawing(rows, ratings)
    yield means_drawing(rows)
    yield from _level_drawings(document, ratings)
    pairs = [pair for pair in document.headline.pairs if not math.isnan(pair.low)]
    if pairs:
        titles = {row.system: row.title for row in rows}
        yield differences_drawing(pairs, titles, margin=document.design.margin)
    yield histograms_drawing(rows, ratings)
    if min(len(table.listeners), len(table.items)) > 1:
        yield heat_map_drawing(document.everyone.systems, table, document.screening.excluded)
    if efforts := effort_of(table):
        yield evidence_drawing(table, efforts)


def _level_drawings(document: ReportDocument, ratings: RatingTable) -> Iterator[Drawing]:
    """Boxes and means by scenario and by condition, where there are two or more."""
    systems = document.headline.systems
    for factor, levels in (("scenario", document.scenarios), ("condition", document.conditions)):
        if len(levels) > 1:
            yield level_boxes_drawing(factor, levels, ratings)
            yield level_means_drawing(f"{factor}s", factor, levels, systems)

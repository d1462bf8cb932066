"""Figures of raw ratings: box plots with every rating, per level of a factor, histograms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from mushra.reports.figures.style import (
    BOX_COLORS,
    INK,
    ROLE_COLORS,
    Drawing,
    flat_score_axis,
    panels,
    score_axis,
    shortened,
    single_axes,
    system_axis,
    width_for,
)
from mushra.reports.rows import ScenarioResults, SystemRow
from mushra.reports.wording import counted
from mushra.stats.describe import Description, describe
from mushra.stats.table import Floats, RatingTable

MAX_DOTS = 500  # per system; above, bars as long as there are ratings
CROWDING_SD = 2.5  # points: how far a rating makes its neighbors step aside
CLOUD_WIDTH = 0.4  # in distances between systems
BIN_WIDTH = 5  # points, of the histograms: four to each of the scale's intervals
N_COLUMNS = 3  # of small panels
BOX_WIDTH = 0.24
BAR_HEIGHT = 0.8  # of the highest bar, in distances between systems
_BOXES = (
    "Boxes span the quartiles (Tukey's hinges), the thick line is the median; whiskers reach the "
    "outermost rating within 1.5 interquartile ranges of the box, circles lie beyond."
)


def ratings_drawing(rows: Sequence[SystemRow], table: RatingTable) -> Drawing:
    """Box plots beside all ratings of each system."""

    def draw(figure: Figure) -> None:
        axes = single_axes(figure)
        for position, row in enumerate(rows):
            sample = table.scores_of(row.system)
            _draw_sample(axes, position, sample, color=ROLE_COLORS[row.role])
            _draw_box(axes, _Box(position - 0.2, row.role, describe(sample), sample))
        score_axis(axes)
        system_axis(axes, rows)

    many = any(row.n_ratings > MAX_DOTS for row in rows)
    every = (
        f"Of systems with more than {MAX_DOTS} ratings, a bar for each point of the scale is as "
        "long as there are ratings there; otherwise each dot is one rating."
        if many
        else "Each dot is one rating."
    )
    return Drawing(
        name="ratings",
        title="All ratings, with box plots",
        caption=f"{every} {_BOXES}",
        description=_quartile_words(rows),
        draw=draw,
        width=width_for(len(rows)),
        height=3.9,
    )


def level_boxes_drawing(
    factor: str, levels: Sequence[ScenarioResults], table: RatingTable
) -> Drawing:
    """Box plots within each level of a factor: the vocoder paper's layout, a panel a level."""
    systems = list({row.system: row for one in levels for row in one.results.systems}.values())
    samples = {one.code: dict(_samples(table, factor, one)) for one in levels}
    n_columns = min(N_COLUMNS, len(levels))

    def draw(figure: Figure) -> None:
        for axes, one in zip(panels(figure, len(levels), n_columns=n_columns), levels, strict=True):
            _draw_level(axes, one, systems, samples[one.code])

    n_rows = -(-len(levels) // n_columns)
    return Drawing(
        name=f"boxes-{factor}",
        title=f"Ratings by {factor}",
        caption=f"A panel for each {factor}. {_BOXES}",
        description=" ".join(
            f"{one.title}. {_quartile_words(one.results.systems)}" for one in levels
        ),
        draw=draw,
        width=min(9.6, 2.0 + 2.6 * n_columns),
        height=0.6 + n_rows * (0.45 + 0.27 * len(systems)),
    )


def histograms_drawing(rows: Sequence[SystemRow], table: RatingTable) -> Drawing:
    """How the ratings of each system lie on the scale: a row for each, over one axis."""
    edges = np.arange(0, 100 + BIN_WIDTH, BIN_WIDTH)

    def draw(figure: Figure) -> None:
        axes = single_axes(figure)
        for place, row in enumerate(rows):
            _draw_histogram(axes, place, row, np.histogram(table.scores_of(row.system), edges))
        flat_score_axis(axes)
        axes.set_yticks(range(len(rows)), [shortened(row.title, 30) for row in rows])
        axes.set_ylim(len(rows) - 0.9, -0.95)
        axes.set_xlabel("Score (points)")

    return Drawing(
        name="histograms",
        title="How the ratings lie on the scale",
        caption=(
            f"Share of a system's ratings in each {BIN_WIDTH} points; 100 belongs to the last bar. "
            "Each row has its own height: the share of its highest bar stands at the right. The "
            "dark line is the median. Several peaks hint at listeners of different minds, a heap "
            "at an end at a scale that was too short."
        ),
        description=" ".join(_shape_words(row) for row in rows),
        draw=draw,
        width=7.2,
        height=0.8 + 0.55 * len(rows),
    )


def _draw_histogram(
    axes: Axes, place: int, row: SystemRow, histogram: tuple[np.ndarray, np.ndarray]
) -> None:
    """Bars that stand on the line of their system; up is less, as the first row is on top."""
    counts, edges = histogram
    highest = counts.max()
    axes.stairs(
        place - BAR_HEIGHT * counts / highest,
        edges,
        baseline=place,
        fill=True,
        facecolor=BOX_COLORS[row.role],
        edgecolor=ROLE_COLORS[row.role],
        linewidth=0.8,
    )
    axes.plot([row.median] * 2, [place, place - BAR_HEIGHT], color=INK, linewidth=1.6)
    axes.annotate(
        f"{100 * highest / counts.sum():.0f} %",
        (1, place - BAR_HEIGHT / 2),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


def _quartile_words(rows: Sequence[SystemRow]) -> str:
    return " ".join(
        f"{row.title}: median {row.median:g}, quartiles {row.q1:g} to {row.q3:g}." for row in rows
    )


def _shape_words(row: SystemRow) -> str:
    shape = row.shape
    return (
        f"{row.title}: {counted(row.n_ratings, 'rating')}, {100 * shape.share_saturated:.0f} % at "
        f"80 or above, {100 * shape.share_at_ceiling:.0f} % at 100, "
        f"{100 * shape.share_at_floor:.0f} % at 0."
    )


@dataclass(frozen=True, eq=False)
class _Box:
    """One box plot; place is along the axis of the systems."""

    place: float
    role: str
    of: Description
    scores: Floats

    @property
    def outliers(self) -> Floats:
        beyond = (self.scores < self.of.whisker_low) | (self.scores > self.of.whisker_high)
        return np.unique(self.scores[beyond])


def _samples(
    table: RatingTable, factor: str, level: ScenarioResults
) -> Iterator[tuple[str, Floats]]:
    column = table.coded(factor)
    code = column.levels.index(level.code)
    for row in level.results.systems:
        rows = table.rows_of(row.system)
        yield row.system, table.score[rows[column.codes[rows] == code]]


def _draw_level(
    axes: Axes,
    level: ScenarioResults,
    systems: Sequence[SystemRow],
    samples: dict[str, Floats],
) -> None:
    for position, row in enumerate(systems):
        sample = samples.get(row.system)
        if sample is not None and sample.size:
            box = _Box(position, row.role, describe(sample), sample)
            _draw_box(axes, box, lying=True)
    flat_score_axis(axes)
    axes.set_yticks(range(len(systems)), [shortened(row.title, 26) for row in systems])
    axes.set_ylim(len(systems) - 0.45, -0.55)
    axes.set_title(f"{shortened(level.title, 30)} ({counted(level.results.n_items, 'item')})")


def _draw_box(axes: Axes, box: _Box, *, lying: bool = False) -> None:
    """Upright beside its dots, or lying in a panel."""
    of, color = box.of, ROLE_COLORS[box.role]
    width = 2 * BOX_WIDTH if lying else BOX_WIDTH
    left, right = box.place - width / 2, box.place + width / 2
    body = [(left, of.q1), (right, of.q1), (right, of.q3), (left, of.q3)]
    cap = width / 4
    lines = [
        [(box.place, of.q3), (box.place, of.whisker_high)],
        [(box.place, of.q1), (box.place, of.whisker_low)],
        [(box.place - cap, of.whisker_high), (box.place + cap, of.whisker_high)],
        [(box.place - cap, of.whisker_low), (box.place + cap, of.whisker_low)],
    ]
    median = [[(left, of.median), (right, of.median)]]
    turn = (lambda path: [(y, x) for x, y in path]) if lying else list
    axes.add_collection(
        PolyCollection(
            [turn(body)],
            facecolors=BOX_COLORS[box.role],
            edgecolors=color,
            linewidths=0.9,
            zorder=3,
        )
    )
    axes.add_collection(
        LineCollection([turn(line) for line in lines], colors=color, linewidths=0.9, zorder=2.9)
    )
    axes.add_collection(
        LineCollection(
            [turn(line) for line in median], colors=INK, linewidths=2.2, zorder=3.1, clip_on=False
        )
    )
    _draw_outliers(axes, box, lying=lying)


def _draw_outliers(axes: Axes, box: _Box, *, lying: bool) -> None:
    outliers = box.outliers
    places = np.full(outliers.size, box.place)
    across, along = (outliers, places) if lying else (places, outliers)
    axes.plot(
        across,
        along,
        "o",
        markersize=3.0,
        markerfacecolor="white",
        markeredgecolor=ROLE_COLORS[box.role],
        markeredgewidth=0.7,
        zorder=3,
    )


def _draw_sample(axes: Axes, position: int, scores: Floats, *, color: str) -> None:
    """Ratings right of the box: as dots, or, of very many, counted by the point."""
    start = position - 0.02
    if scores.size > MAX_DOTS:
        counts = np.bincount(np.rint(scores).astype(int), minlength=101)
        longest = CLOUD_WIDTH / counts.max()
        bars = [
            [(start, score), (start + count * longest, score)]
            for score, count in enumerate(counts)
            if count
        ]
        axes.add_collection(LineCollection(bars, colors=color, linewidths=1.6, zorder=2))
        return
    ordered = np.sort(scores)
    crowding = _crowding(ordered)
    width = CLOUD_WIDTH * crowding / crowding.max()
    places = start + CLOUD_WIDTH / 2 + width * (_spread_evenly(ordered.size) - 0.5)
    axes.plot(
        places,
        ordered,
        "o",
        color=color,
        markersize=2.3,
        alpha=0.38,
        markeredgewidth=0,
        zorder=2,
    )


def _crowding(scores: Floats) -> Floats:
    """How many of a few ratings lie near each one: a smooth count, for the width of the cloud."""
    distance = scores[:, None] - scores[None, :]
    return np.exp(-0.5 * (distance / CROWDING_SD) ** 2).sum(axis=1)


def _spread_evenly(count: int) -> Floats:
    """The van der Corput sequence: numbers 0-1 that look scattered and never clump."""
    places, digits, fraction = np.zeros(count), np.arange(1, count + 1), 0.5
    while digits.any():
        places += fraction * (digits % 2)
        digits, fraction = digits // 2, fraction / 2
    return places

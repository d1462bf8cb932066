"""The report's figures as SVG, drawn for print: the same input gives the same bytes.

Nothing is told by color alone: systems are named on the axis, roles are written under the names,
scenarios differ by marker.
"""

import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from mushra.reports.analysis import PairRow, SystemRow
from mushra.reports.document import ReportDocument
from mushra.reports.wording import MINUS, interval, number
from mushra.stats.describe import describe
from mushra.stats.table import Floats, RatingTable

# BS.1534-3 5.4: five equal intervals of the continuous quality scale.
SCALE_WORDS = ("Bad", "Poor", "Fair", "Good", "Excellent")
INTERVAL_WIDTH = 20

SIMULATED_MARK = "SIMULATED LISTENERS: no person rated these sounds"
INK = "#1b1f24"
MUTED = "#69707a"
HAIRLINE = "#d9dde2"
BAND = "#f4f5f7"
ALARM = "#a4262c"
ROLE_COLORS = {
    "under test": "#17568c",
    "reference": "#3d434b",
    "low anchor": "#7b818a",
    "mid anchor": "#7b818a",
}
BOX_COLORS = {
    "under test": "#bcd3e8",
    "reference": "#d3d6da",
    "low anchor": "#eceef0",
    "mid anchor": "#eceef0",
}
Marker: TypeAlias = str | tuple[int, int, int]  # or: corners, 0 a polygon and 1 a star, degrees
_STARS: Sequence[Marker] = [(corners, 1, turn) for corners in (3, 4, 6, 8, 10) for turn in (0, 20)]
# As many as a batch may have scenarios.
SCENARIO_MARKERS: Sequence[Marker] = (*"os^DvPX<>hp*d", *_STARS, (7, 0, 0))
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "text.color": INK,
    "text.parse_math": False,  # a title may hold a dollar sign
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "path",  # looks the same everywhere, whatever fonts there are
    "svg.hashsalt": "earshot",
    "path.simplify": False,
}
# Matplotlib's settings are global to the process; two threads must not draw at once.
_DRAWING = threading.Lock()


@dataclass(frozen=True)
class ReportFigure:
    """A figure as an SVG document.

    name is stable, for files and ids; caption says how to read it; description puts what it shows
    into words for who cannot see it.
    """

    name: str
    title: str
    caption: str
    description: str
    svg: str

    def inline(self) -> str:
        """The SVG as it goes into a page: no prolog, ids of its own, named for screen readers."""
        start = self.svg.index("<svg")
        body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{self.name}-", self.svg[start:])
        named = f'<svg role="img" aria-label="{escape(self.title)}" focusable="false" '
        return body.replace("<svg ", named, 1).rstrip()


@dataclass(frozen=True)
class _Drawing:
    """A figure before it is drawn; sizes in inches."""

    name: str
    title: str
    caption: str
    description: str
    draw: Callable[[Axes], None]
    width: float
    height: float


def draw_figures(document: ReportDocument, table: RatingTable) -> tuple[ReportFigure, ...]:
    """All figures of a report, in its order.

    Args:
        document: the report.
        table: the report's whole rating table; the headline's rows are selected here.
    """
    rows = document.headline.systems
    scores = document.headline_ratings(table).sorted_rows()
    drawings = [_ratings_drawing(rows, scores), _means_drawing(rows)]
    if len(document.scenarios) > 1:
        drawings.append(_scenarios_drawing(document))
    if any(not np.isnan(pair.low) for pair in document.headline.pairs):
        drawings.append(_differences_drawing(document))
    simulated = document.listeners == "simulated"
    return tuple(_figure(drawing, simulated=simulated) for drawing in drawings)


def _ratings_drawing(rows: Sequence[SystemRow], table: RatingTable) -> _Drawing:
    def draw(axes: Axes) -> None:
        for position, row in enumerate(rows):
            sample = table.scores_of(row.system)
            _draw_points(axes, position, sample, color=ROLE_COLORS[row.role])
            _draw_box(axes, position, sample, role=row.role)
        _score_axis(axes)
        _system_axis(axes, rows)

    return _Drawing(
        name="ratings",
        title="All ratings, with box plots",
        caption=(
            "Each dot is one rating. Boxes span the quartiles (Tukey's hinges), the thick line is "
            "the median; whiskers reach the outermost rating within 1.5 interquartile ranges of "
            "the box, circles lie beyond."
        ),
        description=(
            " ".join(
                f"{row.title}: median {row.median:g}, quartiles {row.q1:g} to {row.q3:g}."
                for row in rows
            )
        ),
        draw=draw,
        width=_width(len(rows)),
        height=3.9,
    )


def _means_drawing(rows: Sequence[SystemRow]) -> _Drawing:
    def draw(axes: Axes) -> None:
        for position, row in enumerate(rows):
            _draw_mean(axes, position, row, marker="o", color=ROLE_COLORS[row.role])
            _label_mean(axes, position, row)
        _score_axis(axes)
        _system_axis(axes, rows)

    return _Drawing(
        name="means",
        title="Mean scores with 95 % confidence intervals",
        caption=(
            "Dots are means of all ratings; bars are 95 % Student-t intervals in which listeners "
            "and items are both random."
        ),
        description=(" ".join(f"{row.title}: {_mean_words(row)}." for row in rows)),
        draw=draw,
        width=_width(len(rows)),
        height=3.6,
    )


def _scenarios_drawing(document: ReportDocument) -> _Drawing:
    systems = document.headline.systems
    scenarios = document.scenarios
    offsets = (np.arange(len(scenarios)) - (len(scenarios) - 1) / 2) * 0.7 / len(scenarios)

    def draw(axes: Axes) -> None:
        for offset, scenario, marker in zip(
            offsets, scenarios, _cycled(SCENARIO_MARKERS, len(scenarios)), strict=True
        ):
            rows = {row.system: row for row in scenario.results.systems}
            for position, system in enumerate(systems):
                if row := rows.get(system.system):
                    color = ROLE_COLORS[row.role]
                    _draw_mean(axes, position + offset, row, marker=marker, color=color)
            axes.plot(
                [], [], marker=marker, linestyle="", color=INK, markersize=5, label=scenario.title
            )
        _score_axis(axes)
        _system_axis(axes, systems)
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1.01),
            ncols=min(4, len(scenarios)),
            frameon=False,
            handletextpad=0.3,
            borderaxespad=0,
        )

    return _Drawing(
        name="scenarios",
        title="Mean scores by scenario, with 95 % confidence intervals",
        caption="As the figure of means, within each scenario; markers tell the scenarios apart.",
        description="; ".join(
            f"{scenario.title}: "
            + ", ".join(f"{row.title} {_mean_words(row)}" for row in scenario.results.systems)
            for scenario in scenarios
        )
        + ".",
        draw=draw,
        width=_width(len(systems) * len(scenarios) / 2),
        height=3.9,
    )


def _differences_drawing(document: ReportDocument) -> _Drawing:
    titles = {row.system: row.title for row in document.headline.systems}
    pairs = [pair for pair in document.headline.pairs if not np.isnan(pair.low)]

    def draw(axes: Axes) -> None:
        for position, pair in enumerate(pairs):
            _draw_difference(axes, position, pair)
            _label_difference(axes, position, pair)
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        names = [_pair_name(titles[pair.first], titles[pair.second]) for pair in pairs]
        axes.set_yticks(range(len(pairs)), names)
        axes.set_ylim(len(pairs) - 0.4, -0.6)
        axes.set_xlabel("Difference of means (points), 95 % confidence interval")
        axes.grid(axis="x", color=HAIRLINE, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        axes.spines[["left", "right", "top"]].set_visible(False)
        low, high = (
            min(0.0, *(pair.low for pair in pairs)),
            max(0.0, *(pair.high for pair in pairs)),
        )
        margin = 0.05 * (high - low) or 1.0
        axes.set_xlim(low - margin, high + margin)

    return _Drawing(
        name="differences",
        title="Differences between systems under test",
        caption=(
            "Mean paired differences with 95 % intervals (two-way crossed model). A filled marker "
            "is significant at 0.05 after Holm's correction, an open one is not."
        ),
        description=(
            " ".join(
                f"{titles[pair.first]} minus {titles[pair.second]}: {pair.difference:+.1f} points, "
                f"{pair.low:.1f} to {pair.high:.1f}."
                for pair in pairs
            )
        ),
        draw=draw,
        width=6.6,
        height=0.75 + 0.3 * len(pairs),
    )


def _draw_points(axes: Axes, position: int, scores: Floats, *, color: str) -> None:
    """Ratings as a cloud right of the box, wider where there are more; no random numbers."""
    ordered = np.sort(scores)
    crowding = _crowding(ordered)
    width = 0.2 * crowding / crowding.max()
    places = position + 0.18 + width * (2 * _spread_evenly(ordered.size) - 1)
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


def _draw_box(axes: Axes, position: int, scores: Floats, *, role: str) -> None:
    box, color = describe(scores), ROLE_COLORS[role]
    outliers = scores[(scores < box.whisker_low) | (scores > box.whisker_high)]
    statistics = {
        "med": box.median,
        "q1": box.q1,
        "q3": box.q3,
        "whislo": box.whisker_low,
        "whishi": box.whisker_high,
        "fliers": np.unique(outliers),
    }
    line = {"color": color, "linewidth": 0.9}
    axes.bxp(
        [statistics],
        positions=[position - 0.2],
        widths=0.24,
        patch_artist=True,
        capwidths=0.12,
        manage_ticks=False,
        boxprops={"facecolor": BOX_COLORS[role], "edgecolor": color, "linewidth": 0.9},
        medianprops={"color": INK, "linewidth": 2.2, "solid_capstyle": "butt", "clip_on": False},
        whiskerprops=line,
        capprops=line,
        flierprops={
            "marker": "o",
            "markersize": 3.0,
            "markerfacecolor": "white",
            "markeredgecolor": color,
            "markeredgewidth": 0.7,
        },
        zorder=3,
    )


def _draw_mean(axes: Axes, position: float, row: SystemRow, *, marker: Marker, color: str) -> None:
    if row.interval is not None:
        low, high = row.interval.low, row.interval.high
        axes.plot([position, position], [low, high], color=color, linewidth=1.4, zorder=2)
        for end in (low, high):
            axes.plot(position, end, "_", color=color, markersize=7, markeredgewidth=1.4, zorder=2)
    axes.plot(
        position,
        row.mean,
        marker=marker,
        linestyle="",
        color=color,
        markersize=5.5,
        markeredgewidth=0,
        zorder=3,
    )


def _label_mean(axes: Axes, position: float, row: SystemRow) -> None:
    axes.annotate(
        f"{row.mean:.1f}",
        (position, row.mean),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


def _label_difference(axes: Axes, position: int, pair: PairRow) -> None:
    axes.annotate(
        f"{number(pair.difference, signed=True)}  ({interval(pair.low, pair.high, signed=True)})",
        (1, position),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


def _draw_difference(axes: Axes, position: int, pair: PairRow) -> None:
    color = ROLE_COLORS["under test"]
    significant = pair.p_holm < 0.05
    axes.plot([pair.low, pair.high], [position] * 2, color=color, linewidth=1.4, zorder=2)
    axes.plot(
        pair.difference,
        position,
        "o",
        markersize=6,
        markerfacecolor=color if significant else "white",
        markeredgecolor=color,
        markeredgewidth=1.3,
        zorder=3,
    )


def _score_axis(axes: Axes) -> None:
    """The 0-100 scale at the left and its five words at the right, over faint bands."""
    axes.set_yticks(range(0, 101, INTERVAL_WIDTH))
    axes.set_ylabel("Score (points)")
    for step, word in enumerate(SCALE_WORDS):
        bottom = step * INTERVAL_WIDTH
        if step % 2 == 0:
            axes.axhspan(bottom, bottom + INTERVAL_WIDTH, color=BAND, linewidth=0, zorder=0)
        axes.annotate(
            word,
            (1, bottom + INTERVAL_WIDTH / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=MUTED,
        )
    for edge in range(0, 101, INTERVAL_WIDTH):
        axes.axhline(edge, color=HAIRLINE, linewidth=0.6, zorder=0.5)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_bounds(0, 100)
    axes.tick_params(axis="y", length=3, width=0.7)
    axes.set_ylim(-1.5, 101.5)  # room for the dots at the ends of the scale


def _system_axis(axes: Axes, rows: Sequence[SystemRow]) -> None:
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_xticks(range(len(rows)), [_wrapped(row.title) for row in rows])
    axes.tick_params(axis="x", length=0, pad=5)
    deepest = max(_wrapped(row.title).count("\n") for row in rows)
    for position, row in enumerate(rows):
        if row.role != "under test":
            axes.annotate(
                row.role,
                (position, 0),
                xycoords=("data", "axes fraction"),
                xytext=(0, -17 - 10.5 * deepest),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=7.2,
                fontstyle="italic",
                color=MUTED,
            )


def _pair_name(first: str, second: str) -> str:
    separator = " " if len(first) + len(second) <= 32 else "\n"
    return f"{first} {MINUS}{separator}{second}"


def _wrapped(title: str, width: int = 13) -> str:
    lines = [""]
    for word in re.findall(r"[^\s-]+-?|-", title):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        space = "" if re.search(r"\S-$", lines[-1]) else " "
        lines[-1] = f"{lines[-1]}{space}{word}".strip()
    return "\n".join(lines)


def _crowding(scores: Floats) -> Floats:
    """How many ratings lie near each one: a smooth count, for the width of the cloud."""
    distance = scores[:, None] - scores[None, :]
    return np.exp(-0.5 * (distance / 2.5) ** 2).sum(axis=1)


def _spread_evenly(count: int) -> Floats:
    """The van der Corput sequence: numbers 0-1 that look scattered and never clump."""
    places = np.zeros(count)
    for index in range(count):
        digits, fraction = index + 1, 0.5
        while digits:
            places[index] += fraction * (digits % 2)
            digits, fraction = digits // 2, fraction / 2
    return places


def _cycled(values: Sequence[Marker], count: int) -> list[Marker]:
    return [values[index % len(values)] for index in range(count)]


def _mean_words(row: SystemRow) -> str:
    if row.interval is None:
        return f"mean {row.mean:.1f}"
    return f"mean {row.mean:.1f}, interval {row.interval.low:.1f} to {row.interval.high:.1f}"


def _width(n_columns: float) -> float:
    return min(11.0, max(5.2, 1.3 + 0.95 * n_columns))


def _figure(drawing: _Drawing, *, simulated: bool) -> ReportFigure:
    """The figure as an SVG document without date, version or random ids."""
    with _DRAWING, mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(drawing.width, drawing.height), layout="constrained")
        figure.patch.set_alpha(0)
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        drawing.draw(axes)
        if simulated:  # a figure travels without its report, so it says so itself
            figure.suptitle(SIMULATED_MARK, x=0.01, ha="left", fontsize=8, color=ALARM)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return ReportFigure(
        name=drawing.name,
        title=drawing.title,
        caption=drawing.caption,
        description=drawing.description,
        svg=text.getvalue(),
    )

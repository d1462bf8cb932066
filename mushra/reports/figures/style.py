"""How the report's figures look, and how one becomes bytes: the same input gives the same bytes.

Nothing is told by color alone: systems are named on an axis, roles are written under the names,
levels of a factor differ by marker or panel. All colors keep their order in black and white.
"""

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from mushra.reports.fonts import FALLBACK_PACKAGES, installed_fallbacks
from mushra.reports.rows import SystemRow

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
RASTER_DPI = 150  # of the heat map's cells; everything else is drawn as vectors
MAX_WIDTH = 11.0  # inches
SANS = "DejaVu Sans"
BOXES_NOTE = (
    f" A box stands for a letter that the figures' fonts ({SANS} and, where installed, those of "
    f"Debian's {FALLBACK_PACKAGES}) lack; the tables of the page name it."
)
STYLE: dict[str, Any] = {
    "font.size": 8.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
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

    @property
    def size_pt(self) -> tuple[float, float]:
        """Width and height in points."""
        found = re.search(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)
        if found is None:
            raise ValueError(f"Figure {self.name} is not a figure of this package: no view box.")
        return float(found[1]), float(found[2])

    def inline(self) -> str:
        """The SVG as it goes into a page: no prolog, ids of its own, named for screen readers."""
        start = self.svg.index("<svg")
        body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{self.name}-", self.svg[start:])
        named = f'<svg role="img" aria-label="{escape(self.title)}" focusable="false" '
        return body.replace("<svg ", named, 1).rstrip()


@dataclass(frozen=True)
class Drawing:
    """A figure before it is drawn; sizes in inches."""

    name: str
    title: str
    caption: str
    description: str
    draw: Callable[[Figure], None]
    width: float
    height: float


def render(drawing: Drawing, *, simulated: bool) -> ReportFigure:
    """The figure as an SVG document without date, version or random ids."""
    style = {**STYLE, "font.family": _families()}
    with _DRAWING, mpl.rc_context(style), _glyph_warnings() as met:  # type: ignore[arg-type]
        size = drawing.width, drawing.height
        figure = Figure(figsize=size, layout="constrained", dpi=RASTER_DPI)
        figure.patch.set_alpha(0)
        canvas = FigureCanvasSVG(figure)
        drawing.draw(figure)
        if simulated:  # a figure travels without its report, so it says so itself
            figure.suptitle(SIMULATED_MARK, x=0.01, ha="left", fontsize=8, color=ALARM)
        text = io.StringIO()
        # Not `savefig`, which lays the figure out in a pass of its own before it draws.
        canvas.print_svg(text, metadata={"Date": None, "Creator": None})
    return ReportFigure(
        name=drawing.name,
        title=drawing.title,
        caption=f"{drawing.caption}{BOXES_NOTE if met else ''}",
        description=drawing.description,
        svg=text.getvalue(),
    )


@cache
def _families() -> tuple[str, ...]:
    """The fonts by name, in the order in which a letter is looked for."""
    paths = installed_fallbacks()
    for path in paths:
        font_manager.fontManager.addfont(path)
    return (SANS, *(font_manager.FontProperties(fname=path).get_name() for path in paths))


@contextmanager
def _glyph_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Gathers matplotlib's warnings of letters that the font lacks; others go their way."""
    met: list[warnings.WarningMessage] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield met
    for one in caught:
        if str(one.message).startswith("Glyph "):
            met.append(one)
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def single_axes(figure: Figure) -> Axes:
    """The one plot of a figure, on no ground."""
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    return axes


def panels(figure: Figure, count: int, *, n_columns: int) -> list[Axes]:
    """So many plots in rows, on shared axes; places left over stay empty."""
    columns = min(n_columns, count)
    rows = -(-count // columns)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    flat = list(np.ravel(grid))
    for axes in flat[count:]:
        axes.remove()
    for axes in flat[:count]:
        axes.patch.set_alpha(0)
        axes.tick_params(labelbottom=axes in flat[max(0, count - columns) : count])
    return flat[:count]


def score_axis(axes: Axes) -> None:
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


def flat_score_axis(axes: Axes) -> None:
    """The 0-100 scale along the bottom, with faint lines."""
    axes.set_xticks(range(0, 101, INTERVAL_WIDTH))
    axes.set_xlim(-2, 102)
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def system_axis(axes: Axes, rows: Sequence[SystemRow]) -> None:
    """The systems' titles under the plot, and under those the parts of reference and anchors."""
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_xticks(range(len(rows)), [wrapped(row.title) for row in rows])
    axes.tick_params(axis="x", length=0, pad=5)
    deepest = max(wrapped(row.title).count("\n") for row in rows)
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


def wrapped(title: str, width: int = 13) -> str:
    """A title in lines of about so many letters."""
    lines = [""]
    for word in re.findall(r"[^\s-]+-?|-", title):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        space = "" if re.search(r"\S-$", lines[-1]) else " "
        lines[-1] = f"{lines[-1]}{space}{word}".strip()
    return "\n".join(lines)


def shortened(title: str, width: int) -> str:
    """A title of at most so many letters, cut with an ellipsis."""
    return title if len(title) <= width else title[: width - 1].rstrip() + "…"


def width_for(n_columns: float) -> float:
    """Inches for so many systems side by side."""
    return min(MAX_WIDTH, max(5.2, 1.3 + 0.95 * n_columns))

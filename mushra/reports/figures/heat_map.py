"""Who rated what how: listeners by items, a panel for each system."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from mushra.reports.figures.style import Drawing, shortened
from mushra.reports.rows import SystemRow
from mushra.stats.table import Codes, Floats, RatingTable

MAX_CELLS = 150  # along a side; beyond, neighbors are averaged
MAX_NAMED = 40  # listeners or items whose codes can still be read
CELL = 0.105  # inches, where names are shown
SMALLEST, LARGEST = 1.3, 2.7  # sides of a panel, inches
COLORS = "cividis"  # light grows with the score, for every eye and in black and white


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Scores (listeners, items) by system, in the order in which they are shown.

    Listeners are sorted by their mean score, the highest first, excluded ones last; items by
    theirs, the highest first. step_*: how many neighbors each cell averages.
    """

    listeners: tuple[str, ...]
    items: tuple[str, ...]
    scores: dict[str, Floats]
    step_listeners: int = 1
    step_items: int = 1


def heat_map_of(table: RatingTable, excluded: Sequence[str]) -> HeatMap:
    """The map of a table; very large ones averaged to `MAX_CELLS` along each side.

    Args:
        excluded: listeners to show last, marked.
    """
    out = np.array([listener in set(excluded) for listener in table.listeners])
    rows = np.lexsort((-_means(table.listener_codes, table), out))
    columns = np.argsort(-_means(table.item_codes, table), kind="stable")
    scores = {system: table.matrix(system)[np.ix_(rows, columns)] for system in table.systems}
    step_rows, step_columns = -(-rows.size // MAX_CELLS), -(-columns.size // MAX_CELLS)
    if max(step_rows, step_columns) > 1:
        scores = {one: _averaged(cells, step_rows, step_columns) for one, cells in scores.items()}
    return HeatMap(
        listeners=tuple(table.listeners[k] + (" ×" if out[k] else "") for k in rows),
        items=tuple(table.items[k] for k in columns),
        scores=scores,
        step_listeners=step_rows,
        step_items=step_columns,
    )


def heat_map_drawing(
    rows: Sequence[SystemRow], table: RatingTable, excluded: Sequence[str]
) -> Drawing:
    """Every rating as a shade, before screening; excluded listeners stand last."""
    map_ = heat_map_of(table, excluded)
    n_columns = min(3 if len(rows) <= 9 else 4, len(rows))
    n_rows = -(-len(rows) // n_columns)
    width = _side(len(map_.items)) if n_columns <= 3 else _side(len(map_.items)) * 3 / 4
    height = _side(len(map_.listeners)) + (0.3 if len(map_.listeners) <= MAX_NAMED else 0)

    def draw(figure: Figure) -> None:
        grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
        flat = list(grid.ravel())
        for axes in flat[len(rows) :]:
            axes.remove()
        for axes, row in zip(flat, rows, strict=False):
            image = _draw_panel(axes, row.title, map_.scores[row.system])
            _name_sides(axes, map_, at_left=axes in grid[:, 0])
        bar = figure.colorbar(image, ax=flat[: len(rows)], fraction=0.04, pad=0.015, aspect=30)
        bar.set_label("Score (points)")
        bar.outline.set_visible(False)

    return Drawing(
        name="heat-map",
        title="Ratings by listener and item",
        caption=_caption(map_, excluded),
        description=_words(rows, table),
        draw=draw,
        width=1.5 + n_columns * width,
        height=0.7 + n_rows * (height + 0.3),
    )


def _side(count: int) -> float:
    """Inches of a panel's side: of its cells while they are named, then as large as it may be."""
    return max(SMALLEST, CELL * count) if count <= MAX_NAMED else LARGEST


def _means(codes: Codes, table: RatingTable) -> Floats:
    return np.bincount(codes, weights=table.score) / np.bincount(codes)


def _averaged(cells: Floats, step_rows: int, step_columns: int) -> Floats:
    """Means over blocks of cells, leaving out what is missing; NaN where all is."""
    known = ~np.isnan(cells)
    edges = np.arange(0, cells.shape[0], step_rows), np.arange(0, cells.shape[1], step_columns)
    sums = np.add.reduceat(np.add.reduceat(np.where(known, cells, 0), edges[0]), edges[1], axis=1)
    counts = np.add.reduceat(np.add.reduceat(known.astype(float), edges[0]), edges[1], axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _draw_panel(axes: Axes, title: str, cells: Floats) -> AxesImage:
    axes.set_title(shortened(title, 34))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=5.5)
    return axes.imshow(cells, vmin=0, vmax=100, cmap=COLORS, aspect="auto", interpolation="nearest")


def _name_sides(axes: Axes, map_: HeatMap, *, at_left: bool) -> None:
    if len(map_.items) <= MAX_NAMED and max(map(len, map_.items)) <= 8:
        axes.set_xticks(range(len(map_.items)), map_.items, rotation=90)
    else:
        axes.set_xticks([])
    if len(map_.listeners) <= MAX_NAMED:
        names = [shortened(name, 12) for name in map_.listeners]
        axes.set_yticks(range(len(names)), names)
    else:
        axes.set_yticks([])
    axes.set_xlabel("Items", fontsize=7)
    if at_left:
        axes.set_ylabel("Listeners", fontsize=7)


def _caption(map_: HeatMap, excluded: Sequence[str]) -> str:
    step = max(map_.step_listeners, map_.step_items)
    cell = (
        f"A cell is the mean of up to {map_.step_listeners} listeners by {map_.step_items} items, "
        "for there are too many to show one by one"
        if step > 1
        else "A cell is one rating, the lighter the higher; blank: not rated"
    )
    marked = " Excluded listeners stand last, marked ×." if excluded else ""
    return (
        f"{cell}. Listeners from the highest mean (top) to the lowest, items from the highest mean "
        f"(left) to the lowest. All listeners, before screening.{marked}"
    )


def _words(rows: Sequence[SystemRow], table: RatingTable) -> str:
    means = _means(table.listener_codes, table)
    low, high = int(np.argmin(means)), int(np.argmax(means))
    return (
        f"{len(table.listeners)} listeners by {len(table.items)} items for each of {len(rows)} "
        f"systems. Listener means range from {means[low]:.1f} ({table.listeners[low]}) to "
        f"{means[high]:.1f} ({table.listeners[high]})."
    )

"""How listeners worked: sounds played, sliders moved and seconds heard before a rating."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mushra.reports.figures.style import BOX_COLORS, HAIRLINE, INK, ROLE_COLORS, Drawing
from mushra.stats.columns import Column
from mushra.stats.table import Codes, Floats, RatingTable

# Columns of the rating table, if it has them: one number for each rating.
MEASURES = {
    "plays": "Plays",
    "moves": "Slider moves",
    "switches": "Switches",
    "heard_s": "Seconds heard",
    "page_s": "Seconds on page",
}
MAX_NAMED = 40


@dataclass(frozen=True, eq=False)
class ListenerEffort:
    """One measure of each listener's ratings: median and quartiles, in the table's order.

    NaN for a listener of whom nothing was recorded.
    """

    measure: str
    title: str
    low: Floats
    median: Floats
    high: Floats


def effort_of(table: RatingTable) -> tuple[ListenerEffort, ...]:
    """Every measure that the table holds for anybody."""
    found = (_effort(table, name) for name in MEASURES if name in table.factors)
    return tuple(one for one in found if not np.isnan(one.median).all())


def evidence_drawing(table: RatingTable, efforts: tuple[ListenerEffort, ...]) -> Drawing:
    """A row of dots for each measure, a listener at each place."""
    order = np.argsort(-efforts[0].median, kind="stable")
    names = [table.listeners[k] for k in order]

    def draw(figure: Figure) -> None:
        grid = figure.subplots(len(efforts), 1, sharex=True, squeeze=False)[:, 0]
        for axes, effort in zip(grid, efforts, strict=True):
            _draw_effort(axes, effort, order)
        _name_listeners(grid[-1], names)

    return Drawing(
        name="evidence",
        title="How each listener worked",
        caption=(
            "For each listener, the median over their ratings (dot) and the middle half of them "
            "(line or band). Listeners are in the order of the first row. Who played or moved "
            "hardly anything may not have listened."
        ),
        description=" ".join(_effort_words(table, one) for one in efforts),
        draw=draw,
        width=min(9.6, max(5.2, 1.4 + 0.16 * len(names))),
        height=0.8 + 1.15 * len(efforts),
    )


def _effort(table: RatingTable, name: str) -> ListenerEffort:
    values = _numbers(table.coded(name))
    order = np.lexsort((values, table.listener_codes))  # NaN last within a listener
    ordered, who = values[order], table.listener_codes[order]
    is_known = (~np.isnan(ordered)).astype(np.float64)
    known = np.bincount(who, weights=is_known, minlength=len(table.listeners)).astype(np.float64)
    start = np.searchsorted(who, np.arange(len(table.listeners)))
    quartiles = [_at(ordered, start, known, share) for share in (0.25, 0.5, 0.75)]
    return ListenerEffort(name, MEASURES[name], *quartiles)


def _at(ordered: Floats, start: Codes, known: Floats, share: float) -> Floats:
    """The value at a share of each listener's sorted values, between neighbors linearly."""
    place = share * np.maximum(known - 1, 0)
    below = np.floor(place).astype(int)
    above = np.ceil(place).astype(int)
    low, high = ordered[start + below], ordered[start + above]
    return np.where(known > 0, low + (place - below) * (high - low), np.nan)


def _numbers(column: Column) -> Floats:
    return np.array([_number(text) for text in column.levels], dtype=float)[column.codes]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _draw_effort(axes: Axes, effort: ListenerEffort, order: Codes) -> None:
    places = np.arange(order.size)
    color = ROLE_COLORS["under test"]
    axes.patch.set_alpha(0)
    low, high = effort.low[order], effort.high[order]
    if order.size <= MAX_NAMED:
        axes.vlines(places, low, high, color=color, linewidth=1.2)
        axes.plot(places, effort.median[order], "o", color=INK, markersize=3.2)
    else:  # lines would run into one another
        axes.fill_between(places, low, high, color=BOX_COLORS["under test"], linewidth=0)
        axes.plot(places, effort.median[order], ".", color=INK, markersize=2.2)
    axes.set_ylim(bottom=0)
    axes.set_xlim(-0.8, order.size - 0.2)
    axes.set_ylabel(effort.title, fontsize=7.5)
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _name_listeners(axes: Axes, names: list[str]) -> None:
    if len(names) <= MAX_NAMED:
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6.5)
    else:
        axes.set_xticks([])
        axes.set_xlabel(f"{len(names)} listeners")


def _effort_words(table: RatingTable, effort: ListenerEffort) -> str:
    least = int(np.nanargmin(effort.median))
    return (
        f"{effort.title} for each rating: the median listener {np.nanmedian(effort.median):g}, the "
        f"least {effort.median[least]:g} ({table.listeners[least]})."
    )

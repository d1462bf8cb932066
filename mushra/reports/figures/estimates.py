"""Figures of estimates: means with intervals, and differences beside the margin of equivalence."""

import math
from collections.abc import Sequence
from itertools import cycle, islice

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mushra.reports.figures.style import (
    BAND,
    HAIRLINE,
    INK,
    MUTED,
    ROLE_COLORS,
    SCENARIO_MARKERS,
    Drawing,
    Marker,
    score_axis,
    single_axes,
    system_axis,
    width_for,
)
from mushra.reports.rows import PairRow, ScenarioResults, SystemRow
from mushra.reports.verdicts import pair_verdict
from mushra.reports.wording import MINUS, interval, number

ALPHA = 0.05


def means_drawing(rows: Sequence[SystemRow]) -> Drawing:
    """The mean of each system with its interval."""

    def draw(figure: Figure) -> None:
        axes = single_axes(figure)
        for position, row in enumerate(rows):
            _draw_mean(axes, position, row, marker="o")
            _label_mean(axes, position, row)
        score_axis(axes)
        system_axis(axes, rows)

    return Drawing(
        name="means",
        title="Mean scores with 95 % confidence intervals",
        caption=(
            "Dots are means of all ratings; bars are 95 % Student-t intervals in which listeners "
            "and items are both random."
        ),
        description=" ".join(f"{row.title}: {_mean_words(row)}." for row in rows),
        draw=draw,
        width=width_for(len(rows)),
        height=3.6,
    )


def level_means_drawing(
    name: str, factor: str, levels: Sequence[ScenarioResults], systems: Sequence[SystemRow]
) -> Drawing:
    """The means of each system in each level of a factor, side by side."""
    offsets = (np.arange(len(levels)) - (len(levels) - 1) / 2) * 0.7 / len(levels)
    markers = list(islice(cycle(SCENARIO_MARKERS), len(levels)))

    def draw(figure: Figure) -> None:
        axes = single_axes(figure)
        for offset, level, marker in zip(offsets, levels, markers, strict=True):
            rows = {row.system: row for row in level.results.systems}
            for position, system in enumerate(systems):
                if row := rows.get(system.system):
                    _draw_mean(axes, position + offset, row, marker=marker)
            axes.plot([], [], marker=marker, ls="", color=INK, markersize=5, label=level.title)
        score_axis(axes)
        system_axis(axes, systems)
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1.01),
            ncols=min(4, len(levels)),
            frameon=False,
            handletextpad=0.3,
            borderaxespad=0,
        )

    return Drawing(
        name=name,
        title=f"Mean scores by {factor}, with 95 % confidence intervals",
        caption=f"As the figure of means, within each {factor}; markers tell them apart.",
        description="; ".join(
            f"{level.title}: "
            + ", ".join(f"{row.title} {_mean_words(row)}" for row in level.results.systems)
            for level in levels
        )
        + ".",
        draw=draw,
        width=width_for(len(systems) * len(levels) / 2),
        height=3.9,
    )


def differences_drawing(
    pairs: Sequence[PairRow], titles: dict[str, str], *, margin: float
) -> Drawing:
    """A forest of the differences between systems under test, over the band of equivalence."""

    def draw(figure: Figure) -> None:
        axes = single_axes(figure)
        axes.axvspan(-margin, margin, color=BAND, linewidth=0, zorder=0)
        for edge in (-margin, margin):
            axes.axvline(edge, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0.9)
        for position, pair in enumerate(pairs):
            _draw_difference(axes, position, pair)
            _label_difference(axes, position, pair)
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        names = [_pair_name(titles[pair.first], titles[pair.second]) for pair in pairs]
        axes.set_yticks(range(len(pairs)), names)
        axes.set_ylim(len(pairs) - 0.4, -0.6)
        axes.set_xlabel("Difference of means (points)")
        _difference_limits(axes, pairs, margin)

    lines = sum(1 + (len(titles[p.first]) + len(titles[p.second]) > 32) for p in pairs)
    return Drawing(
        name="differences",
        title="Differences between systems under test",
        caption=(
            "Mean paired differences (two-way crossed model): the thin line is the 95 % interval, "
            "the thick one the 90 % interval. A filled marker is significant at 0.05 after Holm's "
            f"correction, an open one is not. The band between the dashed lines is the margin of "
            f"equivalence, ±{margin:g} points: two systems are shown to be equivalent where the "
            "whole thick line lies in it."
        ),
        description=" ".join(
            f"{titles[pair.first]} minus {titles[pair.second]}: {pair.difference:+.1f} points, "
            f"{pair.low:.1f} to {pair.high:.1f}; {pair_verdict(pair)}."
            for pair in pairs
        ),
        draw=draw,
        width=8.4,
        height=0.8 + 0.24 * len(pairs) + 0.12 * (lines - len(pairs)),
    )


def _difference_limits(axes: Axes, pairs: Sequence[PairRow], margin: float) -> None:
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    low = min(-margin, *(pair.low for pair in pairs))
    high = max(margin, *(pair.high for pair in pairs))
    room = 0.05 * (high - low)
    axes.set_xlim(low - room, high + room)


def _draw_mean(axes: Axes, position: float, row: SystemRow, *, marker: Marker) -> None:
    color = ROLE_COLORS[row.role]
    if row.interval is not None:
        ends = [row.interval.low, row.interval.high]
        axes.plot(
            [position, position],
            ends,
            "_-",
            color=color,
            linewidth=1.4,
            markersize=7,
            markeredgewidth=1.4,
            zorder=2,
        )
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
        f"{number(pair.difference, signed=True)}  ({interval(pair.low, pair.high, signed=True)})  "
        f"{pair_verdict(pair)}",
        (1, position),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )


def _draw_difference(axes: Axes, position: int, pair: PairRow) -> None:
    color = ROLE_COLORS["under test"]
    axes.plot([pair.low, pair.high], [position] * 2, color=color, linewidth=1.1, zorder=2)
    if pair.equivalence is not None and not math.isnan(pair.equivalence.low):
        ends = [pair.equivalence.low, pair.equivalence.high]
        axes.plot(ends, [position] * 2, color=color, linewidth=3, solid_capstyle="butt", zorder=2)
    axes.plot(
        pair.difference,
        position,
        "o",
        markersize=6,
        markerfacecolor=color if pair.p_holm < ALPHA else "white",
        markeredgecolor=color,
        markeredgewidth=1.3,
        zorder=3,
    )


def _pair_name(first: str, second: str) -> str:
    separator = " " if len(first) + len(second) <= 32 else "\n"
    return f"{first} {MINUS}{separator}{second}"


def _mean_words(row: SystemRow) -> str:
    if row.interval is None:
        return f"mean {row.mean:.1f}"
    return f"mean {row.mean:.1f}, interval {row.interval.low:.1f} to {row.interval.high:.1f}"

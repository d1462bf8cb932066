"""Contours of a reference and what was made of it, phoneme by phoneme.

The same input gives the same bytes. Axes: T frames of 10 ms, P phonemes, F0 in Hz, 0 unvoiced.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .segments import Durations, check_durations
from .tracks import HOP_S, Track

INK, FAINT = "#33373d", "#c9ced6"
# Told apart by dash and width too, for print and for who does not see colors.
LINES: Sequence[Mapping[str, Any]] = (
    {"color": "#33373d", "linewidth": 2.6, "alpha": 0.55},
    {"color": "#0b6e4f", "linewidth": 1.5},
    {"color": "#a4243b", "linewidth": 1.5, "linestyle": (0, (4, 1.5))},
    {"color": "#1d4ed8", "linewidth": 1.5, "linestyle": (0, (1, 1))},
    {"color": "#8a5a00", "linewidth": 1.5, "linestyle": (0, (6, 1, 1, 1))},
)
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.parse_math": False,  # a phoneme may be a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "earshot",
    "path.simplify": False,
}
WIDTH_PER_S, LEAST_WIDTH, HEIGHT = 2.6, 6.0, 3.2  # inches
SYMBOLS_PT = 14  # room between plot and title
DPI = 110
# Matplotlib's settings are global to the process; two threads must not draw at once.
_DRAWING = threading.Lock()


@dataclass(frozen=True, eq=False)
class ContourPlot:
    """What is drawn: tracks on one time axis over the phonemes they belong to.

    tracks: F0 (T,) in Hz by the name shown, at most five; the first is the reference, already
        mapped to the voice of the others. A track of other durations is warped before
        (``metrics.warp_track``).
    symbols, durations: phonemes (P,) and their frames, together T.
    """

    title: str
    tracks: Mapping[str, Track]
    symbols: Sequence[str]
    durations: Durations

    def __post_init__(self) -> None:
        lengths = {name: len(track) for name, track in self.tracks.items()}
        if not 1 <= len(lengths) <= len(LINES) or len(set(lengths.values())) != 1:
            raise ValueError(f"Expected one to {len(LINES)} tracks of one length, got {lengths}.")
        check_durations(self.durations, n_frames=next(iter(lengths.values())))
        if len(self.symbols) != len(self.durations):
            raise ValueError(
                f"There are {len(self.symbols)} symbols for {len(self.durations)} phonemes."
            )


def contour_svg(plot: ContourPlot) -> str:
    """The plot as an SVG document without date, version or random ids."""
    text = io.StringIO()
    _save(plot, text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def write_contours(plot: ContourPlot, path: Path) -> None:
    """The plot as a file: SVG or PNG, by its suffix.

    Raises:
        ValueError: for another suffix.
    """
    if path.suffix == ".svg":
        path.write_text(contour_svg(plot), encoding="utf-8")
    elif path.suffix == ".png":
        _save(plot, path, format="png", dpi=DPI, metadata={"Software": None})
    else:
        raise ValueError(f"Contours are written as .svg or .png, not as {path.suffix!r}.")


def _save(plot: ContourPlot, target: Any, **how: Any) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    duration_s = float(plot.durations.sum()) * HOP_S
    with _DRAWING, mpl.rc_context(STYLE):  # type: ignore[arg-type]
        width = max(LEAST_WIDTH, WIDTH_PER_S * duration_s)
        figure = Figure(figsize=(width, HEIGHT), layout="constrained", facecolor="white")
        axes = figure.add_subplot()
        _draw_phonemes(axes, plot)
        _draw_tracks(axes, plot.tracks)
        axes.set_title(plot.title, loc="left", pad=SYMBOLS_PT)
        axes.set_xlim(0, duration_s)
        figure.savefig(target, **how)


def _draw_phonemes(axes: Any, plot: ContourPlot) -> None:
    """Faint lines at the boundaries, symbols above the middle of each phoneme."""
    ends_s = np.cumsum(plot.durations) * HOP_S
    for end_s in ends_s[:-1]:
        axes.axvline(end_s, color=FAINT, linewidth=0.6, zorder=0)
    for symbol, end_s, frames in zip(plot.symbols, ends_s, plot.durations, strict=True):
        middle_s = end_s - frames * HOP_S / 2
        axes.text(
            middle_s,
            1.0,
            symbol,
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="bottom",
            fontsize=6.5,
            color=INK,
        )


def _draw_tracks(axes: Any, tracks: Mapping[str, Track]) -> None:
    """Lines broken where a track is unvoiced, on a logarithmic scale in Hz."""
    for (name, track), line in zip(tracks.items(), LINES, strict=False):
        shown = np.where(track > 0, track, np.nan)
        times_s = (np.arange(len(track)) + 0.5) * HOP_S
        axes.plot(times_s, shown, label=name, solid_capstyle="round", **line)
    heard = np.concatenate([track[track > 0] for track in tracks.values()])
    axes.set_yscale("log")
    _scale_hz(axes, heard)
    axes.set_xlabel("s")
    axes.set_ylabel("F0 in Hz")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _scale_hz(axes: Any, heard: Track) -> None:
    """From a little below what is heard to a little above, ticks at round numbers."""
    low_hz, high_hz = (heard.min(), heard.max()) if len(heard) else (80.0, 320.0)
    low_hz, high_hz = 0.94 * low_hz, 1.06 * high_hz
    step = next(s for s in (5, 10, 20, 50, 100, 200) if (high_hz - low_hz) / s <= 8 or s == 200)
    ticks = np.arange(np.ceil(low_hz / step) * step, high_hz, step)
    axes.set_ylim(low_hz, high_hz)
    axes.set_yticks(ticks, [f"{tick:.0f}" for tick in ticks])
    axes.set_yticks([], minor=True)

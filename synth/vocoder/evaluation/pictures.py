"""Figures of an evaluation: paired gains, a metric against training, spectrogram pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from synth.audio.mel import NARROW, FloatArray, FrontEnd
from synth.audio.spectrogram import HOP_S, RANGE_DB, levels_db

from .systems import NATURAL, Input, System

FOREST_METRICS = (
    "pesq_wb",
    "estoi",
    "mr_stft",
    "log_mel_l1",
    "periodicity_rmse",
    "voicing_error",
    "f0_rmse_cents",
    "dnsmos_ovrl",
)
_INK, _BETTER, _WORSE, _OPEN = "#33373d", "#0b6e4f", "#a4243b", "#6b7280"
_DPI = 110
N_COLORS = 32  # of a picture for the documentation
PAUSE_HOPS = 25  # of silence between two signals measured on one scale


@dataclass(frozen=True)
class Pair:
    """A recording (N,) and a rendering of it (N,), at one rate."""

    name: str
    recording: FloatArray
    output: FloatArray


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="white")


def draw_forest(rows: Sequence[Mapping[str, Any]], title: str, path: Path) -> None:
    """One panel per metric, one line per compared pair and split; right of zero is better.

    Args:
        rows: differences as ``summary.differences`` makes them, of one condition and input.
    """
    metrics = [m for m in FOREST_METRICS if any(row["metric"] == m for row in rows)]
    labels = list(dict.fromkeys(_label(row) for row in rows))
    figure = _figure(2.2 * len(metrics) + 2.5, 0.28 * len(labels) + 1.2)
    panels = np.atleast_1d(figure.subplots(1, len(metrics), sharey=True))
    for panel, metric in zip(panels, metrics, strict=True):
        _draw_panel(panel, [row for row in rows if row["metric"] == metric], labels)
        panel.set_title(metric, fontsize=9)
    panels[0].set_yticks(range(len(labels)), labels, fontsize=8)
    panels[0].invert_yaxis()
    figure.suptitle(title, fontsize=10)
    figure.savefig(path)


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['first']} over {row['second']}, {row['split']}"


def _draw_panel(panel: Any, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> None:
    panel.axvline(0, color=_INK, linewidth=0.8)
    for row in rows:
        place = labels.index(_label(row))
        low, high = row["low"], row["high"]
        if low is None:
            panel.plot(row["mean"], place, "x", color=_OPEN)
            continue
        color = _BETTER if low > 0 else _WORSE if high < 0 else _OPEN
        panel.plot([low, high], [place, place], color=color, linewidth=1.6)
        panel.plot(row["mean"], place, "o", color=color, markersize=4)
    panel.tick_params(labelsize=7)


def draw_curve(points: Sequence[Mapping[str, Any]], metrics: Sequence[str], path: Path) -> None:
    """Gains over Griffin-Lim against hours of training, with intervals; above zero is better.

    Args:
        points: as ``curve.curve_points`` makes them.
    """
    figure = _figure(2.3 * len(metrics), 2.4)
    for panel, metric in zip(np.atleast_1d(figure.subplots(1, len(metrics))), metrics, strict=True):
        own = [point for point in points if point["metric"] == metric]
        hours = [p["hours"] for p in own]
        panel.axhline(0, color=_INK, linewidth=0.8)
        panel.plot(hours, [p["mean"] for p in own], "o-", color=_BETTER, markersize=3)
        if all(p["low"] is not None for p in own):
            lows, highs = [p["low"] for p in own], [p["high"] for p in own]
            panel.fill_between(hours, lows, highs, color=_BETTER, alpha=0.15, linewidth=0)
        panel.set_title(metric, fontsize=9)
        panel.set_xlabel("processor hours", fontsize=8)
        panel.tick_params(labelsize=7)
    figure.savefig(path)
    _with_few_colors(path)


def draw_examples(
    given: Input, systems: Iterable[System], folder: Path, front_end: FrontEnd = NARROW
) -> None:
    """One recording through every system: audio, and spectrograms under the reference's."""
    folder.mkdir(parents=True, exist_ok=True)
    for system in systems:
        output = system.render(given)
        output = output / max(1.0, float(np.abs(output).max()))
        soundfile.write(folder / f"{system.name}.flac", output, front_end.rate_hz)
        if system.name != NATURAL:
            pair = Pair(system.name, given.recording, output)
            draw_pair(pair, folder / f"{system.name}.png", front_end)


def draw_sheet(pairs: Sequence[Pair], title: str, path: Path, front_end: FrontEnd = NARROW) -> None:
    """A contact sheet: one row per pair, the recording left, the rendering right."""
    figure = _figure(8.4, 1.5 * len(pairs) + 0.3)
    rows = np.atleast_2d(figure.subplots(len(pairs), 2, sharey=True))
    for panels, pair in zip(rows, pairs, strict=True):
        levels = levels_of(pair, front_end.rate_hz)
        for panel, shown, name in zip(panels, levels, ("recording", title), strict=True):
            _show(panel, shown, front_end.rate_hz)
            panel.set_title(f"{pair.name}, {name}", fontsize=7, pad=2)
            panel.tick_params(labelsize=6, length=2)
    figure.savefig(path)
    _with_few_colors(path)


def _with_few_colors(path: Path) -> None:
    """The picture with a palette of its own, in a third of the bytes."""
    from PIL import Image

    whole = Image.open(path).convert("RGB")
    picture = whole.quantize(N_COLORS, method=Image.Quantize.MAXCOVERAGE)
    picture.save(path, optimize=True)


def draw_pair(pair: Pair, path: Path, front_end: FrontEnd = NARROW) -> None:
    """The reference's spectrogram over the output's, on one scale."""
    figure = _figure(9.0, 5.0)
    panels = figure.subplots(2, 1, sharex=True)
    levels = levels_of(pair, front_end.rate_hz)
    for panel, shown, name in zip(panels, levels, ("reference", pair.name), strict=True):
        _show(panel, shown, front_end.rate_hz)
        panel.set_title(name, fontsize=9)
        panel.set_ylabel("kHz", fontsize=8)
    figure.savefig(path)


def levels_of(pair: Pair, rate_hz: int) -> tuple[FloatArray, FloatArray]:
    """Levels (K, T) of recording and rendering in dB under the louder one's loudest bin."""
    hop = round(HOP_S * rate_hz)
    n_frames = -(-len(pair.recording) // hop)
    apart = np.zeros((n_frames + PAUSE_HOPS) * hop - len(pair.recording))
    both = levels_db(np.concatenate([pair.recording, apart, pair.output]), rate_hz)
    start = n_frames + PAUSE_HOPS
    return both[:, :n_frames], both[:, start : start + n_frames]


def _show(panel: Any, levels: FloatArray, rate_hz: int) -> None:
    panel.imshow(
        levels,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=-RANGE_DB,
        vmax=0.0,
        extent=(0.0, levels.shape[1] * HOP_S, 0.0, rate_hz / 2000),
    )

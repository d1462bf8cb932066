"""Figures of an evaluation: paired gains, a metric against training, spectrogram pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synth.audio.mel import RATE_HZ, FloatArray
from synth.audio.spectrogram import levels_db

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
    """Metrics against hours of training, with intervals, the baselines as level lines.

    Args:
        points: {"system", "hours", "metric", "mean", "low", "high"}; hours None for baselines.
    """
    figure = _figure(3.4 * len(metrics), 3.0)
    for panel, metric in zip(np.atleast_1d(figure.subplots(1, len(metrics))), metrics, strict=True):
        own = [point for point in points if point["metric"] == metric]
        steps = sorted((p for p in own if p["hours"] is not None), key=lambda p: p["hours"])
        hours = [p["hours"] for p in steps]
        panel.plot(hours, [p["mean"] for p in steps], "o-", color=_BETTER, markersize=3)
        if all(p["low"] is not None for p in steps):
            lows, highs = [p["low"] for p in steps], [p["high"] for p in steps]
            panel.fill_between(hours, lows, highs, color=_BETTER, alpha=0.15, linewidth=0)
        for point in own:
            if point["hours"] is None:
                panel.axhline(point["mean"], color=_OPEN, linewidth=0.8, linestyle="--")
                panel.annotate(point["system"], (0, point["mean"]), fontsize=7, color=_OPEN)
        panel.set_title(metric, fontsize=9)
        panel.set_xlabel("hours of one CPU thread", fontsize=8)
        panel.tick_params(labelsize=7)
    figure.savefig(path)


def draw_pair(reference: FloatArray, output: FloatArray, title: str, path: Path) -> None:
    """The reference's spectrogram over the output's, on one scale."""
    figure = _figure(9.0, 5.0)
    for panel, samples, name in zip(
        figure.subplots(2, 1, sharex=True), (reference, output), ("reference", title), strict=True
    ):
        panel.imshow(
            levels_db(samples, RATE_HZ),
            origin="lower",
            aspect="auto",
            cmap="magma",
            extent=(0.0, len(samples) / RATE_HZ, 0.0, RATE_HZ / 2000),
        )
        panel.set_title(name, fontsize=9)
        panel.set_ylabel("kHz", fontsize=8)
    figure.savefig(path)

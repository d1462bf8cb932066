"""The bar that prosody transfer is held to, line by line, with what was found.

Set before training (the project's aim for output audio); what falls short is written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config import AGG, BASE
from .summary import PHONE_ERROR, SIMILARITY_RATIO
from .systems import COPY, TEXTLESS, TIMED, ZEROED

Row = Mapping[str, Any]
SAME, UNSEEN = "same speaker", "unseen speaker"


@dataclass(frozen=True)
class Line:
    """One demand: a metric of a system (less a second one's) that is to be at least or at most.

    ``limits``: by who speaks the reference. ``off_zero``: the whole interval must be, too.
    """

    what: str
    metric: str
    system: str
    limits: Mapping[str, float]
    at_least: bool
    second: str = ""
    off_zero: bool = False

    @property
    def has_ceiling(self) -> bool:
        """Whether what copies reach says how far the figure can get."""
        return not self.second and self.system == AGG

    def is_met(self, found: Row, limit: float) -> bool:
        """Whether a figure is on the right side of its limit."""
        mean, low, high = found["mean"], found["low"], found["high"]
        far = mean >= limit if self.at_least else mean <= limit
        clear = low is not None and (low > 0 or high < 0)
        return bool(far and (clear or not self.off_zero))


def both(limit: float) -> dict[str, float]:
    """The same limit whoever speaks the reference."""
    return {SAME: limit, UNSEEN: limit}


LINES: Sequence[Line] = (
    Line("F0 correlation", "f0_r", AGG, {SAME: 0.92, UNSEEN: 0.90}, True),
    Line("FFE", "ffe", AGG, {SAME: 0.06, UNSEEN: 0.15}, False),
    Line("F0 correlation over base", "f0_r", AGG, both(0.20), True, BASE + TIMED, True),
    Line("FFE over base", "ffe", AGG, both(-0.06), False, BASE + TIMED, True),
    Line("F0 correlation, F0 zeroed", "f0_r", AGG + ZEROED, both(0.35), False),
    Line("duration correlation", "duration_r", AGG, both(0.90), True),
    Line("phone error over copy", PHONE_ERROR, AGG, {SAME: 0.05, UNSEEN: 0.10}, False, COPY),
    Line("similarity to target", SIMILARITY_RATIO, AGG, both(0.90), True),
    Line("textless phone error over agg", PHONE_ERROR, TEXTLESS, both(0.10), False, AGG),
)


def bar_rows(
    cells: Sequence[Row], differences: Sequence[Row], equivalences: Sequence[Row]
) -> Iterator[dict[str, Any]]:
    """Every demand at every source where it was measured."""
    for line in LINES:
        for row, found in _figures(line, cells, differences):
            limit = line.limits[_whose(row)]
            yield {
                **_about(row, line.what),
                "limit": limit,
                "at_least": line.at_least,
                **{name: found[name] for name in ("mean", "low", "high")},
                "copy": _of_copy(row, line.metric, cells) if line.has_ceiling else None,
                "is_met": line.is_met(found, limit),
            }
    for row in equivalences:
        what = f"textless equivalent in {row['metric']}"
        about = {**_about(row, what), "limit": row["margin"], "at_least": False, "copy": None}
        found = {name: row[name] for name in ("mean", "low", "high")}
        yield {**about, **found, "is_met": row["is_shown"]}


def _of_copy(row: Row, metric: str, cells: Sequence[Row]) -> float | None:
    """What copies of the same recordings reach: no output can be expected to do better."""
    for cell in cells:
        if cell["system"] == COPY and _about(cell, "") == _about(row, ""):
            found = cell["metrics"].get(metric)
            return None if found is None else found["mean"]
    return None


def _figures(
    line: Line, cells: Sequence[Row], differences: Sequence[Row]
) -> Iterator[tuple[Row, Row]]:
    """What a demand is about, row by row, and its figure."""
    if line.second:
        wanted = (line.system, line.second, line.metric)
        for row in differences:
            if (row["system"], row["second"], row["metric"]) == wanted:
                yield row, row
        return
    for row in cells:
        if row["system"] == line.system and line.metric in row["metrics"]:
            yield row, row["metrics"][line.metric]


def _whose(row: Row) -> str:
    return SAME if row["speaker"] == row["voice"] else UNSEEN


def _about(row: Row, what: str) -> dict[str, Any]:
    return {"what": what, **{name: row[name] for name in ("voice", "speaker", "cut")}}

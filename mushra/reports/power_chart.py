"""The curve of power over sentences, one line a number of listeners, as coordinates for an SVG."""

from dataclasses import dataclass, replace
from typing import Any

from mushra.stats.crossed import VarianceComponents
from mushra.stats.power import Plan, crossed_power

WIDTH, HEIGHT = 620.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 130.0, 12.0, 44.0
N_POINTS = 40
MIN_ITEMS_SHOWN = 40
PARTS = ("listener", "item", "residual", "speaker")


@dataclass(frozen=True)
class Line:
    """One number of listeners: its curve, and its label at the end of it."""

    n_listeners: int
    points: str
    label_x: float
    label_y: float
    is_planned: bool


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis, in pixels."""

    at: float
    label: str


@dataclass(frozen=True)
class PowerChart:
    """Everything the template draws, in pixels of a WIDTH x HEIGHT box."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    target_y: float
    target_label: str
    planned_x: float
    planned_y: float


def power_chart(document: dict[str, Any]) -> PowerChart:
    """The chart of a `mushra.reports.planning.planning_document`."""
    design = document["design"]
    plan = _plan(document)
    most = max(MIN_ITEMS_SHOWN, 2 * design["n_items"], document["required_items"] or 0)
    scale = _Scale(most)
    lines = [_line(plan, n, scale) for n in _listeners(design["n_listeners"])]
    return PowerChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        x_ticks=tuple(Tick(scale.x(n), str(n)) for n in _round_steps(most)),
        y_ticks=tuple(Tick(scale.y(p / 100), f"{p} %") for p in (0, 20, 40, 60, 80, 100)),
        lines=tuple(_apart(lines)),
        target_y=scale.y(design["target_power"]),
        target_label=f"{round(100 * design['target_power'])} %",
        planned_x=scale.x(design["n_items"]),
        planned_y=scale.y(document["power"]),
    )


@dataclass(frozen=True)
class _Scale:
    most_items: int

    def x(self, n_items: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * n_items / self.most_items, 1)

    def y(self, power: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - power), 1)


def _plan(document: dict[str, Any]) -> Plan:
    design, parts = document["design"], document["components"]
    return Plan(
        components=VarianceComponents(**{part: parts[part] for part in PARTS}),
        n_listeners=design["n_listeners"],
        n_items=design["n_items"],
        difference=design["difference"],
        alpha=design["alpha"],
        n_comparisons=design["n_comparisons"],
        n_speakers=design["n_speakers"],
    )


def _listeners(planned: int) -> list[int]:
    """Half of, as planned, twice and ten times the listeners: enough to see the floor."""
    return sorted({max(2, planned // 2), planned, 2 * planned, 10 * planned})


def _line(plan: Plan, n_listeners: int, scale: _Scale) -> Line:
    items = sorted(
        {round(2 + (scale.most_items - 2) * k / (N_POINTS - 1)) for k in range(N_POINTS)}
    )
    other = replace(plan, n_listeners=n_listeners)
    powers = [crossed_power(other.with_items(n)) for n in items]
    points = " ".join(f"{scale.x(n)},{scale.y(p)}" for n, p in zip(items, powers, strict=True))
    return Line(
        n_listeners=n_listeners,
        points=points,
        label_x=WIDTH - RIGHT + 8,
        label_y=scale.y(powers[-1]),
        is_planned=n_listeners == plan.n_listeners,
    )


def _apart(lines: list[Line], *, gap: float = 17.0) -> list[Line]:
    """The labels moved down where they would cover each other; most listeners on top."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda line: line.label_y):
        y = max(line.label_y, placed[-1].label_y + gap if placed else TOP)
        placed.append(replace(line, label_y=y))
    return placed


def _round_steps(most: int) -> list[int]:
    step = next(step for step in (5, 10, 20, 50, 100, 250) if most / step <= 8)
    return list(range(0, most + 1, step))

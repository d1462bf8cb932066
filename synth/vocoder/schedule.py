"""The learning rate over a training's steps, the same for every network here."""

from __future__ import annotations

import math
from typing import Protocol


class Schedule(Protocol):
    """What decides it: steps of linear warm-up, and the share that is left at the end."""

    @property
    def warmup_steps(self) -> int: ...

    @property
    def final_rate(self) -> float: ...


def rate_share(step: int, steps: int, schedule: Schedule) -> float:
    """Share of the learning rate at a step of so many: linear warm-up, then a half cosine."""
    if step < schedule.warmup_steps:
        return max(0, step + 1) / schedule.warmup_steps
    progress = min(1.0, (step - schedule.warmup_steps) / max(1, steps - schedule.warmup_steps))
    return schedule.final_rate + (1.0 - schedule.final_rate) * 0.5 * (
        1.0 + math.cos(math.pi * progress)
    )

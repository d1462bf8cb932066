"""How far a run's kept steps are from Griffin-Lim with 60 iterations, against training time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .intervals import clustered_mean
from .summary import Observation, gains, rounded
from .systems import GRIFFIN_LIM

CURVE_METRICS = (
    "pesq_wb",
    "estoi",
    "mr_stft",
    "log_mel_l1",
    "periodicity_rmse",
    "voicing_error",
)


def curve_points(
    observations: Sequence[Observation], steps: Mapping[str, tuple[int, float]]
) -> list[dict[str, Any]]:
    """Gains over Griffin-Lim of every kept step, with intervals; more than zero is better.

    Args:
        steps: system -> (step, processor hours), in any order.
    """
    points = []
    for name, (step, hours) in sorted(steps.items(), key=lambda item: item[1]):
        for metric in CURVE_METRICS:
            values, clips = gains(observations, name, GRIFFIN_LIM, metric)
            if values:
                found = clustered_mean(values, [clip.speaker for clip in clips])
                row = rounded(vars(found))
                points.append({"step": step, "hours": round(hours, 3), "metric": metric, **row})
    return points

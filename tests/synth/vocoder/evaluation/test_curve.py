"""The distance of kept steps to Griffin-Lim, against hours."""

import pytest

from synth.vocoder.evaluation.curve import curve_points

from .observed import clip, observation

CLIPS = [clip(f"k{n}", speaker=f"s{n % 3}") for n in range(6)]


def observations():
    return [
        observation(of, name, pesq_wb=value, mr_stft=distance)
        for of in CLIPS
        for name, value, distance in (
            ("griffin_lim", 4.0, 0.5),
            ("run-000000", 3.0, 0.9),
            ("run-000100", 3.5, 0.4),
        )
    ]


def test_points_are_gains_over_griffin_lim_in_the_order_of_training():
    points = curve_points(observations(), {"run-000100": (100, 0.2), "run-000000": (0, 0.0)})
    found = [(p["step"], p["metric"], p["mean"]) for p in points]
    assert found == [
        (0, "pesq_wb", pytest.approx(-1.0)),
        (0, "mr_stft", pytest.approx(-0.4)),
        (100, "pesq_wb", pytest.approx(-0.5)),
        (100, "mr_stft", pytest.approx(0.1)),
    ]
    assert all(p["n_speakers"] == 3 and p["low"] <= p["mean"] <= p["high"] for p in points)


def test_a_metric_that_is_nowhere_defined_has_no_point():
    points = curve_points(observations(), {"run-000000": (0, 0.0)})
    assert "estoi" not in {p["metric"] for p in points}

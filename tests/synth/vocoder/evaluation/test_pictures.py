"""Pictures for the documentation: small, and of what they say."""

import pytest
from PIL import Image

from synth.vocoder.evaluation.pictures import N_COLORS, Pair, draw_curve, draw_sheet, levels_of

from ..signals import voice

SECOND = 16_000


def pairs(count):
    return [Pair(f"pair {k}", voice(3 * SECOND, seed=k), voice(3 * SECOND)) for k in range(count)]


def test_a_sheet_is_small_and_grows_with_its_pairs(tmp_path):
    heights = []
    for count in (1, 5):
        draw_sheet(pairs(count), "universal", tmp_path / "sheet.png")
        picture = Image.open(tmp_path / "sheet.png")
        heights.append(picture.height)
        assert picture.mode == "P"
        assert len(picture.getcolors()) <= N_COLORS
    assert heights[1] > 3 * heights[0]
    assert (tmp_path / "sheet.png").stat().st_size < 400_000


def test_both_signals_are_shown_on_one_scale_and_in_step():
    sound = voice(2 * SECOND)
    first, second = levels_of(Pair("half as loud", sound, 0.5 * sound), SECOND)
    assert first.shape == second.shape
    assert first.max() == pytest.approx(0.0, abs=0.01)
    loud = first[:, 20:-20] > -40
    assert (first - second)[:, 20:-20][loud] == pytest.approx(6.02, abs=0.3)


def test_a_silent_rendering_is_drawn_too(tmp_path):
    silent = Pair("silent", voice(SECOND), 0 * voice(SECOND))
    draw_sheet([silent], "universal", tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").width > 500


def test_a_curve_is_drawn_without_intervals_too(tmp_path):
    points = [
        {"step": k, "hours": k / 10, "metric": "pesq_wb", "mean": -k, "low": low, "high": low}
        for k, low in enumerate((0.0, None, 1.0))
    ]
    draw_curve(points, ["pesq_wb"], tmp_path / "curve.png")
    assert 0 < (tmp_path / "curve.png").stat().st_size < 60_000

"""Plots of contours: the same bytes for the same input, and everything on them."""

import numpy as np
import pytest

from synth.prosody.plots import ContourPlot, contour_svg, write_contours


def a_plot(**changed):
    track = np.where(np.arange(30) < 10, 0.0, 120 + np.arange(30.0))
    values = {
        "title": "costs $5 & more",
        "tracks": {"reference": track, "output": 1.1 * track},
        "symbols": ("pau", "aa", "$"),
        "durations": np.array([10, 12, 8]),
    }
    return ContourPlot(**{**values, **changed})


def test_the_same_input_gives_the_same_bytes(tmp_path):
    assert contour_svg(a_plot()) == contour_svg(a_plot())
    for name in ("first.png", "second.png"):
        write_contours(a_plot(), tmp_path / name)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


def test_another_contour_is_another_picture():
    other = a_plot(tracks={"reference": np.full(30, 120.0)})
    assert contour_svg(other) != contour_svg(a_plot())


def test_an_svg_file_is_the_document(tmp_path):
    write_contours(a_plot(), tmp_path / "one.svg")
    text = (tmp_path / "one.svg").read_text()
    assert text == contour_svg(a_plot())
    assert "<svg" in text


def test_tracks_without_voice_are_drawn_all_the_same():
    assert "<svg" in contour_svg(a_plot(tracks={"reference": np.zeros(30)}))


def test_drawing_leaves_the_settings_as_they_were():
    import matplotlib as mpl

    before = mpl.rcParams["svg.hashsalt"]
    contour_svg(a_plot())
    assert mpl.rcParams["svg.hashsalt"] == before


@pytest.mark.parametrize(
    "changed",
    [
        {"tracks": {}},
        {"tracks": {"a": np.zeros(30), "b": np.zeros(29)}},
        {"tracks": {str(n): np.zeros(30) for n in range(6)}},
        {"durations": np.array([10, 12, 9])},
        {"symbols": ("pau", "aa")},
    ],
)
def test_what_does_not_fit_together_is_refused(changed):
    with pytest.raises(ValueError, match=r"tracks|frames|symbols"):
        a_plot(**changed)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.bmp"):
        write_contours(a_plot(), tmp_path / "one.bmp")

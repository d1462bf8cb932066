"""The figures in docs/networks.md are those that the evaluation wrote."""

import pytest

from benchmarks.vocoders_doc import DOCUMENT, SECTIONS, filled, read_results, sections

TEXT = DOCUMENT.read_text(encoding="utf-8")


def test_every_figure_is_that_of_the_results():
    assert filled(TEXT, read_results()) == TEXT, "Run: python benchmarks/vocoders_doc.py"


def test_every_section_is_in_the_document_once():
    assert sorted(sections(TEXT)) == sorted(SECTIONS)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_another_result_is_another_section(name):
    marked = f"<!-- vocoders: {name} -->\nold figures\n<!-- end of vocoders -->"
    assert "old figures" not in filled(marked, read_results())


def test_a_gain_says_whether_its_interval_leaves_zero():
    row: dict[str, object] = {
        "first": "a",
        "second": "b",
        "split": "unseen_speaker",
        "condition": "clean",
        "input": "true",
        "metric": "pesq_wb",
        "n_speakers": 4,
        "mean": 0.2,
        "high": 0.3,
    }
    marked = "<!-- vocoders: gains -->\n<!-- end of vocoders -->"
    clear = filled(marked, {"differences": [row | {"low": 0.1}]})
    open_ = filled(marked, {"differences": [row | {"low": -0.1}]})
    assert "**+0.200** [+0.100, +0.300]" in clear
    assert "| +0.200 [-0.100, +0.300]" in open_

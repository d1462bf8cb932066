"""The figures in docs/performance.md are those that the benchmarks wrote."""

from benchmarks.performance_doc import DOCUMENT, filled, sections
from benchmarks.results import RESULTS

ELSEWHERE = {"vocoders"}  # in docs/networks.md
TEXT = DOCUMENT.read_text(encoding="utf-8")


def test_every_figure_is_that_of_the_results():
    assert filled(TEXT) == TEXT, "Run: python benchmarks/performance_doc.py"


def test_every_benchmark_has_its_section():
    measured = {path.stem for path in RESULTS.glob("*.json")} - ELSEWHERE
    assert sorted(sections(TEXT)) == sorted(measured)
    assert sections(TEXT)

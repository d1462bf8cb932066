"""The figures between the markers of pages in docs/ are those that the benchmarks wrote."""

import pytest

from benchmarks.performance_doc import DOCUMENT, PLANNING, STATISTICS, filled, sections
from benchmarks.results import RESULTS

# In docs/networks.md and docs/prosody.md, which have generators of their own.
PREFIXES = ("vocoders", "prosody_")
ELSEWHERE = {path.stem for path in RESULTS.glob("*.json") if path.stem.startswith(PREFIXES)}
TEXTS = [page.read_text(encoding="utf-8") for page in (DOCUMENT, STATISTICS, PLANNING)]


@pytest.mark.parametrize("text", TEXTS, ids=["performance", "statistics", "planning"])
def test_every_figure_is_that_of_the_results(text):
    assert filled(text) == text, "Run: python benchmarks/performance_doc.py"


def test_every_benchmark_has_its_section():
    measured = {path.stem for path in RESULTS.glob("*.json")} - ELSEWHERE
    placed = [name for text in TEXTS for name in sections(text)]

    assert sorted(placed) == sorted(measured)
    assert placed

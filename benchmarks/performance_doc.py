"""Writes the figures of results/*.json between the markers of pages in docs/.

python benchmarks/performance_doc.py
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.results import RESULTS, report_lines  # noqa: E402

DOCUMENT = ROOT / "docs" / "performance.md"
STATISTICS = ROOT / "docs" / "statistics.md"
PLANNING = ROOT / "docs" / "planning.md"
_SECTION = re.compile(r"(<!-- results: (\w+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


def filled(text: str) -> str:
    """The document with every marked section made anew from its JSON file."""
    return _SECTION.sub(lambda found: f"{found[1]}{figures(found[2])}\n{found[3]}", text)


def sections(text: str) -> list[str]:
    """The benchmarks that the document has a section for."""
    return [found[2] for found in _SECTION.finditer(text)]


def figures(benchmark: str) -> str:
    """One benchmark's tables, and under which circumstances they were measured."""
    path = RESULTS / f"{benchmark}.json"
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return "\n".join([*report_lines(content), "", _circumstances(content)])


def _circumstances(content: Mapping[str, Any]) -> str:
    machine = content["machine"]
    settings = ", ".join(f"{name} {value}" for name, value in content["settings"].items())
    return (
        f"Commit {content['commit']}; {machine['cores']} cores ({machine['cpu']}), Python "
        f"{machine['python']}, load {machine['load_1min']} at the end; {settings}."
    )


if __name__ == "__main__":
    for document in (DOCUMENT, STATISTICS, PLANNING):
        document.write_text(filled(document.read_text(encoding="utf-8")), encoding="utf-8")

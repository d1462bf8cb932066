"""Writes the figures of results/prosody_*.json and of the population into docs/prosody.md.

python benchmarks/prosody_doc.py
"""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.prosody_transfer_doc import read_results as read_transfer  # noqa: E402
from benchmarks.prosody_transfer_doc import transfer_parts  # noqa: E402
from benchmarks.results import RESULTS, report_lines  # noqa: E402
from synth.datasets.tables import replace_generated  # noqa: E402
from synth.prosody.population import Population  # noqa: E402
from synth.prosody.samples import SPREAD  # noqa: E402

PAGE = ROOT / "docs" / "prosody.md"
TABLES = {
    "trackers, known pitch": ("prosody_pitch", "Against a known pitch"),
    "trackers, alone": ("prosody_pitch", "By themselves"),
    "trackers, compared": ("prosody_pitch", "Against each other"),
    "rebuilt lines": ("prosody_statistics", "Rebuilt lines"),
    "F0 from few phrases": ("prosody_statistics", "F0 from few phrases"),
    "energy from few phrases": ("prosody_statistics", "Energy from few phrases"),
    "stand-ins": ("prosody_statistics", "Labels and their stand-ins"),
    "alignment": ("prosody_alignment", "Onsets against labels"),
    "true times": ("prosody_alignment", "Onsets against true times"),
    "wrong texts": ("prosody_alignment", "Right and wrong texts"),
    "stored alignments": ("prosody_alignment", "Stored alignments"),
    "alignment speed": ("prosody_alignment", "Alignment speed"),
    "copies": ("prosody_statistics", "Copies by Griffin-Lim"),
    "recognizers": ("prosody_recognizer", "Phone error"),
    "recognizers, speed": ("prosody_recognizer", "Recognizers' speed"),
}


def generated_parts(results: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The generated parts of the page, by name.

    Args:
        results: what the benchmarks wrote, by the name of the benchmark.
    """
    parts = {
        part: "\n".join(table_of(results[benchmark], title))
        for part, (benchmark, title) in TABLES.items()
    }
    parts["population"] = "\n".join(population_lines(Population.read()))
    return parts | transfer_parts(read_transfer())


def table_of(content: Mapping[str, Any], title: str) -> list[str]:
    """One table of a report as Markdown lines, without its title."""
    chosen = {"tables": {title: content["tables"][title]}, "ratios": {}, "notes": []}
    return list(report_lines(chosen))[3:]


def population_lines(population: Population) -> list[str]:
    """The priors as Markdown lines."""
    lines = [
        "| feature | mean ± sd over speakers | usual sd of a speaker (÷ × over speakers) | "
        "phrase's share | prior is worth |",
        "|---|---|---|---|---|",
    ]
    for feature in SPREAD:
        prior = getattr(population, feature)
        sd, factor = math.exp(prior.log_sd), math.exp(prior.log_sd_sd)
        lines.append(
            f"| {feature} | {prior.mean:.2f} ± {prior.mean_sd:.2f} | {sd:.2f} (÷ × {factor:.2f}) | "
            f"{prior.phrase_share:.2f} | {prior.strength:.1f} independent phonemes, "
            f"{prior.strength_in_phrases:.2f} long phrases |"
        )
    return lines


def read_results() -> dict[str, Mapping[str, Any]]:
    """What the benchmarks wrote."""
    names = {benchmark for benchmark, _ in TABLES.values()}
    return {
        name: json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8")) for name in names
    }


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(replace_generated(page, generated_parts(read_results())), encoding="utf-8")

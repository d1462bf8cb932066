"""Write what the prepared corpus holds: figures, tables and the facts of its splits.

    python scripts/describe_corpora.py
    python scripts/describe_corpora.py --rate 24000

Reads $EARSHOT_DATA/corpus and noises (default: var/data) and writes
synth/datasets/corpora.json, synth/datasets/split-facts.json.gz and the tables of
docs/corpora.md; at 24 kHz corpora-24000.json and its part of that page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.datasets import tables  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import RATES_HZ, WIDE_RATE_HZ, corpus_folder  # noqa: E402
from synth.datasets.records import RATE_HZ  # noqa: E402
from synth.datasets.sources import SOURCES  # noqa: E402
from synth.datasets.speaker_check import RESULT  # noqa: E402
from synth.datasets.split_facts import write_split_facts  # noqa: E402

PAGE = ROOT / "docs" / "corpora.md"


def generated_parts(summary: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, str]:
    """The generated parts of docs/corpora.md by name."""
    distinct = tables.clusters(found, "train")
    voices = sum(one["split"] == "train" for one in found["voices"].values())
    noises = summary["noises"]
    return {
        "splits": tables.splits_table(summary),
        "tiers": tables.tiers_table(summary),
        "noises": f"{noises['files']} noises, {noises['minutes']} minutes.",
        "packages": tables.packages_table(source for source, _ in SOURCES),
        "speakers": tables.speakers_table(summary),
        "voices": tables.voices_table(found),
        "alike": tables.alike_table(found),
        "distinct": f"Counting pairs above {found['threshold']} as one person, the {voices} "
        f"voices trained on are {distinct}.",
    }


def wide_parts(summary: Mapping[str, Any]) -> dict[str, str]:
    """The generated part of docs/corpora.md on the corpus of 24 kHz."""
    learned, bandwidth_hz = summary["learned_from"], summary["bandwidth_hz"]
    text = (
        f"Learned from, the overdriven apart: {learned['utterances']:,} utterances, "
        f"{learned['minutes']} minutes, {learned['speaker_groups']} speaker groups, "
        f"{len(learned['languages'])} languages. Median bandwidth: {bandwidth_hz:,} Hz."
    )
    return {"wide": f"{tables.splits_table(summary)}\n\n{text}"}


def write_described(path: Path, summary: Mapping[str, Any], parts: Mapping[str, str]) -> None:
    """Write the figures of a corpus and their parts of the page."""
    text = json.dumps(summary, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    page = tables.replace_generated(PAGE.read_text(encoding="utf-8"), parts)
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    """Describe the prepared corpus of a rate below the data folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, choices=RATES_HZ, default=RATE_HZ, help="in Hz")
    data = data_folder()
    if parser.parse_args().rate == WIDE_RATE_HZ:
        wide = PreparedCorpus.open(corpus_folder(data, WIDE_RATE_HZ), rate_hz=WIDE_RATE_HZ)
        summary = tables.summarize_wide(wide.utterances)
        write_described(tables.WIDE_SUMMARY, summary, wide_parts(summary))
        return
    corpus = PreparedCorpus.open(data / "corpus")
    noises = PreparedCorpus.open(data / "noises")
    summary = tables.summarize(corpus.utterances, noises.utterances)
    write_split_facts(corpus.utterances)
    found = json.loads(RESULT.read_text(encoding="utf-8"))
    write_described(tables.SUMMARY, summary, generated_parts(summary, found))


if __name__ == "__main__":
    main()

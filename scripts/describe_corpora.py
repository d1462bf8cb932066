"""Write what the prepared corpus holds: figures, tables and the facts of its splits.

    python scripts/describe_corpora.py

Reads $EARSHOT_DATA/corpus and noises (default: var/data) and writes
synth/datasets/corpora.json, synth/datasets/split-facts.json.gz and the tables of
docs/corpora.md.
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


def main() -> None:
    """Describe the prepared corpus below the data folder."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    data = data_folder()
    corpus = PreparedCorpus.open(data / "corpus")
    noises = PreparedCorpus.open(data / "noises")
    summary = tables.summarize(corpus.utterances, noises.utterances)
    text = json.dumps(summary, indent=1, ensure_ascii=False)
    tables.SUMMARY.write_text(text + "\n", encoding="utf-8")
    write_split_facts(corpus.utterances)
    found = json.loads(RESULT.read_text(encoding="utf-8"))
    page = tables.replace_generated(
        PAGE.read_text(encoding="utf-8"), generated_parts(summary, found)
    )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Align every recording of the prepared corpus that has a text, into one file.

    EARSHOT_DATA=/somewhere python scripts/align_corpus.py RUNS/everybody/state.pt

Writes $EARSHOT_DATA/alignments.jsonl.gz, or what --out names; read it with
synth.align.store.read_alignments. state.pt is of scripts/train_aligner.py, with taught.txt beside
it. Needs espeak-ng.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.corpus import align_corpus  # noqa: E402
from synth.align.store import write_alignments  # noqa: E402
from synth.align.train import read_network  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402


def main() -> None:
    """Align and say how many were believed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path, help="of a run of scripts/train_aligner.py")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = data_folder()
    corpus = PreparedCorpus.open(corpus_folder(data))
    taught = set(arguments.state.with_name("taught.txt").read_text().split())
    network = read_network(arguments.state)
    found = list(align_corpus(corpus, data / "sources", network, taught))
    write_alignments(arguments.out or data / "alignments.jsonl.gz", found)
    counts = Counter((one.speaker, one.reason or "believed") for one in found)
    for (speaker, verdict), n in sorted(counts.items()):
        print(f"{speaker:<20} {verdict:<12} {n}")


if __name__ == "__main__":
    main()

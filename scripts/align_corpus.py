"""Align every recording of the prepared corpus that has a text, into one file.

    EARSHOT_DATA=/somewhere python scripts/align_corpus.py RUNS/everybody/state.pt \\
        --voice ru_nsh RUNS/ru/state.pt --voice cs_fish_small RUNS/small/state.pt \\
        --voice cs_fish_big RUNS/big/state.pt

Writes $EARSHOT_DATA/alignments.jsonl.gz, or what --out names; read it with
synth.align.store.read_alignments. Each state.pt is of scripts/train_aligner.py, with taught.txt
beside it; --voice names aligners for one voice and its references. Needs espeak-ng.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.corpus import AlignerOf, align_corpus  # noqa: E402
from synth.align.store import write_alignments  # noqa: E402
from synth.align.train import read_network  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402


def aligner_of(state: Path, voice: str = "") -> AlignerOf:
    """A run's network with what it learned from."""
    taught = frozenset(state.with_name("taught.txt").read_text().split())
    return AlignerOf(read_network(state), taught, voice)


def main() -> None:
    """Align and say how many were believed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path, help="of a run of scripts/train_aligner.py")
    parser.add_argument("--voice", nargs=2, action="append", default=[], metavar=("VOICE", "STATE"))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = data_folder()
    corpus = PreparedCorpus.open(corpus_folder(data))
    aligners = [aligner_of(arguments.state)]
    aligners += [aligner_of(Path(state), voice) for voice, state in arguments.voice]
    found = [one for own in aligners for one in align_corpus(corpus, data / "sources", own)]
    write_alignments(arguments.out or data / "alignments.jsonl.gz", found)
    counts = Counter((one.voice, one.speaker, one.reason or "believed") for one in found)
    for (voice, speaker, verdict), n in sorted(counts.items()):
        print(f"{voice or 'everybody':<14} {speaker:<18} {verdict:<12} {n}")


if __name__ == "__main__":
    main()

"""Fetch the training corpora as Debian packages and prepare them at 16 kHz.

Everything lands below $EARSHOT_DATA (default: var/data): packages/ holds the
downloads, sources/ the unpacked files, corpus/ the prepared corpus.

    python scripts/fetch_corpora.py
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from synth.datasets.prepared import PreparedCorpus, prepare  # noqa: E402
from synth.datasets.records import Source  # noqa: E402
from synth.datasets.sources import NOISE_SOURCES, SOURCES  # noqa: E402


def data_folder() -> Path:
    """The folder everything is stored below."""
    return Path(os.environ.get("EARSHOT_DATA", ROOT / "var" / "data")).resolve()


def unpack(source: Source, data: Path) -> Path:
    """The unpacked package's folder, downloading it first where needed."""
    target = data / "sources" / source.package
    if target.exists():
        return target
    packages = data / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    if not list(packages.glob(f"{source.package}_*.deb")):
        subprocess.run(["apt-get", "download", source.package], cwd=packages, check=True)
    archive = sorted(packages.glob(f"{source.package}_*.deb"))[-1]
    partial = target.with_suffix(".partial")
    subprocess.run(["dpkg-deb", "-x", str(archive), str(partial)], check=True)
    partial.rename(target)
    return target


def print_summary(corpus: PreparedCorpus) -> None:
    """Minutes by speaker and split on standard output."""
    minutes: dict[tuple[str, str], float] = {}
    for utterance in corpus.utterances:
        key = (utterance.speaker, utterance.split)
        minutes[key] = minutes.get(key, 0.0) + utterance.duration_s / 60
    for (speaker, split), total in sorted(minutes.items()):
        print(f"{speaker:20} {split:10} {total:7.1f} min")


def main() -> None:
    """Fetch, unpack and prepare."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    data = data_folder()
    unpacked = [(unpack(source, data), source, reader) for source, reader in SOURCES]
    count = prepare(data / "corpus", unpacked)
    print(f"{count} utterances in {data / 'corpus'}")
    noises = [(unpack(source, data), source, reader) for source, reader in NOISE_SOURCES]
    print(f"{prepare(data / 'noises', noises)} noises in {data / 'noises'}")
    print_summary(PreparedCorpus.open(data / "corpus"))


if __name__ == "__main__":
    main()

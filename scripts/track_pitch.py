"""Find the pitch cycles of the prepared corpus' training split, as training needs them.

    python scripts/track_pitch.py
    python scripts/track_pitch.py --rate 24000

Training does this by itself; here it can be done beforehand. About a minute of processor
time for ten minutes of speech (docs/networks.md); found once, kept beside the corpus.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder, progress  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import RATES_HZ, corpus_folder  # noqa: E402
from synth.datasets.records import RATE_HZ  # noqa: E402
from synth.datasets.splits import TRAIN  # noqa: E402
from synth.datasets.tracks import TRACKS, Track, Tracks, track, write_tracks  # noqa: E402

WRITE_EVERY_S = 60.0


def track_corpus(corpus: PreparedCorpus, indices: Sequence[int], folder: Path) -> Tracks:
    """The tracks of these utterances, those not found earlier found now and kept in ``folder``."""
    path = folder / TRACKS
    found: dict[str, Track] = {}
    if path.exists():
        known = Tracks.open(path)
        found = {sha256: known.of(sha256) for sha256 in known.places}
    missing = [index for index in indices if corpus.utterances[index].sha256 not in found]
    written = time.monotonic()
    for index in progress(missing, desc="pitch", unit="utt"):
        samples = corpus.samples_of(index)
        found[corpus.utterances[index].sha256] = track(samples, rate_hz=corpus.rate_hz)
        if time.monotonic() - written > WRITE_EVERY_S:
            write_tracks(path, found)
            written = time.monotonic()
    if missing:
        write_tracks(path, found)
    return Tracks.open(path)


def main() -> None:
    """Find what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, choices=RATES_HZ, default=RATE_HZ, help="in Hz")
    rate_hz = parser.parse_args().rate
    folder = corpus_folder(data_folder(), rate_hz)
    corpus = PreparedCorpus.open(folder, rate_hz=rate_hz)
    tracks = track_corpus(corpus, corpus.indices(TRAIN), folder)
    print(f"{len(tracks.places)} tracks in {folder / TRACKS}")


if __name__ == "__main__":
    main()

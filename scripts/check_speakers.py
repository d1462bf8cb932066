"""Look for unseen speakers whose voice is heard in the training set, by speaker embeddings.

    python scripts/check_speakers.py

Reads the prepared corpus below $EARSHOT_DATA (default: var/data) and writes
synth/datasets/speakers.json: for each voice (speaker, language and condition) the closest
voice of the training set and its cosine. Needs Resemblyzer (requirements-training.txt).
A voice of the unseen split above the threshold belongs into HEARD_SPEAKERS of
synth/datasets/splits.py: the run ends with an error until it is there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.records import RATE_HZ  # noqa: E402
from synth.datasets.speaker_check import (  # noqa: E402
    RESULT,
    THRESHOLD,
    describe_voices,
    leaking,
    voices_of,
)

SPEECH_S = 60.0  # of each voice, in two halves


def embedder() -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    """A function from 16 kHz samples to a speaker embedding of length 1."""
    import torch
    from resemblyzer import VoiceEncoder, preprocess_wav

    torch.set_num_threads(1)
    encoder = VoiceEncoder("cpu", verbose=False)

    def embed(samples: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(encoder.embed_utterance(preprocess_wav(samples, RATE_HZ)), np.float64)

    return embed


def halves(corpus: PreparedCorpus, indices: list[int]) -> list[NDArray[np.float32]]:
    """Two stretches of a voice of up to 30 s, of different utterances where there are two.

    Utterances are taken in the order of their hashes, so that the choice is fixed.
    """
    order = sorted(indices, key=lambda index: corpus.utterances[index].sha256)
    parts: list[list[NDArray[np.int16]]] = [[], []]
    if len(order) == 1:
        whole = corpus.samples_of(order[0])
        parts = [[whole[: len(whole) // 2]], [whole[len(whole) // 2 :]]]
    else:
        for position, index in enumerate(order):
            parts[position % 2].append(corpus.samples_of(index))
    limit = int(SPEECH_S / 2 * RATE_HZ)
    return [np.concatenate(part)[:limit].astype(np.float32) / 32768.0 for part in parts]


def measure(corpus: PreparedCorpus) -> dict[str, list[NDArray[np.float64]]]:
    """The embeddings of both halves of every voice."""
    from tqdm import tqdm

    embed = embedder()
    voices = voices_of(corpus.utterances)
    return {
        name: [embed(half) for half in halves(corpus, indices)]
        for name, indices in tqdm(sorted(voices.items()), unit="voice")
    }


def print_leaks(found: Mapping[str, Any]) -> None:
    """The unseen voices above the threshold on standard output."""
    for voice in leaking(found):
        entry = found["voices"][voice]
        print(f"{voice} sounds like {entry['closest']}: cosine {entry['cosine']:.2f}")


def main() -> None:
    """Embed every voice, compare, write and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=data_folder() / "corpus")
    arguments = parser.parse_args()
    corpus = PreparedCorpus.open(arguments.corpus)
    found = describe_voices(corpus.utterances, measure(corpus))
    RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print_leaks(found)
    if leaking(found):
        raise SystemExit(f"Unseen voices above a cosine of {THRESHOLD}: see {RESULT.name}.")


if __name__ == "__main__":
    main()

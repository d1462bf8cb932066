"""How many sounds a recognizer gets wrong, of speakers it was taught and of others.

    EARSHOT_DATA=/somewhere python benchmarks/bench_recognizer.py RUNS/recognizer/recognizer \\
        RUNS/judge/recognizer --aligner RUNS/everybody/state.pt

Checkpoints of scripts/train_recognizer.py, and for comparison an aligner's network of
scripts/train_aligner.py decoded the same way. Nothing is adapted to a speaker. The sounds expected
are those of the text by espeak-ng: where a reader says it otherwise, that counts as an error too.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.corpus import phone_set_of, text_of  # noqa: E402
from synth.align.features import features_of  # noqa: E402
from synth.align.sentences import as_float, read_sentences  # noqa: E402
from synth.align.train import read_network  # noqa: E402
from synth.datasets import splits  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import TEST, VOICES, read_records, stressed_texts  # noqa: E402
from synth.prosody.metrics import PhoneErrors, phone_errors  # noqa: E402
from synth.recognize.checkpoint import read_recognizer  # noqa: E402
from synth.recognize.recognizer import (  # noqa: E402
    Recognizer,
    sounds_expected,
    without_repeats,
)

OTHERS = ("nl_fish_small", "nl_fish_big", "tux_ro", "tux_fr", "tux_bg", "tux_el", "tux_da")
RECORDINGS = 40  # of a speaker, the first by their hashes
LEAST_SOUNDS = 5
FRAMES_PER_HOUR = 360_000


@dataclass(frozen=True, eq=False)
class Tested:
    """A speaker's recordings that no recognizer was taught: features (T, M), sounds expected."""

    speaker: str
    language: str
    features: Sequence[np.ndarray]
    expected: Sequence[tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Ear:
    """A recognizer and the speakers it was taught."""

    name: str
    recognizer: Recognizer
    taught: frozenset[str]


def tested_speakers(corpus: PreparedCorpus, sources: Path) -> Iterator[Tested]:
    """The test parts of target voices and their references, then other speakers' test splits."""
    marked = stressed_texts(sources)
    places: dict[str, set[int]] = {}
    for voice in VOICES:
        for record in read_records(corpus.utterances, sources, voice):
            if record.part == TEST:
                places.setdefault(record.utterance.speaker, set()).add(record.index)
    for place, one in enumerate(corpus.utterances):
        is_other = one.speaker in OTHERS and one.split != splits.TRAIN and one.text
        if is_other and not one.is_overdriven:
            places.setdefault(one.speaker, set()).add(place)
    for speaker, own in places.items():
        yield tested(corpus, speaker, own, marked)


def tested(
    corpus: PreparedCorpus, speaker: str, places: set[int], marked: Mapping[str, str]
) -> Tested:
    """Some of a speaker's recordings."""
    ordered = sorted(places, key=lambda place: corpus.utterances[place].sha256)
    language = corpus.utterances[ordered[0]].language
    texts = [(place, text_of(corpus.utterances[place], marked)) for place in ordered]
    sentences = read_sentences(texts, language, phone_set=phone_set_of(speaker))
    pairs = [(one.index, sounds_expected(one.phonemes)) for one in sentences]
    chosen = [(place, sounds) for place, sounds in pairs if len(sounds) >= LEAST_SOUNDS]
    chosen = chosen[:RECORDINGS]
    features = [features_of(as_float(corpus, place)) for place, _ in chosen]
    return Tested(speaker, language, features, [sounds for _, sounds in chosen])


def error_row(ear: Ear, one: Tested) -> Row:
    """The errors of all of a speaker's recordings together."""
    errors = PhoneErrors(0, 0, 0, 0)
    for features, expected in zip(one.features, one.expected, strict=True):
        heard = without_repeats(ear.recognizer.heard(features).sounds)
        errors += phone_errors(expected, heard)
    return {
        "recognizer": ear.name,
        "speaker": one.speaker,
        "language": one.language,
        "speaker_taught": "yes" if one.speaker in ear.taught else "no",
        "recordings": len(one.features),
        "sounds": errors.n_reference,
        "phone_error_percent": 100 * errors.rate,
        "substituted_percent": 100 * errors.substitutions / errors.n_reference,
        "missed_percent": 100 * errors.deletions / errors.n_reference,
        "added_percent": 100 * errors.insertions / errors.n_reference,
    }


def speed_row(ear: Ear, one: Tested) -> Row:
    """Processor time for an hour of speech, without its features."""
    began = time.process_time()
    for features in one.features:
        ear.recognizer.heard(features)
    hours = sum(map(len, one.features)) / FRAMES_PER_HOUR
    size = sum(weights.numel() for weights in ear.recognizer.network.parameters())
    seconds = time.process_time() - began
    return {"recognizer": ear.name, "parameters": size, "CPU_s_per_hour": seconds / hours}


def ear_of(stem: Path) -> Ear:
    """A checkpoint, named after its run's folder."""
    card = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    name = stem.parent.name if stem.name == "recognizer" else stem.name
    return Ear(name, read_recognizer(stem), frozenset(card["training"]["minutes"]))


def aligner_as_ear(state: Path, like: Recognizer, corpus: PreparedCorpus) -> Ear:
    """An aligner's network, which has divided its sounds' frequencies out already."""
    hashes = set(state.with_name("taught.txt").read_text().split())
    taught = {one.speaker for one in corpus.utterances if one.sha256 in hashes}
    loop = replace(like.loop, prior_share=0.0)
    return Ear("aligner", Recognizer(read_network(state), like.log_prior, loop), frozenset(taught))


def main() -> None:
    """Measure every recognizer on every speaker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stems", type=Path, nargs="+", help="checkpoints, without a suffix")
    parser.add_argument("--aligner", type=Path, help="state.pt of a run of train_aligner.py")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = data_folder()
    corpus = PreparedCorpus.open(corpus_folder(data))
    ears = [ear_of(stem) for stem in arguments.stems]
    if arguments.aligner:
        ears.append(aligner_as_ear(arguments.aligner, ears[0].recognizer, corpus))
    speakers = list(tested_speakers(corpus, data / "sources"))
    tables = {
        "Phone error": [error_row(ear, one) for one in speakers for ear in ears],
        "Recognizers' speed": [speed_row(ear, speakers[0]) for ear in ears],
    }
    settings = {f"{ear.name}_version": ear.recognizer.version for ear in ears}
    notes = ["The sounds expected are espeak-ng's reading of the text, not what a person heard."]
    publish(Report("prosody_recognizer", settings, tables, {}, notes))


if __name__ == "__main__":
    settle()
    main()

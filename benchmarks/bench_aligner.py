"""How well an aligner finds when sounds begin, and which texts are not what is said.

    EARSHOT_DATA=/somewhere python benchmarks/bench_aligner.py RUNS/everybody/state.pt \\
        --voice ru_nsh RUNS/ru/state.pt --voice cs_fish_small RUNS/small/state.pt \\
        --voice cs_fish_big RUNS/big/state.pt --alignments alignments.jsonl.gz

Runs of scripts/train_aligner.py: one that has never seen a label, and those for one voice, of
which the one for ru_nsh learned from that voice's labels; and what scripts/align_corpus.py made of
them. Measured against those labels on sentences that neither has heard; against the true times of
espeak-ng's speech in voices, at speeds and in rooms that it was not taught; and, where flite is
installed, of another synthesizer's. Texts are made wrong to see whether that is found, with limits
set on half of a speaker's recordings and tried on the other half.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from benchmarks.flite_speech import UNTAUGHT_ROOMS, flite_examples  # noqa: E402
from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.align_corpus import aligner_of  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.agreement import agreement, onset_errors  # noqa: E402
from synth.align.alignment import align_posteriors, judged  # noqa: E402
from synth.align.corpus import AlignerOf, Heard, groups_of, hear  # noqa: E402
from synth.align.examples import Example  # noqa: E402
from synth.align.network import AlignerNetwork, log_posteriors  # noqa: E402
from synth.align.script import Script  # noqa: E402
from synth.align.sentences import Sentence, guessed_durations_of, labeled_example  # noqa: E402
from synth.align.store import StoredAlignment, read_alignments  # noqa: E402
from synth.align.teaching import Manners, spoken_examples  # noqa: E402
from synth.align.verdicts import OPEN, limits_of, misread, other_texts  # noqa: E402
from synth.align.viterbi import best_durations  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import TEST, VOICES, read_records  # noqa: E402

LABELED = "ru_nsh"
UNTAUGHT = Manners(
    ("+m7", "+m8", "+klatt4", "+Andy", "+steph"),
    (110, 150, 200, 240),
    (40, 60),
    rooms=UNTAUGHT_ROOMS,
)
SPOKEN = 24  # sentences of each language
LANGUAGES = ("ru", "cs", "nl", "fr", "el", "da")
SPEAKERS = (  # with the split that nothing was learned from, or None for all
    ("ru_nsh", "ru"),
    ("tux_ru", "ru"),
    ("cs_fish_small", "cs"),
    ("cs_fish_big", "cs"),
    ("nl_fish_small", "nl"),
    ("tux_fr", "fr"),
    ("tux_ro", "ro"),
    ("tux_el", "el"),
    ("tux_da", "da"),
)
JUDGED = 200  # recordings of a speaker, half of them for the limits
LEAST_SOUNDS = 12  # fewer tell no text from another


@dataclass(frozen=True)
class Corpus:
    """The prepared corpus and the sources beside it."""

    prepared: PreparedCorpus
    sources: Path
    groups: dict[tuple[str, str], list[Sentence]]

    @classmethod
    def open(cls) -> "Corpus":
        """That of the data folder."""
        data = data_folder()
        prepared = PreparedCorpus.open(corpus_folder(data))
        return cls(prepared, data / "sources", groups_of(prepared, data / "sources"))


def onset_row(
    scripts: Sequence[Script], durations: Sequence[np.ndarray | None], examples: Sequence[Example]
) -> Row:
    """How far onsets are from those of examples with known durations."""
    errors = [
        onset_errors(script, one, example)
        for script, one, example in zip(scripts, durations, examples, strict=True)
        if one is not None
    ]
    found = agreement(errors)
    return {
        "sentences": len(errors),
        "onsets": found.n_onsets,
        "median_ms": found.median,
        "mean_ms": found.mean,
        "p90_ms": found.p90,
        "within_20_ms_percent": 100 * found.within_20,
    }


def aligned(
    network: AlignerNetwork, examples: Sequence[Example], scripts: Sequence[Script]
) -> list[np.ndarray | None]:
    """The durations that a network finds."""
    posteriors = log_posteriors(network, [one.features for one in examples])
    return best_durations(posteriors, [script.chain for script in scripts])


def label_rows(corpus: Corpus, networks: dict[str, AlignerNetwork]) -> Iterator[Row]:
    """Distances from the labels of the test part, phones being read from the text."""
    records = read_records(corpus.prepared.utterances, corpus.sources, LABELED)
    tested = {one.index: one for one in records if one.label_path and one.part == TEST}
    sentences = [one for one in corpus.groups[LABELED, "ru"] if one.index in tested]
    examples = [labeled_example(corpus.prepared, tested[one.index]) for one in sentences]
    scripts = [one.script for one in sentences]
    guesses = guessed_durations_of(corpus.prepared, sentences)
    yield {"aligned_by": "warping to espeak-ng"} | dict(onset_row(scripts, guesses, examples))
    for name, network in networks.items():
        found = aligned(network, examples, scripts)
        yield {"aligned_by": name} | dict(onset_row(scripts, found, examples))


def true_rows(corpus: Corpus, network: AlignerNetwork) -> Iterator[Row]:
    """Distances from the true times of synthetic speech."""
    for language in LANGUAGES:
        pooled = [
            one for (_, own), some in corpus.groups.items() if own == language for one in some
        ]
        pooled.sort(key=lambda one: corpus.prepared.utterances[one.index].sha256, reverse=True)
        examples = spoken_examples(pooled[:SPOKEN], UNTAUGHT, seed=7)
        yield from spoken_rows(f"espeak-ng {language}", network, examples)
    for voice, examples in flite_examples().items():
        yield from spoken_rows(f"flite {voice} en", network, examples)


def spoken_rows(speech: str, network: AlignerNetwork, examples: Sequence[Example]) -> Iterator[Row]:
    """Speech as it is, and the same in rooms with the same times."""
    wet = [replace(one, features=one.wet) for one in examples if one.wet is not None]
    yield {"speech": speech} | dict(example_row(network, examples))
    yield {"speech": f"{speech}, in rooms"} | dict(example_row(network, wet))


def example_row(network: AlignerNetwork, examples: Sequence[Example]) -> Row:
    """The same of examples of which the sounds are known."""
    scripts = [one.script for one in examples]
    return onset_row(scripts, aligned(network, examples, scripts), examples)


def verdict_rows(corpus: Corpus, aligners: Sequence[AlignerOf]) -> Iterator[Row]:
    """How many right and wrong texts of each speaker are believed."""
    everybody, *of_voices = aligners
    for speaker, language in SPEAKERS:
        for aligner in (everybody, *(one for one in of_voices if one.is_for(speaker))):
            heard = hear(
                corpus.prepared,
                judged_sentences(corpus, aligner, speaker, language),
                aligner.network,
            )
            row = {"speaker": speaker, "aligner_for": aligner.voice or "everybody"}
            yield row | {"warp": heard.factor} | dict(verdict_row(heard))


def judged_sentences(
    corpus: Corpus, aligner: AlignerOf, speaker: str, language: str
) -> list[Sentence]:
    """A speaker's sentences that the aligner has not learned from, by their hashes."""
    hashes = {
        one.index: corpus.prepared.utterances[one.index].sha256
        for one in corpus.groups[speaker, language]
    }
    own = [
        one
        for one in corpus.groups[speaker, language]
        if hashes[one.index] not in aligner.taught and len(one.script.sounds) - 2 >= LEAST_SOUNDS
    ]
    return sorted(own, key=lambda one: hashes[one.index])[:JUDGED]


def verdict_row(heard: Heard) -> Row:
    """Limits from every other recording, tried on those between."""
    scripts = [one.script for one in heard.sentences]
    limits = limits_of(heard.posteriors[::2], scripts[::2])
    tried, posteriors = scripts[1::2], heard.posteriors[1::2]
    others = other_texts(tried)
    partly = [misread(own, other) for own, other in zip(tried, others, strict=True)]
    shares: dict[str, float] = {}
    kinds = (("right_accepted", tried), ("wrong_refused", others), ("partly_wrong_refused", partly))
    for name, chosen in kinds:
        found = align_posteriors(posteriors, chosen, OPEN)
        ok = [bool(one.symbols) and judged(one, limits).ok for one in found]
        shares[f"{name}_percent"] = 100 * float(
            np.mean(ok if name == "right_accepted" else ~np.array(ok))
        )
    return {"tried": len(tried), "score_limit": limits.score, **shares}


def stored_rows(path: Path) -> Iterator[Row]:
    """How much of each speaker the file of alignments holds, and how much of it is believed."""
    for voice in ("", *VOICES):
        groups: dict[str, list[StoredAlignment]] = {}
        for one in read_alignments(path, voice=voice).values():
            if one.voice == voice:
                groups.setdefault(one.speaker, []).append(one)
        for speaker, own in sorted(groups.items()):
            frames = sum(int(one.frames.sum()) for one in own)
            believed = sum(int(one.frames.sum()) for one in own if one.ok)
            yield {
                "aligner_for": voice or "everybody",
                "speaker": speaker,
                "recordings": len(own),
                "minutes": frames / 6000,
                "believed_percent": 100 * float(np.mean([one.ok for one in own])),
                "believed_minutes": believed / 6000,
            }


def speed_rows(corpus: Corpus, network: AlignerNetwork) -> Iterator[Row]:
    """Processor time for an hour of speech."""
    chosen = corpus.groups[LABELED, "ru"][:40]
    began = time.process_time()
    heard = hear(corpus.prepared, chosen, network)
    listening_s = time.process_time() - began
    align_posteriors(heard.posteriors, [one.script for one in chosen], OPEN)
    viterbi_s = time.process_time() - began - listening_s
    guessed_durations_of(corpus.prepared, chosen)
    warping_s = time.process_time() - began - listening_s - viterbi_s
    hours = sum(len(one) for one in heard.posteriors) / 360_000
    steps = (("features and network", listening_s), ("Viterbi", viterbi_s))
    for step, seconds in (*steps, ("warping to four voices", warping_s)):
        yield {"step": step, "CPU_s_per_hour": seconds / hours}


def settings_of(path: Path, name: str) -> dict[str, int | float]:
    """How long a run was trained."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    cpu_s = float(path.with_name("cpu_s").read_text())
    return {f"{name}_steps": state["step"], f"{name}_training_cpu_s": cpu_s}


def main() -> None:
    """Measure one run of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path, help="of a run that has seen no labels")
    parser.add_argument("--alignments", type=Path, required=True, help="of align_corpus.py")
    parser.add_argument("--voice", nargs=2, action="append", default=[], metavar=("VOICE", "STATE"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    aligners = [aligner_of(arguments.state)]
    aligners += [aligner_of(Path(state), voice) for voice, state in arguments.voice]
    network = aligners[0].network
    corpus = Corpus.open()
    own = {one.voice: one.network for one in aligners}[LABELED]
    networks = {"network, no labels": network, "network, labels": own}
    tables = {
        "Onsets against labels": list(label_rows(corpus, networks)),
        "Onsets against true times": list(true_rows(corpus, network)),
        "Right and wrong texts": list(verdict_rows(corpus, aligners)),
        "Stored alignments": list(stored_rows(arguments.alignments)),
        "Alignment speed": list(speed_rows(corpus, network)),
    }
    settings = settings_of(arguments.state, "everybody")
    for voice, state in arguments.voice:
        settings |= settings_of(Path(state), voice)
    notes = ["The labels are machine made: the first table says how far two aligners agree."]
    publish(Report("prosody_alignment", settings, tables, {}, notes))


if __name__ == "__main__":
    settle()
    main()

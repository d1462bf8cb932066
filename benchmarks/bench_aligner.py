"""How well an aligner agrees with the labels of sentences it has not heard, and finds wrong texts.

    EARSHOT_DATA=/somewhere python benchmarks/bench_aligner.py RUNS/NAME/state.pt \\
        --from-text RUNS/OTHER/state.pt

Runs of scripts/train_aligner.py on ru_nsh: one with whole phones, learned from labels, and one
that was trained with --from-text and has never seen a label. Thresholds are set on the validation
part and applied to the test part.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.agreement import (  # noqa: E402
    agreement,
    misread,
    onset_errors,
    other_texts,
    thresholds,
)
from synth.align.alignment import Alignment, Thresholds, align_posteriors, judged  # noqa: E402
from synth.align.classes import Classes, fold, fold_posteriors  # noqa: E402
from synth.align.network import AlignerNetwork, log_posteriors  # noqa: E402
from synth.align.script import Script  # noqa: E402
from synth.align.sentences import Sentence, examples_of, text_scripts  # noqa: E402
from synth.align.train import read_network  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import TEST, VALIDATION, read_records, voice_of  # noqa: E402

VOICE = "ru_nsh"
OPEN = Thresholds()
Posteriors = list[NDArray[np.float32]]


class Part:
    """Held-out sentences and what the network hears in them, whole and folded."""

    def __init__(self, sentences: Sequence[Sentence], network: AlignerNetwork) -> None:
        self.sentences = sentences
        self.examples = [one.example for one in sentences]
        self.scripts = [one.script for one in self.examples]
        began = time.process_time()
        self.whole = log_posteriors(network, [one.features for one in self.examples])
        self.listening_s = time.process_time() - began
        self.classes = network.config.classes
        self.folds, into = fold(self.classes)
        self.folded = [fold_posteriors(one, into) for one in self.whole]

    def align(self, scripts: Sequence[Script], *, folded: bool = True) -> list[Alignment]:
        """Alignments with any scripts, folded or not."""
        posteriors: Posteriors = self.folded if folded else self.whole
        classes: Classes = self.folds if folded else self.classes
        return align_posteriors(posteriors, scripts, classes, OPEN)

    def wrong(self) -> list[Script]:
        """Other sentences' texts."""
        return other_texts(self.scripts)

    def misread(self) -> list[Script]:
        """The right texts but for some phones in the middle."""
        return [misread(a, b) for a, b in zip(self.scripts, self.wrong(), strict=True)]


def parts_of(network: AlignerNetwork) -> tuple[Part, Part]:
    """The validation and the test part of the voice."""
    data = data_folder()
    corpus = PreparedCorpus.open(corpus_folder(data))
    records = read_records(corpus.utterances, data / "sources", VOICE)
    own = [one for one in records if one.label_path]
    validation, test = (
        Part(examples_of(corpus, [r for r in own if r.part == part], voice_of(VOICE)), network)
        for part in (VALIDATION, TEST)
    )
    return validation, test


def agreement_rows(test: Part, learned_from: str) -> Iterator[Row]:
    """Distances of onsets from the labels', by classes and by where the phones come from."""
    read = text_scripts([one.record for one in test.sentences], voice_of(VOICE))
    texts = [read[one.record.index] for one in test.sentences]
    ways = [("labels", test.scripts, False), ("labels", test.scripts, True), ("text", texts, True)]
    for phones_from, scripts, folded in ways:
        if test.classes.folds and not folded:
            continue
        found = test.align(scripts, folded=folded)
        errors = [onset_errors(a, b) for a, b in zip(found, test.examples, strict=True)]
        all_of_them = agreement(errors)
        yield {
            "learned_from": learned_from,
            "phones_from": phones_from,
            "classes": "folded" if folded else "whole",
            "sentences": len(found),
            "onsets": all_of_them.n_onsets,
            "median_ms": all_of_them.median,
            "mean_ms": all_of_them.mean,
            "p90_ms": all_of_them.p90,
            "within_20_ms_percent": 100 * all_of_them.within_20,
        }


def verdict_rows(validation: Part, test: Part) -> Iterator[Row]:
    """How many texts of each kind are refused, with limits set on the validation part."""
    limits = thresholds(
        validation.align(validation.scripts),
        validation.align(validation.wrong()),
        validation.align(validation.misread()),
    )
    for text, scripts in (
        ("right", test.scripts),
        ("another sentence's", test.wrong()),
        ("eight phones wrong", test.misread()),
    ):
        found = [judged(one, limits) if one.symbols else one for one in test.align(scripts)]
        yield {
            "text": text,
            "sentences": len(found),
            "score_median": float(np.median([one.score for one in found])),
            "weakest_median": float(np.median([one.weakest for one in found])),
            "refused_percent": 100 * float(np.mean([not one.ok for one in found])),
        }


def speed_rows(test: Part) -> Iterator[Row]:
    """Processor time for a thousand sentences."""
    began = time.process_time()
    test.align(test.scripts)
    viterbi_s = time.process_time() - began
    n = len(test.sentences)
    for step, seconds in (("network", test.listening_s), ("Viterbi", viterbi_s)):
        yield {"step": step, "sentences": n, "CPU_s_per_1000": 1000 * seconds / n}


def settings_of(path: Path, name: str) -> dict[str, int | float]:
    """How long a run was trained."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    cpu_s = float(path.with_name("cpu_s").read_text())
    return {f"{name}_steps": state["step"], f"{name}_training_cpu_s": cpu_s}


def main() -> None:
    """Measure one run of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path, help="of a run that learned from labels")
    parser.add_argument("--from-text", type=Path, required=True, help="of one that did not")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    validation, test = parts_of(read_network(arguments.state))
    flat = parts_of(read_network(arguments.from_text))[1]
    onsets = [*agreement_rows(test, "labels"), *agreement_rows(flat, "text alone")]
    tables = {
        "Onsets against labels": onsets,
        "Right and wrong texts": list(verdict_rows(validation, test)),
        "Alignment speed": list(speed_rows(test)),
    }
    settings: dict[str, str | int | float] = {"voice": VOICE}
    settings |= settings_of(arguments.state, "labels")
    settings |= settings_of(arguments.from_text, "text")
    notes = ["The labels are machine made: this is how far two aligners agree."]
    publish(Report("prosody_alignment", settings, tables, {}, notes))


if __name__ == "__main__":
    settle()
    main()

"""Make a checkpoint of an aligner that train_aligner.py trained, with limits for anybody.

    python scripts/make_aligner_checkpoint.py RUNS/everybody synth/weights/aligner

Writes the weights in half precision, the card (.json) and the list of recordings it learned from
(.training.json.gz). A voice at work meets one recording by somebody unknown: the limits by which
texts are believed are those of many speakers together, no prosody reference among them, without
the warp of a known throat. The card says what they accept and refuse, speaker by speaker. Reads
the prepared corpus; needs espeak-ng.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.align.alignment import Aligner, Alignment, Thresholds, align_posteriors  # noqa: E402
from synth.align.alignment import judged as judge  # noqa: E402
from synth.align.checkpoint import write_aligner  # noqa: E402
from synth.align.corpus import groups_of  # noqa: E402
from synth.align.features import features_of  # noqa: E402
from synth.align.network import AlignerNetwork, log_posteriors  # noqa: E402
from synth.align.sentences import Sentence, as_float  # noqa: E402
from synth.align.train import read_network  # noqa: E402
from synth.align.verdicts import OPEN, misread, other_texts, thresholds  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.records import Utterance  # noqa: E402
from synth.datasets.voices import VOICES, never_trained_on  # noqa: E402
from synth.vocoder.card import describe_training, write_training_file  # noqa: E402
from synth.vocoder.infer import file_sha256  # noqa: E402

SAMPLED = 60  # recordings of a speaker
LEAST = 20  # a speaker with fewer tells little
LEAST_SOUNDS = 12  # shorter texts are not told from others


@dataclass(frozen=True, eq=False)
class Tried:
    """One speaker's recordings aligned with their texts, with others, and with a part of others."""

    speaker: str
    right: list[Alignment]
    wrong: list[Alignment]
    partly: list[Alignment]

    def shares(self, limits: Thresholds) -> dict[str, Any]:
        """How many of each are believed or refused."""
        believed = [
            [bool(one.symbols) and judge(one, limits).ok for one in found]
            for found in (self.right, self.wrong, self.partly)
        ]
        accepted, wrong, partly = (100 * float(np.mean(one)) for one in believed)
        return {
            "speaker": self.speaker,
            "tried": len(self.right),
            "right_accepted_percent": round(accepted, 1),
            "wrong_refused_percent": round(100 - wrong, 1),
            "partly_wrong_refused_percent": round(100 - partly, 1),
        }


def try_speaker(
    speaker: str, posteriors: Sequence[NDArray[np.float32]], sentences: Sequence[Sentence]
) -> Tried:
    """A speaker's sentences (their posteriors (T, K)) with right and wrong texts."""
    scripts = [one.script for one in sentences]
    others = other_texts(scripts)
    partly = [misread(own, other) for own, other in zip(scripts, others, strict=True)]
    found = [align_posteriors(posteriors, chosen, OPEN) for chosen in (scripts, others, partly)]
    return Tried(speaker, *found)


def try_corpus(
    corpus: PreparedCorpus, sources: Path, network: AlignerNetwork, taught: frozenset[str]
) -> list[Tried]:
    """Every speaker of whom enough was not learned from."""
    hashes = [one.sha256 for one in corpus.utterances]
    found = []
    for (speaker, _), sentences in groups_of(corpus, sources).items():
        own = [s for s in sentences if hashes[s.index] not in taught]
        own = [s for s in own if len(s.script.sounds) - 2 >= LEAST_SOUNDS]
        chosen = sorted(own, key=lambda one: hashes[one.index])[:SAMPLED]
        if len(chosen) >= LEAST:
            features = [features_of(as_float(corpus, one.index)) for one in chosen]
            found.append(try_speaker(speaker, log_posteriors(network, features), chosen))
    return found


def common_limits(tried: Sequence[Tried]) -> Thresholds:
    """Limits that part right and wrong texts best over all speakers, references left out."""
    barred = never_trained_on(VOICES)
    chosen = [one for one in tried if one.speaker not in barred]
    parts = ([a for one in chosen for a in getattr(one, k)] for k in ("right", "wrong", "partly"))
    return thresholds(*parts)


def training_of(run: Path, utterances: Sequence[Utterance]) -> dict[str, Any]:
    """What the card says of the training."""
    state = torch.load(run / "state.pt", map_location="cpu", weights_only=True)
    lines = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    history = [json.loads(line) for line in lines]
    return {
        **describe_training(utterances),
        "config": state["training_config"],
        "seed": state["training_config"]["seed"],
        "steps": state["step"],
        "cpu_hours": round(float((run / "cpu_s").read_text()) / 3600, 2),
        "threads": 1,
        "state_sha256": file_sha256(run / "state.pt"),
        "git_commit": history[-1]["git_commit"],
        "history": history,
    }


def write_checkpoint(run: Path, stem: Path, data: Path) -> None:
    """Write an aligner's weights, card and training list to ``stem`` and its suffixes."""
    corpus = PreparedCorpus.open(corpus_folder(data))
    network = read_network(run / "state.pt")
    taught = frozenset((run / "taught.txt").read_text().split())
    utterances = [one for one in corpus.utterances if one.sha256 in taught]
    tried = try_corpus(corpus, data / "sources", network, taught)
    limits = common_limits(tried)
    about = {
        "name": stem.name,
        "parameters": sum(one.numel() for one in network.parameters()),
        "training": training_of(run, utterances),
        "metrics": {"verdicts": [one.shares(limits) for one in tried]},
        "notes": [
            "espeak-ng's speech of known times was learned from too; it is no recording.",
            "Limits come from the speakers below who are no prosody references.",
        ],
    }
    stem.parent.mkdir(parents=True, exist_ok=True)
    write_aligner(Aligner(network, limits), stem, about)
    write_training_file(stem, utterances)


def is_made_of(stem: Path, run: Path) -> bool:
    """Whether the files at ``stem`` are a checkpoint of a run as it stands, and no links."""
    path = stem.with_name(f"{stem.name}.json")
    if not path.exists() or path.is_symlink():
        return False
    card = json.loads(path.read_text(encoding="utf-8"))
    return bool(card["training"].get("state_sha256") == file_sha256(run / "state.pt"))


def main() -> None:
    """Write a checkpoint of a run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("stem", type=Path, help="where to write, without a suffix")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    write_checkpoint(arguments.run, arguments.stem, data_folder())
    card = json.loads(arguments.stem.with_name(f"{arguments.stem.name}.json").read_text())
    print(json.dumps({"limits": card["limits"]}))
    for row in card["metrics"]["verdicts"]:
        print(json.dumps(row))


if __name__ == "__main__":
    main()

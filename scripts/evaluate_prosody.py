"""Measure prosody transfer on output audio: every variant of every voice, beside its controls.

    python scripts/evaluate_prosody.py                        # the voices in synth/weights
    python scripts/evaluate_prosody.py --quick                # four utterances a cell
    python scripts/evaluate_prosody.py --kept-aside           # recordings that no choice looked at
    python scripts/evaluate_prosody.py --run ru_nsh_agg ru_nsh_base --aligner RUNS/everybody
    python scripts/evaluate_prosody.py --run ru_nsh_agg ru_nsh_base --aligner RUNS/everybody --land

Reads the prepared corpus below $EARSHOT_DATA. Says every test sentence of a voice, and those of
its references, in that voice through the universal vocoder, and measures what is heard: pitch by
Praat, durations and words found again, whose voice it is. Every score is kept in
EVALUATION/prosody-scores.jsonl, so that an interrupted command goes on. EVALUATION is
$EARSHOT_DATA/evaluation unless --folder says otherwise.

--run RUN[=NAME] makes network NAME (its variant when left out) of a run of train_prosody.py, and
--aligner RUN the aligner (--voice-aligner VOICE RUN that of one voice), in EVALUATION/weights,
which is then measured in place of synth/weights; --recognizer and --judge name the files of
recognizers that train_recognizer.py wrote.
Nothing in the repository changes without --land, which ships what was measured, its cards
completed; --ship chooses networks. Writes benchmarks/results/prosody_transfer*.json and pictures;
benchmarks/prosody_doc.py writes the tables of docs/prosody.md. Needs espeak-ng and
requirements-evaluation.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from benchmarks.results import RESULTS, commit, machine  # noqa: E402
from scripts.make_aligner_checkpoint import is_made_of  # noqa: E402
from scripts.make_aligner_checkpoint import write_checkpoint as write_aligner  # noqa: E402
from scripts.make_checkpoint import Kept, kept_weights  # noqa: E402
from scripts.make_prosody_checkpoint import (  # noqa: E402
    Places,
    add_places,
    land,
    places_of,
    stage_voice,
)
from synth.audio.opinion import has_opinion_models  # noqa: E402
from synth.audio.speakers import has_speaker_encoder  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.voices import (  # noqa: E402
    KEPT_ASIDE,
    TARGET,
    TEST,
    TRAIN,
    VALIDATION,
    VoiceRecord,
    read_records,
)
from synth.prosody.card import write_card  # noqa: E402
from synth.prosody.config import AGG  # noqa: E402
from synth.prosody.evaluation.bar import bar_rows  # noqa: E402
from synth.prosody.evaluation.pictures import draw_references  # noqa: E402
from synth.prosody.evaluation.references import (  # noqa: E402
    ALIGNER,
    LABELS,
    Hearing,
    Reference,
    Source,
    references_of,
)
from synth.prosody.evaluation.scoring import (  # noqa: E402
    N_CENTER,
    Ears,
    center_of,
    judge_of,
    observe,
    range_of,
    told,
)
from synth.prosody.evaluation.summary import (  # noqa: E402
    cells,
    differences,
    equivalences,
    of_network,
    tabled,
)
from synth.prosody.evaluation.systems import Chain, open_chain, systems_of  # noqa: E402
from synth.prosody.spoken import samples_of  # noqa: E402
from synth.vocoder.evaluation.report import write_results  # noqa: E402
from synth.vocoder.evaluation.scoring import ScoreFile  # noqa: E402
from synth.voices import VOICES, find_voice, find_voices  # noqa: E402

WEIGHTS = ROOT / "synth" / "weights"
IMAGES = ROOT / "docs" / "images"
QUICK = 4
N_RANGE = 20  # recordings that a speaker's range of pitch is taken from
NOTES = (
    "Nobody listened before these figures were written.",
    "Intervals are over utterances of one voice, Student's t (of ratios of sums with leave-one-out "
    "errors; of the similarity ratio by bootstrap): they speak for no other voice.",
    "By labels: the target voice's own sentences, cut by its label files, said with the voice's "
    "own statistics. By aligner: phonemes read from the text and found by the aligner, the "
    "speaker known from that one recording, as the product does it.",
    "Pitch is Praat's. The reference's is mapped to the target voice by the statistics that its "
    "features were mapped by; a copy keeps its own voice and is not mapped.",
    "features is no output: the lines that networks are told, by the tracker of the features, "
    "against Praat's. What it has of VDE is how far two trackers differ on what is voiced.",
    "base and sec_att choose pitch and durations. Their rows in their own time are brought to the "
    "reference's phoneme by phoneme; NAME_timed has the reference's durations.",
    "Durations are those that the aligner finds in the output, against those it finds in the "
    "reference.",
    "Left out, and counted: under a second of speech or half a second of voice, and what the "
    "aligner does not believe, which the product refuses as well.",
)


@dataclass(frozen=True, eq=False)
class Session:
    """One evaluation under way. ``staged``: networks just made of runs, by their stems."""

    arguments: argparse.Namespace
    places: Places
    folder: Path
    weights: Path
    staged: Sequence[Path]
    corpus: PreparedCorpus
    kept: ScoreFile

    @property
    def part(self) -> str:
        """Which recordings are said."""
        return KEPT_ASIDE if self.arguments.kept_aside else TEST

    @property
    def at_most(self) -> int:
        """Utterances in a cell."""
        return QUICK if self.arguments.quick else int(self.arguments.utterances)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--names", nargs="*", default=[], help="voices; all when left out")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the weights")
    parser.add_argument("--run", nargs="*", default=[], help="RUN or RUN=NAME of a network")
    parser.add_argument("--step", type=int, help="with --run: which kept step; the last by default")
    parser.add_argument("--aligner", type=Path, help="folder of a run of train_aligner.py")
    parser.add_argument(
        "--voice-aligner", nargs=2, action="append", default=[], metavar=("VOICE", "RUN")
    )
    parser.add_argument("--recognizer", type=Path, help="stem of what textless hears by")
    parser.add_argument("--judge", type=Path, help="stem of one that never heard the voice")
    parser.add_argument("--land", action="store_true", help="with --run: ship them once measured")
    parser.add_argument("--ship", nargs="*", help="with --land: these networks; all by default")
    parser.add_argument("--quick", action="store_true", help="four utterances a cell, no opinions")
    parser.add_argument("--kept-aside", action="store_true", help="the recordings kept aside")
    parser.add_argument("--utterances", type=int, default=60, help="at most, in a cell")
    parser.add_argument("--pictures", type=int, default=0, help="references drawn per source")
    parser.add_argument("--folder", type=Path, help="of kept scores and staged weights")
    parser.add_argument("--results", type=Path, help="instead of benchmarks/results/")
    add_places(parser)
    arguments = parser.parse_args()
    if arguments.land and (not arguments.run or arguments.quick or arguments.kept_aside):
        parser.error("--land ships the networks of --run after a whole evaluation.")
    return arguments


def open_session(arguments: argparse.Namespace) -> Session:
    """The weights to be measured, and everything that takes."""
    places = places_of(arguments)
    folder = arguments.folder or places.data / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    is_staged = bool(arguments.run or arguments.aligner)
    weights = folder / "weights" if is_staged else arguments.weights
    staged = stage(arguments, weights, places) if is_staged else []
    kept = ScoreFile(folder / "prosody-scores.jsonl")
    return Session(arguments, places, folder, weights, staged, places.corpus, kept)


def stage(arguments: argparse.Namespace, weights: Path, places: Places) -> list[Path]:
    """Make a folder of weights of runs, with the universal vocoder of the shipped ones."""
    shutil.rmtree(weights / VOICES, ignore_errors=True)
    weights.mkdir(parents=True, exist_ok=True)
    for name in ("universal", "aligner", "recognizer"):
        if not (name == "aligner" and arguments.aligner):
            link(arguments.weights / name, weights)
    if arguments.recognizer:
        copy(arguments.recognizer, weights / "recognizer")
    if arguments.aligner:
        stage_aligner(arguments.aligner, weights / "aligner", places)
    for code, run in arguments.voice_aligner:
        stage_aligner(Path(run), weights / f"aligner-of-{code}", places)
        copy(weights / f"aligner-of-{code}", weights / VOICES / code / "aligner")
    return [stage_run(named, weights, places, arguments.step) for named in arguments.run]


def stage_aligner(run: Path, stem: Path, places: Places) -> None:
    """Make an aligner's checkpoint of a run, unless it was made before."""
    if not is_made_of(stem, run):
        for old in stem.parent.glob(f"{stem.name}.*"):
            old.unlink()
        write_aligner(run, stem, places.data)


def link(stem: Path, folder: Path) -> None:
    """Let a checkpoint's files lie in another folder too."""
    for old in folder.glob(f"{stem.name}.*"):
        old.unlink()
    for file in stem.parent.glob(f"{stem.name}.*"):
        (folder / file.name).symlink_to(file.resolve())


def copy(stem: Path, to: Path) -> None:
    """Copy a checkpoint's files to those of another stem."""
    to.parent.mkdir(parents=True, exist_ok=True)
    for file in stem.parent.glob(f"{stem.name}.*"):
        target = to.with_name(to.name + file.name.removeprefix(stem.name))
        target.unlink(missing_ok=True)
        shutil.copyfile(file, target)


def stage_run(named: str, weights: Path, places: Places, step: int | None) -> Path:
    """The stem of the network made of one run."""
    run, _, name = named.partition("=")
    kept: Kept = kept_weights(places.runs / run, step)
    return stage_voice(kept, name or str(kept.state["network_config"]["variant"]), weights, places)


def sources_of(chain: Chain, records: Sequence[VoiceRecord]) -> list[Source]:
    """The voice's own sentences, by labels where it has them and by the aligner; its references."""
    own = chain.voice.speaker
    labeled = any(one.label_path for one in records if one.role == TARGET)
    found = [Source(own, LABELS)] if labeled else []
    return [*found, *(Source(name, ALIGNER) for name in (own, *chain.voice.references))]


def by_hash(records: Sequence[VoiceRecord], at_most: int) -> list[VoiceRecord]:
    """The first records in the order of their hashes."""
    return sorted(records, key=lambda one: one.utterance.sha256)[:at_most]


def ears_of(session: Session, chain: Chain, records: Sequence[VoiceRecord]) -> Ears:
    """What listens to a voice's outputs; nothing of it is set on what is tested of the target."""
    corpus, speaker = session.corpus, chain.voice.speaker

    def recordings(name: str, part: str, count: int) -> list[Any]:
        own = [one for one in records if one.utterance.speaker == name and one.part == part]
        return [samples_of(corpus, one.index) for one in by_hash(own, count)]

    ranges = {speaker: range_of(recordings(speaker, VALIDATION, N_RANGE))}
    for name in chain.voice.references:
        ranges[name] = range_of(recordings(name, session.part, N_RANGE))
    center = center_of(recordings(speaker, TRAIN, N_CENTER)) if has_speaker_encoder() else None
    judge = judge_of(session.arguments.judge, speaker) if session.arguments.judge else (None, "")
    return Ears(
        target=speaker,
        phone_set=chain.voice.phone_set,
        language=chain.voice.language,
        aligner=chain.aligner,
        aligner_version=chain.sha256["aligner"][:12],
        speaker=chain.models[AGG].speaker,
        ranges=ranges,
        center=center,
        judge=judge[0],
        judge_version=judge[1],
        has_opinion=has_opinion_models() and not session.arguments.quick,
    )


def measure_voice(session: Session, code: str) -> dict[str, list[dict[str, Any]]]:
    """Every table of one voice."""
    chain = open_chain(session.weights, code)
    sources = session.places.data / "sources"
    records = read_records(session.corpus.utterances, sources, chain.voice.speaker)
    tested = [one for one in records if one.part == session.part]
    agg = chain.models[AGG]
    hearing = Hearing(session.corpus, chain.voice, chain.aligner, agg.speaker, agg.inventory)
    ears, systems = ears_of(session, chain, records), list(systems_of(chain))
    observations, left_out = [], []
    for source in sources_of(chain, records):
        own = [one for one in tested if one.utterance.speaker == source.speaker]
        found, reasons = references_of(own, source, hearing, at_most=session.at_most)
        about = {"voice": code, "speaker": source.speaker, "cut": source.cut}
        left_out.append(
            {**about, "measured": len(found), "left_out": dict(sorted(reasons.items()))}
        )
        print(json.dumps(left_out[-1]), flush=True)
        observations += [*told(found, ears), *observe(found, systems, ears, session.kept)]
        draw(session, chain, found, ears)
    table = tabled(observations)
    return {
        "left_out": left_out,
        "cells": list(cells(code, table)),
        "differences": list(differences(code, table)),
        "equivalences": list(equivalences(code, table)),
    }


def draw(session: Session, chain: Chain, found: Sequence[Reference], ears: Ears) -> None:
    """Contours and spectrograms of the first references."""
    chosen = found[: session.arguments.pictures]
    if chosen:
        is_shipped = session.weights == WEIGHTS or session.arguments.land
        draw_references(chain, chosen, ears, IMAGES if is_shipped else session.folder)


def results_of(session: Session) -> dict[str, Any]:
    """Everything that is kept of an evaluation, as plain values."""
    codes = session.arguments.names or [one.code for one in find_voices(session.weights / VOICES)]
    if not codes:
        raise SystemExit(f"There is no voice in {session.weights / VOICES}; name runs by --run.")
    tables: dict[str, list[dict[str, Any]]] = {}
    for code in codes:
        for name, rows in measure_voice(session, code).items():
            tables.setdefault(name, []).extend(rows)
    bar = bar_rows(tables["cells"], tables["differences"], tables["equivalences"])
    return {
        "commit": commit(),
        "machine": machine(),
        "settings": settings_of(session),
        "notes": list(NOTES),
        "networks": [row for code in codes for row in described(session.weights, code)],
        **tables,
        "bar": list(bar),
    }


def settings_of(session: Session) -> dict[str, Any]:
    """What a reader must know of how the figures were made."""
    return {
        "part": session.part,
        "at_most": session.at_most,
        "kept_aside": session.arguments.kept_aside,
        "quick": session.arguments.quick,
        "pitch_tracker": "praat",
        "has_judge": session.arguments.judge is not None,
    }


def described(weights: Path, code: str) -> Iterator[dict[str, Any]]:
    """A voice's networks in numbers."""
    voice = find_voice(code, weights / VOICES)
    for path in (voice.folder / f"{name}.safetensors" for name in voice.networks):
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        training = card["training"]
        yield {
            "voice": code,
            "network": path.stem,
            "sha256": card["sha256"],
            "bytes": path.stat().st_size,
            "parameters": card["parameters"],
            **{k: training[k] for k in ("utterances", "minutes", "steps", "cpu_hours")},
        }


def write_cards(session: Session, results: Mapping[str, Any]) -> None:
    """Put each staged network's figures and notes into its card."""
    for stem in session.staged:
        path = stem.with_name(f"{stem.name}.json")
        card = json.loads(path.read_text(encoding="utf-8"))
        own = of_network(results["cells"], stem.parent.name, stem.name)
        write_card(stem, {**card, "metrics": own, "notes": list(NOTES)})


def results_path(session: Session) -> Path:
    """Where the results go: those of shipped weights are part of the repository."""
    arguments = session.arguments
    if arguments.results:
        return Path(arguments.results)
    name = "prosody_transfer" + ("_kept_aside" if arguments.kept_aside else "")
    is_shipped = session.weights == WEIGHTS or arguments.land
    if is_shipped and not (arguments.quick or arguments.names):
        return RESULTS / f"{name}.json"
    return session.folder / f"{name}{'_quick' if arguments.quick else ''}.json"


def print_tables(results: Mapping[str, Any]) -> None:
    """The figures that the bar is about, on standard output."""
    shown = ("f0_r", "f0_rmse_hz", "ffe", "duration_r", "phone_error", "similarity_ratio")
    for cell in results["cells"]:
        found = {m: cell["metrics"].get(m, {}).get("mean") for m in shown}
        means = " ".join(f"{m} {v:.3f}" for m, v in found.items() if v is not None)
        about = f"{cell['speaker']:14} {cell['cut']:8} {cell['system']:17} {cell['n']:3}"
        print(about, means, flush=True)
    for row in results["bar"]:
        sign = ">=" if row["at_least"] else "<="
        verdict = "met" if row["is_met"] else "NOT MET"
        about = f"{row['voice']} from {row['speaker']} ({row['cut']}): {row['what']}"
        print(f"{about} {row['mean']:.3f} {sign} {row['limit']}: {verdict}", flush=True)


def main() -> None:
    """Measure, write what was found, land."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    session = open_session(arguments)
    results = results_of(session)
    print_tables(results)
    write_results(results, results_path(session))
    if session.staged and not (arguments.quick or arguments.kept_aside):
        write_cards(session, results)
    if arguments.land:
        networks = arguments.ship or {stem.name for stem in session.staged}
        for path in land(session.weights, arguments.weights, networks):
            print("Landed", path, flush=True)


if __name__ == "__main__":
    main()

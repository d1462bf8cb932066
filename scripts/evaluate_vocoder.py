"""Measure every vocoder checkpoint beside natural recordings, Griffin-Lim and WORLD.

    python scripts/evaluate_vocoder.py                        # all of synth/weights, everything
    python scripts/evaluate_vocoder.py --quick                # two minutes: 24 clips, true mels
    python scripts/evaluate_vocoder.py --run universal        # make the checkpoint first
    python scripts/evaluate_vocoder.py --curve universal      # the run's kept steps over time
    python scripts/evaluate_vocoder.py --kept-aside           # clips that no choice looked at

Reads the prepared corpus below $EARSHOT_DATA and keeps every score in evaluation/scores.jsonl
there, so that an interrupted command goes on and an unchanged system is never measured twice.
Writes benchmarks/results/vocoders.json, the checkpoints' cards, and below evaluation/ figures,
audio and spectrogram pairs. Needs requirements-evaluation.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import soundfile  # noqa: E402
import torch  # noqa: E402

from benchmarks.results import RESULTS, commit, machine  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.make_checkpoint import kept_files, kept_weights, write_checkpoint  # noqa: E402
from synth.audio.mel import RATE_HZ, log_mel  # noqa: E402
from synth.audio.metrics import MIN_S, RESOLUTIONS, Parts  # noqa: E402
from synth.audio.opinion import has_opinion_models  # noqa: E402
from synth.audio.pitch import best_tracker  # noqa: E402
from synth.audio.speakers import has_speaker_encoder  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.vocoder.card import HASH_DIGITS, read_training_file, write_card  # noqa: E402
from synth.vocoder.evaluation.clips import (  # noqa: E402
    CLEAN,
    SPLITS,
    Choice,
    Clip,
    choose_clips,
    samples_of,
    split_of,
    spread,
    trained_clips,
)
from synth.vocoder.evaluation.pictures import draw_curve, draw_forest, draw_pair  # noqa: E402
from synth.vocoder.evaluation.plan import Plan, cases, splits_of, training_of  # noqa: E402
from synth.vocoder.evaluation.recordings import Recordings  # noqa: E402
from synth.vocoder.evaluation.report import card_metrics, write_results  # noqa: E402
from synth.vocoder.evaluation.scoring import Bench, Case, ScoreFile, measure  # noqa: E402
from synth.vocoder.evaluation.stand_ins import (  # noqa: E402
    BOTTLENECK,
    SMOOTH,
    TRUE,
    bottleneck_of,
    smooth,
    smoothing_version,
)
from synth.vocoder.evaluation.summary import (  # noqa: E402
    UNSEEN,
    Observation,
    cells,
    differences,
    grouped,
    named_pairs,
    universality,
)
from synth.vocoder.evaluation.systems import (  # noqa: E402
    Input,
    System,
    baselines,
    checkpoint,
    checkpoint_stems,
    read_card,
    refined,
    untrained_controls,
)

WEIGHTS = ROOT / "synth" / "weights"
DEMO = ROOT / "demo" / "manifest.json"
EXAMPLES = ROOT / "docs" / "examples"
REFERENCE = "universal"  # whose training set says what is seen and unseen in the tables
QUICK_PER_SPLIT = 8
SPEED_S, SPEED_RUNS = 10.0, 5
CURVE_METRICS = ("pesq_wb", "mr_stft", "log_mel_l1", "periodicity_rmse", "voicing_error")
NOTES = (
    "Nobody listened before these figures were written. PESQ and ESTOI forgive the phasiness of "
    "Griffin-Lim; DNSMOS was trained on noisy speech; none replaces a listening test.",
    "untrained is the network of universal before training; untrained_trunk keeps universal's "
    "trained pitch reader, and nothing else of it is trained.",
    "world works from its own features of the recording, not from the mel.",
    "smooth and bottleneck mels stand in for predicted ones; no prosody network made them.",
    "A speaker code is a package and language as credited; one person may hide behind two codes, "
    "and a code of several actors counts as one speaker.",
    "A language counts as seen from one training utterance on, whoever spoke it.",
    "Gains are turned so that more than zero is better; intervals take a speaker's clips as one "
    "cluster and say which method made them.",
)


@dataclass(frozen=True)
class Session:
    """One evaluation under way."""

    arguments: argparse.Namespace
    folder: Path
    corpus: PreparedCorpus
    clips: list[Clip]
    training: dict[str, Any]
    bench: Bench
    plan: Plan


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", nargs="*", default=[], help="checkpoints; all when left out")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of checkpoints")
    parser.add_argument("--run", help="folder below runs/ to make a checkpoint of first")
    parser.add_argument("--as-name", help="with --run: the checkpoint's name; the run's by default")
    parser.add_argument("--step", type=int, help="with --run: which kept step; the last by default")
    parser.add_argument("--note", action="append", default=[], help="with --run: for the card")
    parser.add_argument("--curve", help="a run: measure its kept steps instead of checkpoints")
    parser.add_argument("--every", type=int, default=1, help="with --curve: every n-th kept step")
    parser.add_argument("--quick", action="store_true", help="24 clips, true mels, no opinions")
    parser.add_argument("--kept-aside", action="store_true", help="the clips kept aside instead")
    parser.add_argument("--demo", action="store_true", help="the demo's recordings only")
    parser.add_argument("--splits", nargs="*", choices=SPLITS, default=list(SPLITS))
    parser.add_argument("--conditions", nargs="*", help="codes; all when left out")
    parser.add_argument("--per-speaker", type=int, default=6)
    parser.add_argument("--predicted", type=int, default=16, help="clips per split and stand-in")
    parser.add_argument("--simulated", type=int, default=4, help="clips per split and condition")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of clips")
    parser.add_argument("--pictures", type=int, default=20, help="spectrogram pairs")
    parser.add_argument("--examples", type=int, default=0, help="with --demo: for docs/examples")
    parser.add_argument("--results", type=Path, help="instead of benchmarks/results/vocoders.json")
    parser.add_argument("--no-cards", action="store_true", help="leave the model cards as they are")
    return parser.parse_args()


def open_session(arguments: argparse.Namespace) -> Session:
    """The clips to be measured and everything they need."""
    data = data_folder()
    folder = data / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    corpus = PreparedCorpus.open(data / "corpus")
    noises = data / "noises"
    recordings = Recordings(corpus, PreparedCorpus.open(noises) if noises.exists() else None)
    training = reference_training(arguments.weights, corpus)
    clips = chosen_clips(corpus, arguments, training)
    plan, predict = plan_of(arguments, corpus, recordings, folder)
    parts = Parts(
        speaker=has_speaker_encoder() and not arguments.quick,
        opinion=has_opinion_models() and not arguments.quick,
    )
    bench = Bench(recordings, predict, parts, ScoreFile(folder / "scores.jsonl"))
    return Session(arguments, folder, corpus, clips, training, bench, plan)


def reference_training(weights: Path, corpus: PreparedCorpus) -> dict[str, Any]:
    """The training set that seen and unseen refer to: that of universal, else the whole split."""
    if (weights / f"{REFERENCE}.json").exists():
        training: dict[str, Any] = read_card(weights / REFERENCE)["training"]
        return training
    return training_of(corpus)


def chosen_clips(
    corpus: PreparedCorpus, arguments: argparse.Namespace, training: dict[str, Any]
) -> list[Clip]:
    """The clips asked for, less any that a checkpoint was trained on."""
    demo = demo_digests()
    choice = Choice(
        per_speaker=arguments.per_speaker,
        seed=arguments.seed,
        aside=arguments.kept_aside,
        excluded=demo,
        only=demo if arguments.demo else None,
    )
    clips = choose_clips(corpus, choice)
    stems = checkpoint_stems(arguments.weights, arguments.names)
    digests = {row[2] for stem in stems for row in read_training_file(stem)}
    leaked = trained_clips(corpus, clips, digests, digits=HASH_DIGITS)
    if leaked:
        print(f"{len(leaked)} clips left out: a checkpoint was trained on them.", flush=True)
    kept = [
        clip
        for clip in clips
        if clip not in leaked
        and split_of(clip, training) in arguments.splits
        and is_wanted(clip.condition, arguments)
    ]
    return quick_clips(kept, training) if arguments.quick else kept


def is_wanted(condition: str, arguments: argparse.Namespace) -> bool:
    """Whether a condition is among those asked for."""
    return arguments.conditions is None or condition in arguments.conditions


def demo_digests() -> frozenset[str]:
    """Hashes of the samples of the demo's recordings."""
    entries = json.loads(DEMO.read_text(encoding="utf-8"))["utterances"]
    return frozenset(entry["source_sha256"] for entry in entries)


def quick_clips(clips: Sequence[Clip], training: dict[str, Any]) -> list[Clip]:
    """Eight clean clips of each split."""
    by_split: dict[str, list[Clip]] = {}
    for clip in clips:
        if clip.condition == CLEAN:
            by_split.setdefault(split_of(clip, training), []).append(clip)
    return [clip for own in by_split.values() for clip in spread(own, QUICK_PER_SPLIT)]


def plan_of(
    arguments: argparse.Namespace, corpus: PreparedCorpus, recordings: Recordings, folder: Path
) -> tuple[Plan, dict[str, Any]]:
    """What is measured beyond the clips as they are, and how predicted mels are made."""
    if arguments.quick or arguments.curve:
        return Plan(predicted=0, simulated=0, input_versions={}), {}
    predict: dict[str, Any] = {}
    versions: dict[str, str] = {}
    if arguments.predicted:
        bottleneck, weights = bottleneck_of(corpus, folder)
        predict = {SMOOTH: smooth, BOTTLENECK: bottleneck.predict}
        versions = {SMOOTH: smoothing_version(), BOTTLENECK: weights}
    plan = Plan(
        predicted=arguments.predicted,
        simulated=arguments.simulated,
        conditions={
            code: version
            for code, version in recordings.conditions().items()
            if arguments.simulated and is_wanted(code, arguments)
        },
        input_versions=versions,
    )
    return plan, predict


def systems_of(weights: Path, names: Sequence[str]) -> list[System]:
    """The baselines, the checkpoints, and the reference refined and untrained."""
    stems = checkpoint_stems(weights, names)
    found = [*baselines(), *(checkpoint(stem) for stem in stems)]
    reference = weights / REFERENCE
    if reference.with_name(f"{REFERENCE}.json").exists():
        found += [refined(reference), *untrained_controls(reference)]
    return found


def observe(session: Session, systems: Sequence[System]) -> list[Observation]:
    """Every case through every system, case by case, so that pairs are always complete."""
    wanted = list(cases(session.clips, session.plan, lambda clip: split_of(clip, session.training)))
    warm_up(systems)
    found: list[Observation] = []
    began = time.perf_counter()
    for number, case in enumerate(wanted, start=1):
        found += [Observation(case, row) for row in measure(session.bench, case, systems)]
        if number % 25 == 0 or number == len(wanted):
            minutes = (time.perf_counter() - began) / 60
            print(f"{number} of {len(wanted)} cases, {minutes:.1f} min", flush=True)
    return found


def warm_up(systems: Sequence[System]) -> None:
    """Let every system render once, so that no first clip pays for what is made once."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE_HZ).astype(np.float32)
    given = Input(noise, log_mel(noise))
    for system in systems:
        system.render(given)


def speeds(session: Session, systems: Sequence[System]) -> Iterator[dict[str, Any]]:
    """Seconds that ten seconds of audio take on one thread: medians of five runs."""
    samples = np.concatenate([samples_of(session.corpus, clip) for clip in session.clips[:8]])
    recording = np.resize(samples, int(SPEED_S * RATE_HZ))
    given = Input(recording, log_mel(recording))
    for system in systems:
        runs = [timed(system, given) for _ in range(SPEED_RUNS)]
        cpu_s, wall_s = np.median(runs, axis=0)
        yield {"system": system.name, "cpu_s": round(cpu_s, 4), "wall_s": round(wall_s, 4)}


def timed(system: System, given: Input) -> tuple[float, float]:
    """Processor and wall seconds of one rendering."""
    began_cpu, began = time.process_time(), time.perf_counter()
    system.render(given)
    return time.process_time() - began_cpu, time.perf_counter() - began


def results_of(
    session: Session, systems: Sequence[System], observations: Sequence[Observation]
) -> dict[str, Any]:
    """Everything that is kept of an evaluation, as plain values."""
    names = [system.name for system in systems]
    trained = [system for system in systems if system.training]
    groups = grouped(observations, splits_of(session.training, single_voices(trained)))
    return {
        "commit": commit(),
        "machine": machine(),
        "settings": settings_of(session),
        "notes": list(NOTES),
        "systems": [{"system": s.name, "version": s.version, "sha256": s.sha256} for s in systems],
        "speed": [] if session.arguments.quick else list(speeds(session, systems)),
        "cells": list(cells(groups)),
        "differences": list(differences(groups, named_pairs(names))),
        "universality": list(universality(groups, [s.name for s in trained], CLEAN)),
    }


def single_voices(trained: Sequence[System]) -> dict[str, str]:
    """The only speaker of each speaker-specific system."""
    speakers = {s.name: (s.training or {})["speakers"] for s in trained}
    return {name: own[0] for name, own in speakers.items() if len(own) == 1}


def settings_of(session: Session) -> dict[str, Any]:
    """What a reader must know of how the figures were made."""
    arguments = session.arguments
    return {
        "clips": len(session.clips),
        "joined_clips": sum(clip.joined for clip in session.clips),
        "speakers": len({clip.speaker for clip in session.clips}),
        "per_speaker": arguments.per_speaker,
        "seed": arguments.seed,
        "kept_aside": arguments.kept_aside,
        "demo": arguments.demo,
        "quick": arguments.quick,
        "shortest_s": MIN_S,
        "splits_by": REFERENCE,
        "pitch_tracker": best_tracker(),
        "stft_resolutions": [list(shape) for shape in RESOLUTIONS],
        "measuring": session.bench.measuring,
        "simulated": list(session.plan.conditions),
        "inputs": dict(session.plan.input_versions),
    }


def draw(session: Session, systems: Sequence[System], results: dict[str, Any]) -> None:
    """Forest plots, and spectrogram pairs with their audio, in the evaluation's folder."""
    for given in (TRUE, *session.plan.input_versions):
        rows = [
            row
            for row in results["differences"]
            if row["condition"] == CLEAN
            and row["input"] == given
            and row["split"] != UNSEEN
            and row["second"] != "natural"
        ]
        if rows:
            path = session.folder / f"gains-{given}.png"
            draw_forest(rows, f"Gains, clean recordings, {given} mels (95 %)", path)
    unseen = [c for c in session.clips if split_of(c, session.training) != "seen_speaker"]
    for clip in spread(unseen, session.arguments.pictures):
        draw_examples(session, systems, clip, session.folder / "examples")


def draw_examples(session: Session, systems: Sequence[System], clip: Clip, examples: Path) -> None:
    """One clip through every system: audio, and spectrograms under the reference's."""
    folder = examples / f"{clip.speaker}-{clip.key}"
    folder.mkdir(parents=True, exist_ok=True)
    recording = session.bench.recording_of(Case(clip, clip.condition))
    given = Input(recording, log_mel(recording))
    for system in systems:
        output = system.render(given)
        output = output / max(1.0, float(np.abs(output).max()))
        soundfile.write(folder / f"{system.name}.flac", output, RATE_HZ)
        if system.name != "natural":
            draw_pair(recording, output, system.name, folder / f"{system.name}.png")


def write_cards(
    session: Session, systems: Sequence[System], observations: Sequence[Observation]
) -> None:
    """Put each checkpoint's figures and notes into its card; its refined form has none."""
    stems = checkpoint_stems(session.arguments.weights, session.arguments.names)
    names = {stem.name for stem in stems}
    for system in systems:
        if system.name not in names:
            continue
        stem = session.arguments.weights / system.name
        card = read_card(stem)
        own = card.get("run_notes", [])
        metrics = card_metrics(system, observations, has_control=system.name == REFERENCE)
        write_card(stem, card | {"metrics": metrics, "notes": [*own, *NOTES]})


def print_table(results: dict[str, Any]) -> None:
    """Means of the clean cells with true mels on standard output."""
    shown = ("pesq_wb", "estoi", "mr_stft", "log_mel_l1", "periodicity_rmse", "voicing_error")
    for cell in results["cells"]:
        if cell["condition"] == CLEAN:
            means = (f"{m} {cell['metrics'][m]['mean']:.3f}" for m in shown if m in cell["metrics"])
            label = f"{cell['split']:16} {cell['input']:10} {cell['system']:18}"
            print(f"{label} n {cell['n_clips']:3} rtf {cell['rtf_cpu']:.4f}", *means, flush=True)


def evaluate(arguments: argparse.Namespace) -> None:
    """Measure, write what was found, draw."""
    session = open_session(arguments)
    systems = systems_of(arguments.weights, arguments.names)
    observations = observe(session, systems)
    results = results_of(session, systems, observations)
    print_table(results)
    write_results(results, results_path(session))
    if arguments.demo:
        for clip in spread(session.clips, arguments.examples):
            draw_examples(session, systems, clip, EXAMPLES)
    if not (arguments.quick or arguments.demo or arguments.kept_aside):
        draw(session, systems, results)
        if not arguments.no_cards:
            write_cards(session, systems, observations)


def results_path(session: Session) -> Path:
    """Where the results go: only the whole evaluation's are part of the repository."""
    arguments = session.arguments
    if arguments.results:
        return Path(arguments.results)
    for name in ("quick", "demo", "kept_aside"):
        if getattr(arguments, name):
            return session.folder / f"{name}.json"
    return RESULTS / "vocoders.json"


def evaluate_curve(arguments: argparse.Namespace) -> None:
    """Measure the kept steps of a run and draw the metrics against its hours."""
    runs = data_folder() / "runs" / arguments.curve
    session = open_session(argparse.Namespace(**(vars(arguments) | {"names": []})))
    hours: dict[str, float] = {}
    steps: list[System] = []
    for path in kept_files(runs)[:: arguments.every]:
        kept = kept_weights(runs, int(path.stem.partition("-")[2]))
        stem = session.folder / "curve" / f"{arguments.curve}-{kept.step:06d}"
        write_checkpoint(kept, stem, session.corpus)
        steps.append(checkpoint(stem))
        hours[stem.name] = kept.cpu_hours
    systems = [*(s for s in baselines() if s.reads_mel), *steps]
    session = replace(session, bench=replace(session.bench, parts=Parts()))
    groups = grouped(observe(session, systems), splits_of(session.training, {}))
    points = [
        {"system": cell["system"], "hours": hours.get(cell["system"]), "metric": metric, **center}
        for cell in cells(groups)
        if cell["split"] == UNSEEN and cell["condition"] == CLEAN
        for metric, center in cell["metrics"].items()
    ]
    write_results({"run": arguments.curve, "points": points}, session.folder / "curve.json")
    draw_curve(points, CURVE_METRICS, session.folder / f"curve-{arguments.curve}.png")


def make_checkpoint(arguments: argparse.Namespace) -> None:
    """Write the checkpoint of a run's kept weights to the folder of weights."""
    data = data_folder()
    kept = kept_weights(data / "runs" / arguments.run, arguments.step)
    stem = arguments.weights / (arguments.as_name or arguments.run)
    write_checkpoint(kept, stem, PreparedCorpus.open(data / "corpus"))
    write_card(stem, read_card(stem) | {"run_notes": arguments.note})


def main() -> None:
    """Make a checkpoint where asked to, then measure."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    if arguments.run:
        make_checkpoint(arguments)
    if arguments.curve:
        evaluate_curve(arguments)
    else:
        evaluate(arguments)


if __name__ == "__main__":
    main()

"""Measure every vocoder checkpoint beside natural recordings, Griffin-Lim and WORLD.

    python scripts/evaluate_vocoder.py                        # all of synth/weights, everything
    python scripts/evaluate_vocoder.py --quick                # two minutes: 24 clips, true mels
    python scripts/evaluate_vocoder.py --run spk3 spk7        # with checkpoints made of these runs
    python scripts/evaluate_vocoder.py --run spk3 spk7 --land # the same, and ship what was measured
    python scripts/evaluate_vocoder.py --kept-aside           # clips that no choice looked at
    python scripts/evaluate_vocoder.py --curve universal      # the run's kept steps over time
    python scripts/evaluate_vocoder.py --sheets               # twenty spectrogram pairs to look at
    python scripts/evaluate_vocoder.py --rate 24000 --run wide    # a checkpoint of the wide preset

Reads the prepared corpus below $EARSHOT_DATA and keeps every score in evaluation/scores.jsonl
there, so that an interrupted command goes on and an unchanged system is never measured twice.
--run RUN=NAME makes checkpoint NAME of run RUN in evaluation/staged/, in place of a shipped one
of that name; nothing in the repository changes without --land, which copies weights, card, page
and training list to synth/weights. Writes benchmarks/results/vocoders*.json, the checkpoints'
cards, and below evaluation/ figures, audio and spectrogram pairs. Then benchmarks/vocoders_doc.py
writes the tables of docs/networks.md. Needs requirements-evaluation.txt.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from benchmarks.results import RESULTS, commit, machine  # noqa: E402
from scripts.evaluation_session import (  # noqa: E402
    FRONT_ENDS,
    REFERENCE,
    Session,
    open_session,
    systems_of,
)
from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.make_checkpoint import (  # noqa: E402
    at_present_settings,
    every_kept,
    inference_settings,
    land,
    write_checkpoint,
)
from synth.audio.mel import RATE_HZ  # noqa: E402
from synth.audio.metrics import MIN_S, RESOLUTIONS, Parts  # noqa: E402
from synth.audio.pitch import best_tracker  # noqa: E402
from synth.vocoder.card import write_card  # noqa: E402
from synth.vocoder.evaluation.clips import CLEAN, SPLITS, Clip, split_of, spread  # noqa: E402
from synth.vocoder.evaluation.curve import CURVE_METRICS, curve_points  # noqa: E402
from synth.vocoder.evaluation.diversity import (  # noqa: E402
    is_sibling,
    single_voices,
    study,
)
from synth.vocoder.evaluation.pictures import (  # noqa: E402
    Pair,
    draw_curve,
    draw_examples,
    draw_forest,
    draw_sheet,
)
from synth.vocoder.evaluation.plan import cases, splits_of  # noqa: E402
from synth.vocoder.evaluation.report import (  # noqa: E402
    GAIN_METRICS,
    card_metrics,
    refined_part,
    write_results,
)
from synth.vocoder.evaluation.scoring import Case, input_of, measure  # noqa: E402
from synth.vocoder.evaluation.speed import speeds, warm_up  # noqa: E402
from synth.vocoder.evaluation.stand_ins import TRUE  # noqa: E402
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
    BASELINES,
    CONTROLS,
    GRIFFIN_LIM,
    System,
    baselines,
    checkpoint,
    described,
    read_card,
)

WEIGHTS = ROOT / "synth" / "weights"
EXAMPLES = ROOT / "docs" / "examples"
IMAGES = ROOT / "docs" / "images"
SHEET_PAIRS, SHEET_S = 5, 3.0
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


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", nargs="*", default=[], help="checkpoints; all when left out")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of checkpoints")
    parser.add_argument(
        "--run", nargs="*", default=[], help="folders below runs/, RUN or RUN=NAME of a checkpoint"
    )
    parser.add_argument("--step", type=int, help="with --run: which kept step; the last by default")
    parser.add_argument("--note", action="append", default=[], help="with --run: for the cards")
    parser.add_argument("--land", action="store_true", help="with --run: ship them once measured")
    parser.add_argument("--curve", help="a run: measure its kept steps instead of checkpoints")
    parser.add_argument("--every", type=int, default=1, help="with --curve: every n-th kept step")
    parser.add_argument("--sheets", action="store_true", help="only draw spectrogram pairs")
    parser.add_argument("--quick", action="store_true", help="24 clips, true mels, no opinions")
    parser.add_argument("--kept-aside", action="store_true", help="the clips kept aside instead")
    parser.add_argument("--demo", action="store_true", help="the demo's recordings only")
    parser.add_argument("--rate", type=int, choices=sorted(FRONT_ENDS), default=RATE_HZ)
    parser.add_argument("--splits", nargs="*", choices=SPLITS, default=list(SPLITS))
    parser.add_argument("--conditions", nargs="*", help="codes; all when left out")
    parser.add_argument("--per-speaker", type=int, default=6)
    parser.add_argument("--own-voice", type=int, default=16, help="clips of each sd_ voice")
    parser.add_argument("--predicted", type=int, default=16, help="clips per split and stand-in")
    parser.add_argument("--simulated", type=int, default=4, help="clips per split and condition")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of clips")
    parser.add_argument("--pictures", type=int, default=20, help="spectrogram pairs")
    parser.add_argument("--examples", type=int, default=0, help="with --demo: for docs/examples")
    parser.add_argument("--results", type=Path, help="instead of benchmarks/results/")
    parser.add_argument("--no-cards", action="store_true", help="leave the model cards as they are")
    arguments = parser.parse_args()
    if arguments.land and (not arguments.run or arguments.no_cards or not is_whole(arguments)):
        parser.error("--land ships the checkpoints of --run after a whole evaluation.")
    return arguments


def is_whole(arguments: argparse.Namespace) -> bool:
    """Whether checkpoints are measured on the clips that cards and figures are made of."""
    return not (arguments.quick or arguments.demo or arguments.kept_aside)


def observe(session: Session, systems: Sequence[System], clips: list[Clip]) -> list[Observation]:
    """Every case through every system, case by case, so that pairs are always complete."""
    wanted = list(cases(clips, session.plan, lambda clip: split_of(clip, session.training)))
    return observe_cases(session, systems, wanted)


def observe_cases(
    session: Session, systems: Sequence[System], wanted: Sequence[Case]
) -> list[Observation]:
    """The same of cases."""
    found: list[Observation] = []
    began = time.perf_counter()
    for number, case in enumerate(wanted, start=1):
        found += [Observation(case, row) for row in measure(session.bench, case, systems)]
        if number % 25 == 0 or number == len(wanted):
            minutes = (time.perf_counter() - began) / 60
            print(f"{number} of {len(wanted)} cases, {minutes:.1f} min", flush=True)
    return found


def results_of(
    session: Session,
    systems: Sequence[System],
    observations: Sequence[Observation],
    own_voice: Sequence[Observation],
) -> dict[str, Any]:
    """Everything that is kept of an evaluation, as plain values."""
    trained = [system for system in systems if system.training]
    groups = grouped(observations, splits_of(session.training, single_voices(trained)))
    clean = {group: members for group, members in groups.items() if group[1] == CLEAN}
    pairs = list(named_pairs([s.name for s in systems if not is_sibling(s.name)]))
    pairs += [(s.name, GRIFFIN_LIM) for s in trained if is_sibling(s.name)]
    compared = [s.name for s in trained if not is_sibling(s.name)]
    return {
        "commit": commit(),
        "machine": machine(),
        "settings": settings_of(session),
        "notes": list(NOTES),
        "systems": [described(system) for system in systems],
        "speed": [] if session.arguments.quick else list(speeds_of(session, systems)),
        "cells": list(cells(groups)),
        "differences": list(differences(clean, pairs, GAIN_METRICS)),
        "universality": list(universality(groups, compared, CLEAN)),
        **study(systems, [*observations, *own_voice]),
    }


def speeds_of(session: Session, systems: Sequence[System]) -> list[dict[str, Any]]:
    """How long ten seconds of the first clips take."""
    recordings = [session.bench.recording_of(Case(c, c.condition)) for c in session.clips[:8]]
    return list(speeds(systems, np.concatenate(recordings), session.front_end))


def settings_of(session: Session) -> dict[str, Any]:
    """What a reader must know of how the figures were made."""
    arguments = session.arguments
    return {
        "rate_hz": arguments.rate,
        "clips": len(session.clips),
        "joined_clips": sum(clip.joined for clip in session.clips),
        "speakers": len({clip.speaker for clip in session.clips}),
        "own_voice_clips": len(session.own_voice),
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
            if row["input"] == given and row["split"] != UNSEEN and row["second"] != "natural"
        ]
        if rows:
            path = session.folder / f"gains-{given}.png"
            draw_forest(rows, f"Gains, clean recordings, {given} mels (95 %)", path)
    for clip in spread(unseen_clips(session), session.arguments.pictures):
        draw_clip(session, systems, clip, session.folder / "examples")


def unseen_clips(session: Session) -> list[Clip]:
    """The clips of speakers that the reference never heard."""
    return [c for c in session.clips if split_of(c, session.training) != "seen_speaker"]


def draw_clip(session: Session, systems: Sequence[System], clip: Clip, folder: Path) -> None:
    """One clip through every system, in a folder of its own."""
    given = input_of(session.bench, Case(clip, clip.condition))
    draw_examples(given, systems, folder / f"{clip.speaker}-{clip.key}", session.front_end)


def write_cards(
    session: Session,
    systems: Sequence[System],
    observations: Sequence[Observation],
    own_voice: Sequence[Observation],
) -> None:
    """Put each checkpoint's figures and notes into its card: of runs, if there are any."""
    by_name = {system.name: system for system in systems}
    for name, stem in (session.staged or session.stems).items():
        card, is_reference = read_card(stem), name == REFERENCE
        beside = (*BASELINES, *(CONTROLS if is_reference else ()))
        speakers = card["training"]["speakers"]
        own = [o for o in own_voice if len(speakers) == 1 and o.case.clip.speaker in speakers]
        card |= {
            "metrics": card_metrics(by_name[name], [*observations, *own], beside=beside),
            "notes": [*card.get("run_notes", []), *NOTES],
        }
        if is_reference:
            refined = by_name[f"{REFERENCE}_refined"]
            card["refined"] = refined_part(refined, observations, base=name)
        write_card(stem, card)


def print_table(results: dict[str, Any]) -> None:
    """Means of the clean cells on standard output."""
    shown = ("pesq_wb", "estoi", "mr_stft", "log_mel_l1", "periodicity_rmse", "voicing_error")
    for cell in results["cells"]:
        if cell["condition"] == CLEAN:
            means = (f"{m} {cell['metrics'][m]['mean']:.3f}" for m in shown if m in cell["metrics"])
            label = f"{cell['split']:16} {cell['input']:10} {cell['system']:18}"
            print(f"{label} n {cell['n_clips']:3} rtf {cell['rtf_cpu']:.4f}", *means, flush=True)


def evaluate(arguments: argparse.Namespace) -> None:
    """Measure, write what was found, draw, land."""
    session = open_session(arguments)
    systems = systems_of(session)
    warm_up(systems, session.front_end)
    observations = observe(session, systems, session.clips)
    own = observe_cases(session, systems, [Case(c, c.condition) for c in session.own_voice])
    results = results_of(session, systems, observations, own)
    print_table(results)
    write_results(results, results_path(session))
    if arguments.demo:
        for clip in spread(session.clips, arguments.examples):
            draw_clip(session, systems, clip, EXAMPLES)
    if is_whole(arguments):
        draw(session, systems, results)
        if not arguments.no_cards:
            write_cards(session, systems, observations, own)
    if arguments.land:
        for stem in session.staged.values():
            print("Landed", *(path.name for path in land(stem, arguments.weights)), flush=True)


def results_path(session: Session) -> Path:
    """Where the results go: those of shipped checkpoints are part of the repository."""
    arguments = session.arguments
    if arguments.results:
        return Path(arguments.results)
    kinds = [name for name in ("quick", "demo", "kept_aside") if getattr(arguments, name)]
    kinds += [str(arguments.rate)] if arguments.rate != RATE_HZ else []
    if kinds == ["kept_aside"] and not arguments.run:
        return RESULTS / "vocoders_kept_aside.json"
    if kinds or (arguments.run and not arguments.land):
        return session.folder / f"{'-'.join(kinds) or 'staged'}.json"
    return RESULTS / "vocoders.json"


def evaluate_curve(arguments: argparse.Namespace) -> None:
    """Measure the kept steps of a run, at the present settings of inference, over its hours."""
    arguments.names = []
    session = open_session(arguments)
    kept = [at_present_settings(k) for k in every_kept(data_folder() / "runs" / arguments.curve)]
    chosen = kept[:: arguments.every]
    chosen += [kept[-1]] if chosen[-1].step != kept[-1].step else []
    steps: dict[str, tuple[int, float]] = {}
    systems = [s for s in baselines(session.front_end) if s.name == GRIFFIN_LIM]
    for one in chosen:
        stem = session.folder / "curve" / f"{arguments.curve}-{one.step:06d}"
        write_checkpoint(one, stem, session.corpus)
        systems.append(checkpoint(stem))
        steps[stem.name] = (one.step, one.cpu_hours)
    session = replace(session, bench=replace(session.bench, parts=Parts()))
    clips = [clip for clip in unseen_clips(session) if clip.condition == CLEAN]
    points = curve_points(observe(session, systems, clips), steps)
    content = {
        "run": arguments.curve,
        "commit": commit(),
        "settings": settings_of(replace(session, clips=clips)),
        "inference": inference_settings(kept[-1].state),
        "points": points,
    }
    write_results(content, arguments.results or RESULTS / "vocoders_curve.json")
    image = (arguments.results.parent if arguments.results else IMAGES) / "vocoder-curve.png"
    draw_curve(points, CURVE_METRICS, image)


def draw_sheets(arguments: argparse.Namespace) -> None:
    """Contact sheets of recordings of unseen voices and what universal makes of them."""
    session = open_session(arguments)
    if session.reference is None:
        raise SystemExit(f"There is no checkpoint {REFERENCE} to draw.")
    system = checkpoint(session.reference)
    clean = [clip for clip in unseen_clips(session) if clip.condition == CLEAN]
    clips = spread(clean, arguments.pictures)
    folder = arguments.results or IMAGES
    for first in range(0, len(clips), SHEET_PAIRS):
        pairs = [pair_of(session, system, c) for c in clips[first : first + SHEET_PAIRS]]
        path = folder / f"vocoder-pairs-{first // SHEET_PAIRS + 1}.png"
        draw_sheet(pairs, system.name, path, session.front_end)


def pair_of(session: Session, system: System, clip: Clip) -> Pair:
    """The beginning of a clip and of what a system makes of it."""
    given = input_of(session.bench, Case(clip, clip.condition))
    shown = slice(int(SHEET_S * session.front_end.rate_hz))
    name = f"{clip.speaker} ({clip.language}) {clip.key[:6]}"
    return Pair(name, given.recording[shown], system.render(given)[shown])


def main() -> None:
    """Make checkpoints where asked to, then measure or draw."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    if arguments.curve:
        evaluate_curve(arguments)
    elif arguments.sheets:
        draw_sheets(arguments)
    else:
        evaluate(arguments)


if __name__ == "__main__":
    main()

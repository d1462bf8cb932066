"""What an evaluation of vocoders works on: checkpoints, clips, plan and bench. Not a script."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.fetch_corpora import data_folder
from scripts.make_checkpoint import (
    Kept,
    at_present_settings,
    kept_weights,
    network_of,
    write_checkpoint,
)
from synth.audio.mel import NARROW, WIDE, FrontEnd
from synth.audio.metrics import Parts
from synth.audio.opinion import has_opinion_models
from synth.audio.speakers import has_speaker_encoder
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.rates import corpus_folder
from synth.vocoder.card import HASH_DIGITS, read_training_file, write_card
from synth.vocoder.evaluation.clips import (
    CLEAN,
    Choice,
    Clip,
    choose_clips,
    split_of,
    spread,
    trained_clips,
)
from synth.vocoder.evaluation.diversity import is_sibling
from synth.vocoder.evaluation.plan import Plan, training_of
from synth.vocoder.evaluation.recordings import Recordings
from synth.vocoder.evaluation.scoring import Bench, ScoreFile
from synth.vocoder.evaluation.stand_ins import BOTTLENECK, SMOOTH, bottleneck_of, smooth
from synth.vocoder.evaluation.stand_ins import smoothing_version as smooth_version
from synth.vocoder.evaluation.systems import (
    System,
    baselines,
    checkpoint,
    checkpoint_stems,
    rate_of,
    read_card,
    refined,
    untrained_controls,
)
from synth.vocoder.infer import front_end_of

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo" / "manifest.json"
REFERENCE = "universal"  # whose training set says what is seen and unseen in the tables
FRONT_ENDS = {front_end.rate_hz: front_end for front_end in (NARROW, WIDE)}
QUICK_PER_SPLIT = 8
LONGEST_OWN_S = 20.0  # of a clip of a speaker-specific checkpoint's own voice

Stems = dict[str, Path]


@dataclass(frozen=True)
class Session:
    """One evaluation under way.

    Attributes:
        stems: checkpoint -> its files' path without suffix.
        staged: those among them that were just made of runs.
        reference: the checkpoint that is measured refined and untrained as well.
        training: the training set by which the tables call a clip seen or unseen: its own.
        own_voice: further clips, of the voices of speaker-specific checkpoints.
    """

    arguments: argparse.Namespace
    folder: Path
    corpus: PreparedCorpus
    front_end: FrontEnd
    stems: Stems
    staged: Stems
    reference: Path | None
    training: dict[str, Any]
    clips: list[Clip]
    own_voice: list[Clip]
    bench: Bench
    plan: Plan


def open_session(arguments: argparse.Namespace) -> Session:
    """The checkpoints and clips to be measured, and everything they need."""
    data, front_end = data_folder(), FRONT_ENDS[arguments.rate]
    folder = data / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    corpus = corpus_at(front_end)
    noises = data / "noises"
    recordings = Recordings(corpus, PreparedCorpus.open(noises) if noises.exists() else None)
    staged = staged_stems(arguments, folder)
    stems = stems_of(arguments, staged)
    reference = reference_of(arguments, stems, staged)
    training = reference_training(reference, corpus)
    choice = choice_of(arguments, corpus)
    clips = without_leaks(corpus, chosen_clips(corpus, choice, arguments, training), stems)
    plan, predict = plan_of(arguments, corpus, recordings, folder)
    parts = Parts(
        speaker=has_speaker_encoder() and not arguments.quick,
        opinion=has_opinion_models() and not arguments.quick,
    )
    scores = ScoreFile(folder / "scores.jsonl")
    return Session(
        arguments=arguments,
        folder=folder,
        corpus=corpus,
        front_end=front_end,
        stems=stems,
        staged=staged,
        reference=reference,
        training=training,
        clips=clips,
        own_voice=own_voice_clips(corpus, choice, arguments, stems, clips),
        bench=Bench(recordings, predict, parts, scores, front_end),
        plan=plan,
    )


def corpus_at(front_end: FrontEnd) -> PreparedCorpus:
    """The corpus prepared at a front end's rate."""
    folder = corpus_folder(data_folder(), front_end.rate_hz)
    return PreparedCorpus.open(folder, rate_hz=front_end.rate_hz)


def staged_stems(arguments: argparse.Namespace, folder: Path) -> Stems:
    """Make a checkpoint of each run asked for, beside the corpus and not where weights ship."""
    stems = {}
    for given in arguments.run:
        run, _, name = given.partition("=")
        stem = folder / "staged" / (name or run)
        kept = at_present_settings(kept_weights(data_folder() / "runs" / run, arguments.step))
        write_checkpoint(kept, stem, corpus_at(front_end_of_kept(kept)))
        write_card(stem, read_card(stem) | {"run_notes": arguments.note})
        stems[stem.name] = stem
    return stems


def front_end_of_kept(kept: Kept) -> FrontEnd:
    """The front end of the network whose weights a run kept."""
    return front_end_of(network_of(kept)[0].config)


def stems_of(arguments: argparse.Namespace, staged: Stems) -> Stems:
    """The checkpoints to be measured, those of runs in place of shipped ones of their names.

    Raises:
        FileNotFoundError: if a named one is not there.
        SystemExit: if a named one works at another rate than the evaluation.
    """
    found = {stem.name: stem for stem in checkpoint_stems(arguments.weights)} | staged
    missing = [name for name in arguments.names if name not in found]
    if missing:
        raise FileNotFoundError(
            f"No checkpoint {', '.join(missing)} in {arguments.weights} or among the runs given; "
            f"there are {', '.join(found)}."
        )
    wanted = {name: found[name] for name in arguments.names or found}
    return {name: stem for name, stem in wanted.items() if fits_rate(stem, arguments)}


def fits_rate(stem: Path, arguments: argparse.Namespace) -> bool:
    """Whether a checkpoint works at the evaluation's rate; says so where it does not."""
    rate_hz = rate_of(stem)
    if rate_hz == arguments.rate:
        return True
    message = (
        f"{stem.name} works at {rate_hz} Hz and is not measured at {arguments.rate} Hz; "
        f"use --rate {rate_hz} for it."
    )
    if stem.name in (*arguments.names, *(run.partition("=")[2] or run for run in arguments.run)):
        raise SystemExit(message)
    print(message, flush=True)
    return False


def reference_of(arguments: argparse.Namespace, stems: Stems, staged: Stems) -> Path | None:
    """Universal at 16 kHz, named or not; at another rate the first checkpoint there is."""
    if arguments.rate != NARROW.rate_hz:
        return next(iter(stems.values()), None)
    shipped: Path = arguments.weights / REFERENCE
    exists = shipped.with_name(f"{REFERENCE}.json").exists()
    return staged.get(REFERENCE) or (shipped if exists else None)


def reference_training(reference: Path | None, corpus: PreparedCorpus) -> dict[str, Any]:
    """The training set that seen and unseen refer to, without a reference the whole split."""
    if reference is None:
        return training_of(corpus)
    training: dict[str, Any] = read_card(reference)["training"]
    return training


def choice_of(arguments: argparse.Namespace, corpus: PreparedCorpus) -> Choice:
    """Which clips are wanted, whatever any checkpoint was trained on."""
    demo = demo_digests(corpus)
    return Choice(
        per_speaker=arguments.per_speaker,
        seed=arguments.seed,
        aside=arguments.kept_aside,
        excluded=demo,
        only=demo if arguments.demo else None,
    )


def demo_digests(corpus: PreparedCorpus) -> frozenset[str]:
    """Hashes of the samples of the demo's recordings, at the corpus' rate."""
    entries = json.loads(DEMO.read_text(encoding="utf-8"))["utterances"]
    places = {(entry["source_package"], entry["source_path"]) for entry in entries}
    found = {u.sha256 for u in corpus.utterances if (u.package, u.source_path) in places}
    return frozenset(found | {entry["source_sha256"] for entry in entries})


def chosen_clips(
    corpus: PreparedCorpus, choice: Choice, arguments: argparse.Namespace, training: dict[str, Any]
) -> list[Clip]:
    """The clips of the splits and conditions asked for."""
    kept = [
        clip
        for clip in choose_clips(corpus, choice)
        if split_of(clip, training) in arguments.splits and is_wanted(clip.condition, arguments)
    ]
    return quick_clips(kept, training) if arguments.quick else kept


def without_leaks(corpus: PreparedCorpus, clips: list[Clip], stems: Stems) -> list[Clip]:
    """The clips less any that a checkpoint was trained on."""
    digests = {row[2] for stem in stems.values() for row in read_training_file(stem)}
    leaked = trained_clips(corpus, clips, digests, digits=HASH_DIGITS)
    if leaked:
        print(f"{len(leaked)} clips left out: a checkpoint was trained on them.", flush=True)
    return [clip for clip in clips if clip not in leaked]


def own_voice_clips(
    corpus: PreparedCorpus,
    choice: Choice,
    arguments: argparse.Namespace,
    stems: Stems,
    taken: Sequence[Clip],
) -> list[Clip]:
    """Further clean clips of the voices that speaker-specific checkpoints are made of."""
    trained = {name: read_card(stem)["training"]["speakers"] for name, stem in stems.items()}
    voices = {own[0] for name, own in trained.items() if is_sibling(name) and len(own) == 1}
    if arguments.quick or not voices:
        return []
    more = replace(choice, per_speaker=arguments.own_voice, longest_s=LONGEST_OWN_S)
    found = [
        clip
        for clip in choose_clips(corpus, more)
        if clip.speaker in voices and clip.condition == CLEAN and clip not in taken
    ]
    return without_leaks(corpus, found, stems)


def is_wanted(condition: str, arguments: argparse.Namespace) -> bool:
    """Whether a condition is among those asked for."""
    return arguments.conditions is None or condition in arguments.conditions


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
    """What is measured beyond the clips as they are, and how predicted mels are made.

    At another rate than 16 kHz nothing: stand-ins and simulated conditions are made for that.
    """
    if arguments.quick or arguments.curve or arguments.sheets or arguments.rate != NARROW.rate_hz:
        return Plan(predicted=0, simulated=0, input_versions={}), {}
    predict: dict[str, Any] = {}
    versions: dict[str, str] = {}
    if arguments.predicted:
        bottleneck, weights = bottleneck_of(corpus, folder)
        predict = {SMOOTH: smooth, BOTTLENECK: bottleneck.predict}
        versions = {SMOOTH: smooth_version(), BOTTLENECK: weights}
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


def systems_of(session: Session) -> list[System]:
    """The baselines, the checkpoints, and the reference refined and untrained."""
    found = [*baselines(session.front_end), *map(checkpoint, session.stems.values())]
    if session.reference is not None:
        found += [refined(session.reference), *untrained_controls(session.reference)]
    return found

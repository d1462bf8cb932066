"""Train a recognizer of sounds on one thread, resumable to the step.

    python scripts/train_recognizer.py recognizer
    python scripts/train_recognizer.py recognizer --resume --stop-after-minutes 10
    python scripts/train_recognizer.py judge --seed 7 --without ru_nsh

It learns from the training recordings whose alignments are believed (a file of
scripts/align_corpus.py, $EARSHOT_DATA/alignments.jsonl.gz unless --alignments names another), and
from espeak-ng's speech; never from a reference speaker, nor from whom --without names: a judge of
outputs may not know the voice it judges.

Writes lessons.npz (made once), state.pt (resume from it), history.jsonl, log.jsonl and, whenever it
ends, the checkpoint recognizer.safetensors and .json to RUNS/NAME/, RUNS being
$EARSHOT_DATA/runs/recognize unless --runs says otherwise. Minutes are processor time. Needs
espeak-ng and requirements-training.txt.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import training_run  # noqa: E402

if __name__ == "__main__":
    training_run.keep_memory()

import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.training_run import Clock, ask_to_stop, write_history, write_log  # noqa: E402
from synth.align.store import read_alignments  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import VOICES  # noqa: E402
from synth.recognize.checkpoint import write_recognizer  # noqa: E402
from synth.recognize.lessons import (  # noqa: E402
    Lesson,
    lessons,
    read_lessons,
    write_lessons,
)
from synth.recognize.network import RecognizerConfig  # noqa: E402
from synth.recognize.train import (  # noqa: E402
    RecognizerTrainer,
    RecognizerTraining,
    resume_training,
    save_training,
)

LOG_EVERY = 50
SAVE_MINUTES = 2.0
FRAMES_PER_MINUTE = 6000


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the run")
    parser.add_argument("--without", nargs="*", default=[], choices=sorted(VOICES))
    parser.add_argument("--alignments", type=Path, help="of scripts/align_corpus.py")
    parser.add_argument("--steps", type=int, help="of the schedule; with --resume, a new end")
    parser.add_argument("--seed", type=int, default=RecognizerTraining.seed)
    parser.add_argument("--runs", type=Path, help="the folder of all runs")
    parser.add_argument("--stop-after-minutes", type=float, default=float("inf"))
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def learned_from(arguments: argparse.Namespace, run: Path) -> list[Lesson]:
    """The lessons of the run: made of the corpus at first.

    Raises:
        SystemExit: if there is no prepared corpus, or it was not aligned.
    """
    if (run / "lessons.npz").exists():
        return read_lessons(run / "lessons.npz")
    data = data_folder()
    try:
        corpus = PreparedCorpus.open(corpus_folder(data))
        alignments = read_alignments(arguments.alignments or data / "alignments.jsonl.gz")
    except FileNotFoundError as error:
        raise SystemExit(
            f"{error.filename} is missing; run scripts/fetch_corpora.py and align_corpus.py."
        ) from error
    found = lessons(corpus, data / "sources", alignments, without=arguments.without)
    write_lessons(run / "lessons.npz", found)
    return found


def trainer_of(
    arguments: argparse.Namespace, run: Path, found: Sequence[Lesson]
) -> RecognizerTrainer:
    """A fresh trainer, or the one whose state lies in the run's folder."""
    if arguments.resume:
        trainer = resume_training(run / "state.pt", found)
        steps = arguments.steps or trainer.config.steps
        trainer.config = replace(trainer.config, steps=steps)
        return trainer
    config = RecognizerTraining(
        seed=arguments.seed, steps=arguments.steps or RecognizerTraining.steps
    )
    return RecognizerTrainer(RecognizerConfig(), config, found)


def train(trainer: RecognizerTrainer, run: Path, *, minutes: float) -> Clock:
    """Step until the schedule's end, the time is up or told to end."""
    stored = run / "cpu_s"
    clock = Clock(float(stored.read_text()) if stored.exists() else 0.0)
    told_to_stop = ask_to_stop()
    began = saved = clock.seconds()
    figures: list[dict[str, float]] = []
    while not told_to_stop and trainer.step < trainer.config.steps:
        if clock.seconds() - began > minutes * 60:
            break
        figures.append(trainer.train_step())
        if trainer.step % LOG_EVERY == 0:
            means = {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]}
            write_log(run, {"step": trainer.step, "cpu_s": clock.seconds(), **means})
            figures = []
        if clock.seconds() - saved > SAVE_MINUTES * 60:
            save(trainer, run, clock)
            saved = clock.seconds()
    save(trainer, run, clock)
    return clock


def save(trainer: RecognizerTrainer, run: Path, clock: Clock) -> None:
    """Write what the run goes on from."""
    save_training(trainer, run / "state.pt")
    (run / "cpu_s").write_text(f"{clock.seconds():.1f}")


def about(trainer: RecognizerTrainer, run: Path, clock: Clock) -> dict[str, Any]:
    """What the card says of the training."""
    frames: Counter[str] = Counter()
    for one in trainer.lessons:
        frames[one.speaker] += len(one.targets)
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    state: Mapping[str, Any] = trainer.state()
    return {
        "training": {
            "minutes": {k: round(n / FRAMES_PER_MINUTE, 1) for k, n in sorted(frames.items())},
            "config": state["training_config"],
            "steps": trainer.step,
            "cpu_hours": round(clock.seconds() / 3600, 2),
            "history": history,
        }
    }


def main() -> None:
    """Train until the schedule's end or another limit."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    run = (arguments.runs or data_folder() / "runs" / "recognize") / arguments.name
    run.mkdir(parents=True, exist_ok=True)
    if (run / "state.pt").exists() != arguments.resume:
        raise SystemExit(f"{run} holds a run already, or none to --resume; see there.")
    trainer = trainer_of(arguments, run, learned_from(arguments, run))
    write_history(run, {"step": trainer.step, "without": arguments.without})
    print(f"{len(trainer.lessons)} lessons, {trainer.config}", flush=True)
    clock = train(trainer, run, minutes=arguments.stop_after_minutes)
    write_recognizer(trainer.recognizer(), run / "recognizer", about(trainer, run, clock))


if __name__ == "__main__":
    main()

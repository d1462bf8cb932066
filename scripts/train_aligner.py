"""Train an aligner for everybody on one thread, resumable to the step.

    python scripts/train_aligner.py everybody
    python scripts/train_aligner.py everybody --resume --stop-after-minutes 2
    python scripts/train_aligner.py small --start RUNS/everybody/state.pt --voice cs_fish_small \
        --steps 300
    python scripts/train_aligner.py ru --start RUNS/everybody/state.pt --labels --steps 300

It learns from espeak-ng's speech, whose times are known, and from the training recordings of all
speakers with a text, with first guesses that come from espeak-ng's speech of the same text; they
are aligned anew every --realign-every steps. Never from a reference speaker. With --voice it is
for one voice and its references, and learns from that voice too; --start begins with another run's
network and its alignments. With --labels the times of ru_nsh come from its labels and are not
guessed: the aligner for that voice.

Writes state.pt (resume from it), taught.txt (the sha256 of every recording learned from),
history.jsonl and log.jsonl to RUNS/NAME/, RUNS being $EARSHOT_DATA/runs/align unless --runs says
otherwise. Minutes are processor time. Needs espeak-ng and requirements-training.txt.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import training_run  # noqa: E402

if __name__ == "__main__":
    training_run.keep_memory()

import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.training_run import Clock, ask_to_stop, write_history, write_log  # noqa: E402
from synth.align.examples import Example  # noqa: E402
from synth.align.network import AlignerConfig  # noqa: E402
from synth.align.teaching import LABELED, labeled_examples, lessons, teachers  # noqa: E402
from synth.align.train import (  # noqa: E402
    AlignerTrainer,
    AlignerTraining,
    read_guesses,
    read_network,
    resume_training,
    save_training,
)
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import VOICES  # noqa: E402

LOG_EVERY = 50
SAVE_MINUTES = 1.0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the run")
    parser.add_argument("--labels", action="store_true", help="of ru_nsh, not guesses")
    parser.add_argument("--voice", choices=sorted(VOICES), default=LABELED)
    parser.add_argument("--start", type=Path, help="state.pt of the run to begin with")
    parser.add_argument("--realign-every", type=int, default=AlignerTraining.realign_every)
    parser.add_argument("--steps", type=int, help="of the schedule; with --resume, a new end")
    parser.add_argument("--seed", type=int, default=AlignerTraining.seed)
    parser.add_argument("--runs", type=Path, help="the folder of all runs")
    parser.add_argument("--stop-after-minutes", type=float, default=float("inf"))
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def learned_from(arguments: argparse.Namespace, run: Path) -> list[Example]:
    """The examples of the corpus; which recordings were guessed is noted in the run's folder.

    Raises:
        SystemExit: if there is no prepared corpus.
    """
    data = data_folder()
    try:
        corpus = PreparedCorpus.open(corpus_folder(data))
    except FileNotFoundError as error:
        raise SystemExit(f"{data} holds no corpus; run scripts/fetch_corpora.py.") from error
    labeled = labeled_examples(corpus, data / "sources") if arguments.labels else {}
    sentences = teachers(corpus, data / "sources", voice=arguments.voice)
    if labeled:
        sentences = [s for s in sentences if corpus.utterances[s.index].speaker != LABELED]
    places = {*labeled, *(one.index for one in sentences)}
    hashes = sorted(corpus.utterances[place].sha256 for place in places)
    (run / "taught.txt").write_text("\n".join(hashes) + "\n")
    if arguments.resume:
        guessed = lessons(corpus, sentences, read_guesses(run / "state.pt"))
    else:
        start = read_network(arguments.start) if arguments.start else None
        guessed = lessons(corpus, sentences, start)
    return [*guessed, *labeled.values()]


def trainer_of(
    arguments: argparse.Namespace, run: Path, examples: Sequence[Example]
) -> AlignerTrainer:
    """A fresh trainer, or the one whose state lies in the run's folder."""
    if arguments.resume:
        trainer = resume_training(run / "state.pt", examples)
        steps = arguments.steps or trainer.config.steps
        trainer.config = replace(trainer.config, steps=steps)
        return trainer
    config = AlignerTraining(
        seed=arguments.seed,
        steps=arguments.steps or AlignerTraining.steps,
        realign_every=arguments.realign_every,
    )
    trainer = AlignerTrainer(AlignerConfig(), config, examples)
    if arguments.start:
        trainer.begin_with(read_network(arguments.start))
    return trainer


def train(trainer: AlignerTrainer, run: Path, *, minutes: float) -> None:
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
            log_means(run, figures, {"step": trainer.step, "cpu_s": clock.seconds()})
            figures = []
        if clock.seconds() - saved > SAVE_MINUTES * 60:
            save(trainer, run, clock)
            saved = clock.seconds()
    save(trainer, run, clock)


def log_means(run: Path, figures: Sequence[dict[str, float]], position: dict[str, float]) -> None:
    """Log the means of the last steps."""
    means = {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]}
    write_log(run, position | means)


def save(trainer: AlignerTrainer, run: Path, clock: Clock) -> None:
    """Write what the run goes on from."""
    save_training(trainer, run / "state.pt")
    (run / "cpu_s").write_text(f"{clock.seconds():.1f}")


def main() -> None:
    """Train until the schedule's end or another limit."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    run = (arguments.runs or data_folder() / "runs" / "align") / arguments.name
    run.mkdir(parents=True, exist_ok=True)
    if (run / "state.pt").exists() != arguments.resume:
        raise SystemExit(f"{run} holds a run already, or none to --resume; see there.")
    examples = learned_from(arguments, run)
    trainer = trainer_of(arguments, run, examples)
    write_history(run, {"step": trainer.step, "steps": trainer.config.steps})
    print(f"{len(examples)} examples, {trainer.config}", flush=True)
    train(trainer, run, minutes=arguments.stop_after_minutes)


if __name__ == "__main__":
    main()

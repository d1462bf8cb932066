"""Train a vocoder network on the prepared corpus, on one thread, resumable to the step.

    python scripts/train_vocoder.py universal --preset small --steps 10000
    python scripts/train_vocoder.py universal --resume

Writes $EARSHOT_DATA/runs/NAME/: state.pt (resume from it), log.jsonl, and
average-STEP.pt (averaged weights, from which evaluate_vocoder.py makes a checkpoint).
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.audio.mel import HOP  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.splits import VALIDATION  # noqa: E402
from synth.vocoder.batches import training_set  # noqa: E402
from synth.vocoder.config import NETWORKS, TrainingConfig, network_config  # noqa: E402
from synth.vocoder.loss import mel_distance, multi_resolution_distance  # noqa: E402
from synth.vocoder.network import VocoderNetwork, n_parameters  # noqa: E402
from synth.vocoder.train import Trainer, resume_training, save_training  # noqa: E402

LOG_EVERY = 100
SAVE_EVERY = 500
KEEP_EVERY = 1000
N_VALIDATION = 20
VALIDATION_S = 2.5


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the checkpoint, e.g. universal")
    parser.add_argument("--preset", choices=sorted(NETWORKS), default="small")
    parser.add_argument("--prior-iterations", type=int, help="with --resume: from here on")
    parser.add_argument("--steps", type=int, help="of the schedule; with --resume, a new end")
    parser.add_argument("--adversarial-from", type=int, default=TrainingConfig.adversarial_from)
    parser.add_argument("--adversarial-until", type=int, help="a step; to the end when left out")
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    parser.add_argument("--speakers", nargs="*", default=[], help="codes; all when left out")
    parser.add_argument("--stop-after", type=int, help="stop at this step of the schedule")
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def trainer_of(arguments: argparse.Namespace, corpus: PreparedCorpus, run: Path) -> Trainer:
    """A fresh trainer, or the one whose state lies in the run's folder."""
    if arguments.resume:
        trainer = resume_training(run / "state.pt", None)
        changes = {"steps": arguments.steps, "adversarial_until": arguments.adversarial_until}
        given = {name: value for name, value in changes.items() if value is not None}
        trainer.config = replace(trainer.config, **given)
        if arguments.prior_iterations is not None:
            trainer.change_prior(iterations=arguments.prior_iterations)
        trainer.draws = training_set(corpus, trainer.config)
        return trainer
    if (run / "state.pt").exists():
        raise SystemExit(f"{run} already holds a run; use --resume or another name.")
    config = TrainingConfig(
        seed=arguments.seed,
        steps=arguments.steps or TrainingConfig.steps,
        adversarial_from=arguments.adversarial_from,
        adversarial_until=arguments.adversarial_until,
        speakers=tuple(arguments.speakers),
    )
    network = network_config(arguments.preset, prior_iterations=arguments.prior_iterations)
    return Trainer(network, config, training_set(corpus, config))


def write_history(trainer: Trainer, run: Path) -> None:
    """Note from which step on the run went on with which code and settings."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    entry = {
        "step": trainer.step,
        "git_commit": commit.stdout.strip(),
        "steps": trainer.config.steps,
        "adversarial": [trainer.config.adversarial_from, trainer.config.adversarial_until],
        "prior_iterations": trainer.network.config.prior_iterations,
    }
    with (run / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(entry) + "\n")


def validation_signals(corpus: PreparedCorpus) -> list[torch.Tensor]:
    """A fixed spread of validation utterances, (1, N) each."""
    indices = corpus.indices(VALIDATION)
    length = int(VALIDATION_S * 16_000) // HOP * HOP
    long = [i for i in indices if len(corpus.samples_of(i)) >= length]
    chosen = long[:: max(1, len(long) // N_VALIDATION)][:N_VALIDATION]
    return [torch.from_numpy(corpus.samples_of(i)[:length] / 32768.0).float()[None] for i in chosen]


@torch.no_grad()
def validate(network: VocoderNetwork, signals: list[torch.Tensor]) -> dict[str, float]:
    """Mean distances of the averaged network on the validation signals."""
    from synth.audio.mel import log_mel_batch

    outputs = [network(log_mel_batch(signal)) for signal in signals]
    pairs = list(zip(outputs, signals, strict=True))
    figures = {
        "mel": [mel_distance(a, b).item() for a, b in pairs],
        "stft": [multi_resolution_distance(a, b).item() for a, b in pairs],
        "pesq": [pesq_of(a[0], b[0]) for a, b in pairs],
    }
    return {f"validation_{name}": sum(v) / len(v) for name, v in figures.items()}


def pesq_of(output: torch.Tensor, target: torch.Tensor) -> float:
    """Wide-band PESQ, or 0 where the optional pesq package is missing."""
    try:
        from pesq import NoUtterancesError, pesq
    except ImportError:
        return 0.0
    try:
        return float(pesq(16_000, target.numpy(), output.numpy(), "wb"))
    except NoUtterancesError:
        return 0.0


def write_log(run: Path, figures: dict[str, float]) -> None:
    line = json.dumps({name: round(value, 5) for name, value in figures.items()})
    with (run / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    print(line, flush=True)


def keep(trainer: Trainer, run: Path, cpu_s: float) -> None:
    """Keep the averaged weights of this step."""
    state = {key: value for key, value in trainer.state().items() if key.endswith("config")}
    state |= {"average": trainer.average.state_dict(), "step": trainer.step, "cpu_s": cpu_s}
    torch.save(state, run / f"average-{trainer.step:06d}.pt")


def ask_to_stop() -> list[int]:
    """A list that stays empty until the process is told to end (SIGTERM, Ctrl-C)."""
    told: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: told.append(number))
    return told


def train(trainer: Trainer, signals: list[torch.Tensor], run: Path, last: int) -> None:
    """Step until ``last``, logging, validating and saving on the way; also when told to end."""
    told_to_stop = ask_to_stop()
    sums: dict[str, float] = {}
    cpu_before = float((run / "cpu_s").read_text()) if (run / "cpu_s").exists() else 0.0
    if trainer.step == 0:
        write_log(run, {"step": 0.0} | validate(trainer.average, signals))
    while trainer.step < last:
        sums["n"] = sums.get("n", 0.0) + 1.0
        for name, value in trainer.train_step().items():
            sums[name] = sums.get(name, 0.0) + value
        cpu_s = cpu_before + time.process_time()
        if trainer.step % LOG_EVERY == 0:
            n = sums.pop("n")
            means = {name: total / n for name, total in sums.items()}
            write_log(run, {"step": float(trainer.step), "cpu_s": cpu_s} | means)
            sums = {}
        if trainer.step % SAVE_EVERY == 0 or trainer.step == last or told_to_stop:
            save_training(trainer, run / "state.pt")
            (run / "cpu_s").write_text(f"{cpu_s:.1f}")
        if trainer.step % KEEP_EVERY == 0 or trainer.step == last:
            keep(trainer, run, cpu_s)
            write_log(run, {"step": float(trainer.step)} | validate(trainer.average, signals))
        if told_to_stop:
            return


def main() -> None:
    """Train until the schedule's end or --stop-after."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    data = data_folder()
    run = data / "runs" / arguments.name
    run.mkdir(parents=True, exist_ok=True)
    corpus = PreparedCorpus.open(data / "corpus")
    trainer = trainer_of(arguments, corpus, run)
    write_history(trainer, run)
    print(f"{n_parameters(trainer.network)} parameters, {trainer.config}", flush=True)
    last = min(arguments.stop_after or trainer.config.steps, trainer.config.steps)
    train(trainer, validation_signals(corpus), run, last)


if __name__ == "__main__":
    main()

"""Train RNN_MS on the prepared corpus, on one thread, resumable to the step.

    python scripts/train_rnn_ms.py rnn_ms_lite --stop-after-minutes 180
    python scripts/train_rnn_ms.py rnn_ms_lite --resume

Writes $EARSHOT_DATA/runs/NAME/: state.pt (resume from it), history.jsonl, log.jsonl, and every
--sample-minutes average-STEP.pt (averaged weights), a generated recording and its spectrogram.
Minutes are processor time on a CPU.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import training_run  # noqa: E402

if __name__ == "__main__":
    training_run.keep_memory()

import numpy as np  # noqa: E402
import soundfile  # noqa: E402
import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.training_run import (  # noqa: E402
    Clock,
    ask_to_stop,
    middle_of,
    write_history,
    write_log,
)
from synth.audio.mel import HOP, RATE_HZ, log_mel_batch  # noqa: E402
from synth.audio.spectrogram import spectrogram_png  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.splits import VALIDATION  # noqa: E402
from synth.vocoder.batches import training_set  # noqa: E402
from synth.vocoder.rnn_ms.config import RNN_MS, rnn_ms_config  # noqa: E402
from synth.vocoder.rnn_ms.train import (  # noqa: E402
    RnnMsTrainer,
    RnnMsTraining,
    resume_rnn_ms,
)
from synth.vocoder.states import write_atomically  # noqa: E402

LOG_EVERY = 20
SAVE_MINUTES = 3.0
N_HELD_OUT = 24
HELD_OUT_FRAMES = 60
SAMPLE_FRAMES = 300


@dataclass(frozen=True)
class HeldOut:
    """Validation signals: (B, N) for the loss and one longer (1, N) to listen to."""

    signals: torch.Tensor
    heard: torch.Tensor


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the checkpoint, e.g. rnn_ms_lite")
    parser.add_argument("--preset", choices=sorted(RNN_MS), default="lite")
    parser.add_argument("--steps", type=int, default=RnnMsTraining.steps, help="of the schedule")
    parser.add_argument("--batch", type=int, default=RnnMsTraining.batch)
    parser.add_argument("--learning-rate", type=float, default=RnnMsTraining.learning_rate)
    parser.add_argument("--seed", type=int, default=RnnMsTraining.seed)
    parser.add_argument("--speakers", nargs="*", default=[], help="codes; all when left out")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--stop-after-minutes", type=float, default=float("inf"))
    parser.add_argument("--sample-minutes", type=float, default=15.0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def trainer_of(arguments: argparse.Namespace, corpus: PreparedCorpus, run: Path) -> RnnMsTrainer:
    """A fresh trainer, or the one whose state lies in the run's folder."""
    if arguments.resume:
        trainer = resume_rnn_ms(run / "state.pt", None, device=arguments.device)
        trainer.draws = training_set(corpus, trainer.config.draws)
        return trainer
    if (run / "state.pt").exists():
        raise SystemExit(f"{run} already holds a run; use --resume or another name.")
    config = RnnMsTraining(
        seed=arguments.seed,
        steps=arguments.steps,
        batch=arguments.batch,
        learning_rate=arguments.learning_rate,
        speakers=tuple(arguments.speakers),
    )
    draws = training_set(corpus, config.draws)
    return RnnMsTrainer(rnn_ms_config(arguments.preset), config, draws, device=arguments.device)


def held_out(corpus: PreparedCorpus) -> HeldOut:
    """A fixed spread of validation utterances, each from its middle."""
    length = HELD_OUT_FRAMES * HOP
    long = [i for i in corpus.indices(VALIDATION) if len(corpus.samples_of(i)) >= length]
    chosen = long[:: max(1, len(long) // N_HELD_OUT)][:N_HELD_OUT]
    heard = max(long, key=lambda i: min(len(corpus.samples_of(i)), SAMPLE_FRAMES * HOP))
    return HeldOut(
        torch.stack([_middle(corpus, i, length) for i in chosen]),
        _middle(corpus, heard, SAMPLE_FRAMES * HOP)[None],
    )


def _middle(corpus: PreparedCorpus, index: int, length: int) -> torch.Tensor:
    return torch.from_numpy(middle_of(corpus.samples_of(index), length))


def save(trainer: RnnMsTrainer, run: Path, clock: Clock) -> None:
    """Write the state to resume from."""
    cpu_s = {"cpu_s": clock.seconds()}
    write_atomically(trainer.state() | cpu_s, run / "state.pt")


def keep(trainer: RnnMsTrainer, run: Path, clock: Clock, signals: HeldOut) -> None:
    """Keep the averaged weights, their held-out loss, and something to hear and look at."""
    weights = trainer.weights() | {"cpu_s": clock.seconds()}
    write_atomically(weights, run / f"average-{trainer.step:06d}.pt")
    loss = trainer.held_out_loss(signals.signals)
    began = time.process_time()
    mels = log_mel_batch(signals.heard).to(trainer.device)
    drawn = trainer.average(mels)[0].cpu().numpy()
    spent_s = time.process_time() - began
    for name, samples in (("generated", drawn), ("natural", signals.heard[0].numpy())):
        stem = run / (f"{name}-{trainer.step:06d}" if name == "generated" else name)
        soundfile.write(stem.with_suffix(".flac"), np.clip(samples, -1, 1), RATE_HZ)
        stem.with_suffix(".png").write_bytes(spectrogram_png(samples, RATE_HZ))
    figures = {"held_out_loss": loss, "real_time_factor": spent_s * RATE_HZ / len(drawn)}
    write_log(run, {"step": float(trainer.step), "minutes": clock.seconds() / 60} | figures)


def train(
    trainer: RnnMsTrainer, run: Path, clock: Clock, signals: HeldOut, arguments: argparse.Namespace
) -> None:
    """Step to the schedule's end, the time's end or a signal, saving on the way."""
    told_to_stop = ask_to_stop()
    began = saved = kept = clock.seconds() / 60
    losses: list[float] = []
    while trainer.step < trainer.config.steps and not told_to_stop:
        if clock.seconds() / 60 - began >= arguments.stop_after_minutes:
            break
        losses.append(trainer.train_step()["loss"])
        now = clock.seconds() / 60
        if trainer.step % LOG_EVERY == 0:
            figures = {"loss": sum(losses) / len(losses)}
            write_log(run, {"step": float(trainer.step), "minutes": now} | figures)
            losses = []
        if now - saved >= SAVE_MINUTES:
            save(trainer, run, clock)
            saved = now
        if now - kept >= arguments.sample_minutes:
            keep(trainer, run, clock, signals)
            kept = now
    save(trainer, run, clock)
    keep(trainer, run, clock, signals)


def main() -> None:
    """Train until the schedule's end or --stop-after-minutes."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    data = data_folder()
    run = data / "runs" / arguments.name
    run.mkdir(parents=True, exist_ok=True)
    corpus = PreparedCorpus.open(data / "corpus")
    trainer = trainer_of(arguments, corpus, run)
    before_s = 0.0
    if arguments.resume:
        before_s = torch.load(run / "state.pt", weights_only=True)["cpu_s"]
    write_history(run, {"step": trainer.step, "steps": trainer.config.steps})
    print(f"{sum(p.numel() for p in trainer.network.parameters())} parameters, {trainer.config}")
    train(trainer, run, Clock(before_s), held_out(corpus), arguments)


if __name__ == "__main__":
    main()

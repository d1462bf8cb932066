"""Train a vocoder network on the prepared corpus, on one thread, resumable to the step.

    python scripts/train_vocoder.py universal --steps 60000 --adversarial-from 20000
    python scripts/train_vocoder.py universal --resume --stop-after-minutes 120
    python scripts/train_vocoder.py large --preset large --device cuda
    python scripts/train_vocoder.py wide --preset wide

Writes $EARSHOT_DATA/runs/NAME/: state.pt (resume from it), history.jsonl, log.jsonl, and every
--keep-minutes average-STEP.pt (averaged weights, from which evaluate_vocoder.py makes a
checkpoint), a rendering of a held-out recording and both spectrograms. The corpus is the one
prepared at the preset's rate; PESQ is measured at 16 kHz only. Minutes are processor time on a
CPU. With --weights a new run starts from a checkpoint's weights.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
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
from scripts.track_pitch import track_corpus  # noqa: E402
from scripts.training_run import (  # noqa: E402
    Clock,
    ask_to_stop,
    middle_of,
    write_history,
    write_log,
)
from synth.audio.mel import RATE_HZ, FrontEnd, log_mel_batch  # noqa: E402
from synth.audio.spectrogram import spectrogram_png  # noqa: E402
from synth.datasets.licences import PERMISSIVE  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.splits import VALIDATION  # noqa: E402
from synth.vocoder.batches import ANY, TrainingSet, training_set  # noqa: E402
from synth.vocoder.config import NETWORKS, TrainingConfig, network_config  # noqa: E402
from synth.vocoder.infer import read_weights  # noqa: E402
from synth.vocoder.loss import (  # noqa: E402
    mel_distance,
    spectra_of,
    spectral_distance,
)
from synth.vocoder.network import VocoderNetwork, n_parameters  # noqa: E402
from synth.vocoder.states import write_atomically  # noqa: E402
from synth.vocoder.train import Trainer, resume_training, save_training  # noqa: E402

LOG_EVERY = 100
SAVE_MINUTES = 3.0
N_VALIDATION = 20
VALIDATION_S = 2.5


@dataclass(frozen=True)
class Limits:
    """When a start ends: at a step, after some minutes of it, or without gain."""

    last_step: int
    minutes: float
    keep_minutes: float
    patience: int


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the checkpoint, e.g. universal")
    parser.add_argument("--preset", choices=sorted(NETWORKS), default="small")
    parser.add_argument("--steps", type=int, help="of the schedule; with --resume, a new end")
    parser.add_argument(
        "--pitch-steps", type=int, default=TrainingConfig.pitch_steps, help="of the pitch reader"
    )
    parser.add_argument("--adversarial-from", type=int, help="a step; never when left out")
    parser.add_argument("--batch", type=int, default=TrainingConfig.batch)
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    parser.add_argument("--speakers", nargs="*", default=[], help="codes; all when left out")
    parser.add_argument("--without", nargs="*", default=[], help="codes of speakers to leave out")
    parser.add_argument("--minutes", type=float, help="of speech in all; everything if left out")
    parser.add_argument("--licence", choices=[ANY, PERMISSIVE], default=ANY)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--weights", type=Path, help="a .safetensors file to start from")
    parser.add_argument("--stop-after", type=int, help="stop at this step of the schedule")
    parser.add_argument("--stop-after-minutes", type=float, default=float("inf"))
    parser.add_argument("--keep-minutes", type=float, default=15.0)
    parser.add_argument(
        "--patience", type=int, default=0, help="stop after so many measurements without gain"
    )
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def trainer_of(arguments: argparse.Namespace, run: Path) -> tuple[Trainer, TrainingSet]:
    """A fresh trainer, or the one whose state lies in the run's folder, and what it draws from."""
    if arguments.resume:
        trainer = resume_training(run / "state.pt", None, device=arguments.device)
        changes = {"steps": arguments.steps, "adversarial_from": arguments.adversarial_from}
        given = {name: value for name, value in changes.items() if value is not None}
        trainer.config = replace(trainer.config, **given)
        trainer.draws = draws = draws_of(trainer.network.config.mel, trainer.config)
        return trainer, draws
    if (run / "state.pt").exists():
        raise SystemExit(f"{run} already holds a run; use --resume or another name.")
    config = TrainingConfig(
        seed=arguments.seed,
        steps=arguments.steps or TrainingConfig.steps,
        pitch_steps=arguments.pitch_steps,
        adversarial_from=arguments.adversarial_from,
        batch=arguments.batch,
        speakers=tuple(arguments.speakers),
        without=tuple(arguments.without),
        minutes=arguments.minutes,
        licence=arguments.licence,
    )
    network = network_config(arguments.preset)
    draws = draws_of(network.mel, config)
    trainer = Trainer(network, config, draws, device=arguments.device)
    if arguments.weights:
        trainer.start_from(read_weights(arguments.weights))
    return trainer, draws


def draws_of(front_end: FrontEnd, config: TrainingConfig) -> TrainingSet:
    """The training set of the corpus at a front end's rate, with the pitch tracks of all it holds.

    Raises:
        SystemExit: if there is no corpus of that rate.
    """
    folder = corpus_folder(data_folder(), front_end.rate_hz)
    try:
        corpus = PreparedCorpus.open(folder, rate_hz=front_end.rate_hz)
    except FileNotFoundError as error:
        raise SystemExit(
            f"The network works at {front_end.rate_hz} Hz but {folder} holds no corpus; prepare "
            f"it with scripts/fetch_corpora.py --rate {front_end.rate_hz}."
        ) from error
    chosen = training_set(corpus, config, front_end=front_end)
    return replace(chosen, tracks=track_corpus(corpus, chosen.indices, folder))


def validation_signals(draws: TrainingSet) -> list[torch.Tensor]:
    """A fixed spread of the corpus' validation utterances, (1, N) each, from their middles."""
    corpus, front_end = draws.corpus, draws.front_end
    length = int(VALIDATION_S * front_end.rate_hz) // front_end.hop * front_end.hop
    long = [i for i in corpus.indices(VALIDATION) if len(corpus.samples_of(i)) >= length]
    chosen = long[:: max(1, len(long) // N_VALIDATION)][:N_VALIDATION]
    return [torch.from_numpy(middle_of(corpus.samples_of(i), length))[None] for i in chosen]


@torch.no_grad()
def validate(network: VocoderNetwork, signals: list[torch.Tensor]) -> dict[str, float]:
    """Mean distances of the averaged network on the validation signals; PESQ at 16 kHz only."""
    mel = network.config.mel
    pairs = [(network(log_mel_batch(signal, front_end=mel)), signal) for signal in signals]
    figures = {
        "mel": [mel_distance(a, b, front_end=mel).item() for a, b in pairs],
        "stft": [stft_distance(a, b, rate_hz=mel.rate_hz) for a, b in pairs],
    }
    if mel.rate_hz == RATE_HZ:
        figures["pesq"] = [pesq_of(a[0], b[0]) for a, b in pairs]
    return {f"validation_{name}": sum(v) / len(v) for name, v in figures.items()}


def stft_distance(output: torch.Tensor, target: torch.Tensor, *, rate_hz: int) -> float:
    """Spectral distance of one signal (1, N) from its recording."""
    made, recording = (spectra_of(one, rate_hz=rate_hz) for one in (output, target))
    return float(spectral_distance(made, recording, recording))


def pesq_of(output: torch.Tensor, target: torch.Tensor) -> float:
    """Wide-band PESQ, or 0 where the optional pesq package is missing."""
    try:
        from pesq import NoUtterancesError, pesq
    except ImportError:
        return 0.0
    try:
        return float(pesq(RATE_HZ, target.numpy(), output.numpy(), "wb"))
    except NoUtterancesError:
        return 0.0


def keep(trainer: Trainer, run: Path, cpu_s: float) -> None:
    """Keep the averaged weights of this step."""
    state = {key: value for key, value in trainer.state().items() if key.endswith("config")}
    state |= {"average": trainer.average.state_dict(), "step": trainer.step, "cpu_s": cpu_s}
    write_atomically(state, run / f"average-{trainer.step:06d}.pt")


@torch.no_grad()
def write_example(trainer: Trainer, signal: torch.Tensor, run: Path) -> None:
    """A held-out recording and what the network makes of it, to hear and to see."""
    front_end = trainer.network.config.mel
    mels = log_mel_batch(signal.to(trainer.device), front_end=front_end)
    output = trainer.average(mels)[0].cpu().numpy()
    for name, samples in (("recording", signal[0].numpy()), (f"{trainer.step:06d}", output)):
        soundfile.write(run / f"example-{name}.wav", np.clip(samples, -1, 1), front_end.rate_hz)
        picture = spectrogram_png(samples, rate_hz=front_end.rate_hz)
        (run / f"example-{name}.png").write_bytes(picture)


class Run:
    """One start of a run: steps, logs, measures and saves until its limits."""

    def __init__(self, trainer: Trainer, folder: Path, limits: Limits) -> None:
        self.trainer, self.folder, self.limits = trainer, folder, limits
        stored = folder / "cpu_s"
        self.clock = Clock(float(stored.read_text()) if stored.exists() else 0.0)
        self.sums: dict[str, float] = {}
        self.distances: list[float] = []

    def train(self, signals: list[torch.Tensor]) -> None:
        """Step until a limit, or until told to end."""
        told_to_stop = ask_to_stop()
        saved = kept = began = self.clock.seconds()
        if self.trainer.step == 0:
            self.measure(signals)
        while not (told_to_stop or self.is_over(began)):
            self.add(self.trainer.train_step())
            now = self.clock.seconds()
            if now - saved > SAVE_MINUTES * 60:
                self.save()
                saved = now
            if now - kept > self.limits.keep_minutes * 60:
                self.measure(signals)
                kept = now
        self.save()
        self.measure(signals)

    def is_over(self, began: float) -> bool:
        """Whether the last step is reached, the time is up or nothing is gained any more."""
        is_late = self.clock.seconds() - began > self.limits.minutes * 60
        return self.trainer.step >= self.limits.last_step or is_late or self.is_stuck()

    def is_stuck(self) -> bool:
        """Whether the last measurements brought no better held-out distance."""
        patience = self.limits.patience
        if not patience or len(self.distances) <= patience:
            return False
        return min(self.distances[-patience:]) >= min(self.distances[:-patience])

    def add(self, figures: dict[str, float]) -> None:
        """Log the means of the last steps."""
        self.sums["n"] = self.sums.get("n", 0.0) + 1.0
        for name, value in figures.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        if self.trainer.step % LOG_EVERY == 0:
            n = self.sums.pop("n")
            means = {name: total / n for name, total in self.sums.items()}
            position = {"step": float(self.trainer.step), "cpu_s": self.clock.seconds()}
            write_log(self.folder, position | means)
            self.sums = {}

    def save(self) -> None:
        """Write what the run goes on from."""
        save_training(self.trainer, self.folder / "state.pt")
        (self.folder / "cpu_s").write_text(f"{self.clock.seconds():.1f}")

    def measure(self, signals: list[torch.Tensor]) -> None:
        """Keep the averaged weights, measure them on held-out signals, show an example."""
        keep(self.trainer, self.folder, self.clock.seconds())
        figures = validate(self.trainer.average, [s.to(self.trainer.device) for s in signals])
        self.distances.append(figures["validation_mel"] + figures["validation_stft"])
        write_log(self.folder, {"step": float(self.trainer.step)} | figures)
        write_example(self.trainer, signals[0], self.folder)


def main() -> None:
    """Train until the schedule's end or another limit."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    folder = data_folder() / "runs" / arguments.name
    folder.mkdir(parents=True, exist_ok=True)
    trainer, draws = trainer_of(arguments, folder)
    settings = {"step": trainer.step, "steps": trainer.config.steps}
    write_history(folder, settings | {"adversarial_from": trainer.config.adversarial_from})
    print(f"{n_parameters(trainer.network)} parameters, {trainer.config}", flush=True)
    last = min(arguments.stop_after or trainer.config.steps, trainer.config.steps)
    minutes = arguments.stop_after_minutes
    limits = Limits(last, minutes, arguments.keep_minutes, arguments.patience)
    Run(trainer, folder, limits).train(validation_signals(draws))


if __name__ == "__main__":
    main()

"""Train an acoustic network of prosody transfer on one voice, resumable to the step.

    python scripts/train_prosody.py agg --voice ru_nsh
    python scripts/train_prosody.py agg --resume --stop-after-minutes 120
    python scripts/train_prosody.py base --variant base --voice ru_nsh
    python scripts/train_prosody.py czech --voice cs_fish_small --alignments FILE
    python scripts/train_prosody.py heard --variant agg_textless --recognizer STEM
    python scripts/train_prosody.py large --preset large --device cuda

Writes RUNS/NAME/: state.pt (resume from it), history.jsonl, log.jsonl, and every --keep-minutes
average-STEP.pt (averaged weights, from which make_prosody_checkpoint.py makes a checkpoint) and a
held-out sentence, recorded and rendered through the universal vocoder. What is learned from is
made once and kept at VOICES/VOICE, for agg_textless as its recognizer heard it in a folder of its
own, whatever its texts; STEM names the files of a recognizer, synth/weights/recognizer unless said
otherwise. RUNS and VOICES are $EARSHOT_DATA/runs/prosody and
$EARSHOT_DATA/prosody unless said otherwise. Minutes are processor time on a CPU.
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
from scripts.training_run import Clock, ask_to_stop, write_history, write_log  # noqa: E402
from synth.align.store import read_alignments  # noqa: E402
from synth.audio.mel import RATE_HZ  # noqa: E402
from synth.audio.spectrogram import spectrogram_png  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.voices import VOICES, read_records, voice_of  # noqa: E402
from synth.prosody.batches import Batch  # noqa: E402
from synth.prosody.config import (  # noqa: E402
    AGG_TEXTLESS,
    NETWORKS,
    TRAININGS,
    VARIANTS,
    NetworkConfig,
    TrainingConfig,
    network_config,
)
from synth.prosody.infer import AcousticModel  # noqa: E402
from synth.prosody.network import n_parameters  # noqa: E402
from synth.prosody.preparation import (  # noqa: E402
    aligned_cutter,
    cut_voice,
    hear_voice,
    prepare_voice,
)
from synth.prosody.prepared_voice import PreparedVoice, folder_of, open_voice  # noqa: E402
from synth.prosody.spoken import Cutter, labeled_cut  # noqa: E402
from synth.prosody.train import (  # noqa: E402
    Trainer,
    new_network,
    resume_training,
    save_training,
)
from synth.prosody.validation import Reader, held_out, reader_of, validate  # noqa: E402
from synth.recognize.checkpoint import read_recognizer  # noqa: E402
from synth.recognize.recognizer import Recognizer  # noqa: E402
from synth.vocoder.infer import Vocoder  # noqa: E402
from synth.vocoder.network import VocoderNetwork  # noqa: E402
from synth.vocoder.states import write_atomically  # noqa: E402

WEIGHTS = ROOT / "synth" / "weights"
UNIVERSAL, RECOGNIZER = WEIGHTS / "universal", WEIGHTS / "recognizer"
LOG_EVERY = 50
SAVE_MINUTES = 3.0


@dataclass(frozen=True)
class Limits:
    """When a start ends, in steps and in minutes of it, and how often weights are kept."""

    last_step: int
    minutes: float
    keep_minutes: float


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the run")
    parser.add_argument("--variant", choices=VARIANTS, default="agg")
    parser.add_argument("--voice", choices=sorted(VOICES), default="ru_nsh")
    parser.add_argument("--preset", choices=sorted(NETWORKS), default="small")
    parser.add_argument("--steps", type=int, help="of the schedule; with --resume, a new end")
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--runs", type=Path, help="the folder of all runs")
    parser.add_argument("--voices", type=Path, help="where prepared voices are kept")
    parser.add_argument("--alignments", type=Path, help="of a voice without labels")
    parser.add_argument("--recognizer", type=Path, default=RECOGNIZER, help="of agg_textless")
    parser.add_argument("--stop-after-minutes", type=float, default=float("inf"))
    parser.add_argument("--keep-minutes", type=float, default=30.0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def prepared(voice: str, network: NetworkConfig, arguments: argparse.Namespace) -> PreparedVoice:
    """The voice as it was prepared, or prepared now: from labels, alignments, or what is heard.

    Raises:
        SystemExit: if there is no corpus, or the voice has neither labels nor alignments.
    """
    folder = folder_of(arguments.voices or data_folder() / "prosody", voice, network)
    try:
        return open_voice(folder)
    except FileNotFoundError:
        pass
    data = data_folder()
    try:
        corpus = PreparedCorpus.open(corpus_folder(data))
    except FileNotFoundError as error:
        raise SystemExit(f"{data} holds no corpus; run scripts/fetch_corpora.py.") from error
    records = read_records(corpus.utterances, data / "sources", voice)
    if network.recognizer:
        recognizer = known_recognizer(arguments.recognizer, network.recognizer)
        recordings, samples = hear_voice(corpus, records, recognizer)
    else:
        recordings, samples = cut_voice(corpus, records, cutter_of(voice, arguments.alignments))
    if not recordings:
        raise SystemExit(f"{voice} has no phone labels; give --alignments of align_corpus.py.")
    print(f"Preparing {len(recordings)} recordings in {folder}", flush=True)
    prepare_voice(folder, recordings, samples, phone_set=voice_of(voice).phone_set)
    return open_voice(folder)


def cutter_of(voice: str, alignments: Path | None) -> Cutter:
    """Who says when phonemes are said: the labels, unless there is a file of alignments."""
    if alignments is None:
        return labeled_cut
    return aligned_cutter(read_alignments(alignments, voice=voice), voice_of(voice).phone_set)


def known_recognizer(stem: Path, version: str = "") -> Recognizer:
    """The recognizer at ``stem``, of that version if one is named.

    Raises:
        SystemExit: if there is none, or another.
    """
    try:
        found = read_recognizer(stem)
    except FileNotFoundError as error:
        raise SystemExit(f"{error.filename} is missing; run train_recognizer.py.") from error
    if found.version != (version or found.version):
        raise SystemExit(f"{stem} is of version {found.version}; the network hears by {version}.")
    return found


def network_of(arguments: argparse.Namespace) -> NetworkConfig:
    """The network asked for; one that hears, with the recognizer that it is to understand."""
    network = network_config(arguments.preset, arguments.variant)
    if network.variant != AGG_TEXTLESS:
        return network
    return replace(network, recognizer=known_recognizer(arguments.recognizer).version)


def trainer_of(arguments: argparse.Namespace, run: Path) -> Trainer:
    """A fresh trainer, or the one whose state lies in the run's folder."""
    if arguments.resume:
        stored = resume_training(run / "state.pt", None, device=arguments.device)
        voice = prepared(stored.config.voice, stored.network.config, arguments)
        trainer = resume_training(run / "state.pt", voice, device=arguments.device)
        steps = arguments.steps or trainer.config.steps
        trainer.config = replace(trainer.config, steps=steps)
        return trainer
    if (run / "state.pt").exists():
        raise SystemExit(f"{run} already holds a run; use --resume or another name.")
    network = network_of(arguments)
    voice = prepared(arguments.voice, network, arguments)
    config = TrainingConfig(
        voice=arguments.voice, seed=arguments.seed, **TRAININGS[arguments.preset]
    )
    config = replace(config, steps=arguments.steps or config.steps)
    made = new_network(network, voice.inventory, seed=config.seed)
    return Trainer(made, config, voice, device=arguments.device)


def universal() -> Vocoder | None:
    """The universal vocoder, if its weights are here."""
    return Vocoder.load(UNIVERSAL) if UNIVERSAL.with_suffix(".json").exists() else None


def pitch_reader(vocoder: Vocoder | None) -> Reader | None:
    """What the vocoder reads off a mel."""
    if vocoder is None or not isinstance(vocoder.network, VocoderNetwork):
        return None
    return reader_of(vocoder.network)


class Run:
    """One start of a run: steps, logs, measures and saves until its limits."""

    def __init__(self, trainer: Trainer, folder: Path, limits: Limits) -> None:
        if trainer.voice is None:
            raise ValueError("A run needs a prepared voice.")
        self.trainer, self.folder, self.limits = trainer, folder, limits
        stored = folder / "cpu_s"
        self.clock = Clock(float(stored.read_text()) if stored.exists() else 0.0)
        self.model = AcousticModel(trainer.average, trainer.voice.speaker, device=trainer.device)
        self.sentences: list[Batch] = held_out(trainer.voice, self.model)
        self.vocoder = universal()
        self.reader = pitch_reader(self.vocoder)
        self.figures: list[dict[str, float]] = []

    def train(self) -> None:
        """Step until a limit, or until told to end."""
        told_to_stop = ask_to_stop()
        saved = kept = began = self.clock.seconds()
        if self.trainer.step == 0:
            self.measure()
        while not (told_to_stop or self.is_over(began)):
            self.add(self.trainer.train_step())
            now = self.clock.seconds()
            if now - saved > SAVE_MINUTES * 60:
                self.save()
                saved = now
            if now - kept > self.limits.keep_minutes * 60:
                self.measure()
                kept = now
        self.save()
        self.measure()

    def is_over(self, began: float) -> bool:
        """Whether the last step is reached or the time is up."""
        is_late = self.clock.seconds() - began > self.limits.minutes * 60
        return self.trainer.step >= self.limits.last_step or is_late

    def add(self, figures: dict[str, float]) -> None:
        """Log the means of the last steps."""
        self.figures.append(figures)
        if self.trainer.step % LOG_EVERY == 0:
            means = {n: float(np.mean([one[n] for one in self.figures])) for n in figures}
            position = {"step": float(self.trainer.step), "cpu_s": self.clock.seconds()}
            write_log(self.folder, position | means)
            self.figures = []

    def save(self) -> None:
        """Write what the run goes on from."""
        save_training(self.trainer, self.folder / "state.pt")
        (self.folder / "cpu_s").write_text(f"{self.clock.seconds():.1f}")

    def measure(self) -> None:
        """Keep the averaged weights, measure them on held-out sentences, show one of them."""
        step = self.trainer.step
        state = self.trainer.state()
        kept = {k: state[k] for k in ("step", "network_config", "training_config", "inventory")}
        kept |= {"average": state["average"], "cpu_s": self.clock.seconds()}
        write_atomically(kept, self.folder / f"average-{step:06d}.pt")
        figures = validate(self.model, self.sentences, self.reader)
        found = {f"validation_{name}": value for name, value in figures.items()}
        write_log(self.folder, {"step": float(step)} | found)
        self.show(f"{step:06d}")

    @torch.no_grad()
    def show(self, name: str) -> None:
        """A held-out sentence, recorded and rendered, to hear and to see."""
        if self.vocoder is None:
            return
        batch = self.sentences[0].to(self.trainer.device)
        made = self.model.network(batch.sentences, batch.stretch).mels[0, 0].cpu()
        for label, mel in (("copy", batch.mels[0].cpu()), (name, made)):
            samples = self.vocoder.render([mel.numpy()])[0]
            soundfile.write(self.folder / f"example-{label}.wav", samples.clip(-1, 1), RATE_HZ)
            (self.folder / f"example-{label}.png").write_bytes(
                spectrogram_png(samples, rate_hz=RATE_HZ)
            )


def main() -> None:
    """Train until the schedule's end or another limit."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    data = data_folder()
    run = (arguments.runs or data / "runs" / "prosody") / arguments.name
    run.mkdir(parents=True, exist_ok=True)
    trainer = trainer_of(arguments, run)
    write_history(run, {"step": trainer.step, "steps": trainer.config.steps})
    print(f"{n_parameters(trainer.network)} parameters, {trainer.config}", flush=True)
    limits = Limits(trainer.config.steps, arguments.stop_after_minutes, arguments.keep_minutes)
    Run(trainer, run, limits).train()


if __name__ == "__main__":
    main()

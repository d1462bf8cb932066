"""Make a checkpoint of a training run, measure it beside its peers, write its model card.

    python scripts/evaluate_vocoder.py universal

Reads $EARSHOT_DATA/runs/NAME and the prepared corpus; writes NAME.safetensors, NAME.json,
NAME.md and NAME.training.json.gz to synth/weights, and a picture and audio samples to the run's
folder. Needs requirements-evaluation.txt.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import matplotlib as mpl  # noqa: E402
import numpy as np  # noqa: E402
import soundfile  # noqa: E402
import torch  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.audio.mel import FloatArray, griffin_lim, log_mel, stft  # noqa: E402
from synth.audio.world import resynthesize  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.splits import TEST, UNSEEN  # noqa: E402
from synth.vocoder.batches import training_set  # noqa: E402
from synth.vocoder.card import Run, build_card, card_page, write_training_file  # noqa: E402
from synth.vocoder.config import stored_network_config, training_config  # noqa: E402
from synth.vocoder.evaluation import Scores, by_system, score  # noqa: E402
from synth.vocoder.infer import Vocoder, file_sha256, write_weights  # noqa: E402
from synth.vocoder.network import VocoderNetwork  # noqa: E402

WEIGHTS = ROOT / "synth" / "weights"
SEED = 1
MIN_S, MAX_S = 1.0, 8.0
UNSEEN_SPEAKERS = ("june", "carlo", "librivox_austen", "tux_ru", "tux_el")
PICTURED = "june"
CLOSER_S, CLOSER_KHZ = (0.5, 1.5), (0.0, 4.0)

Render = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Measured:
    """One system on one set: its scores and processor seconds per second of audio."""

    scores: list[Scores]
    real_time_factor: float


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of the checkpoint, e.g. universal")
    parser.add_argument("--run", help="folder below runs/; the name when left out")
    parser.add_argument("--step", type=int, help="the last kept one when left out")
    parser.add_argument("--seen-per-speaker", type=int, default=3)
    parser.add_argument("--unseen-per-speaker", type=int, default=16)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    parser.add_argument("--note", action="append", default=[], help="about this run, for the card")
    return parser.parse_args()


def kept_state(run: Path, step: int | None) -> dict[str, Any]:
    """The averaged weights the run kept at a step."""
    kept = sorted(run.glob("average-*.pt"))
    path = run / f"average-{step:06d}.pt" if step is not None else kept[-1]
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def run_of(folder: Path, state: dict[str, Any]) -> Run:
    return Run(
        steps=state["step"],
        cpu_hours=state["cpu_s"] / 3600,
        history=history_of(folder, state["step"]),
        network=stored_network_config(state["network_config"]),
        training=training_config(state["training_config"]),
    )


def history_of(folder: Path, last: int) -> tuple[dict[str, Any], ...]:
    """The settings the run began and was resumed with, up to a step."""
    lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return tuple(entry for entry in entries if entry["step"] < last)


def spread(corpus: PreparedCorpus, indices: list[int], count: int) -> list[int]:
    """Up to ``count`` utterances of fair length, evenly over the given ones."""
    fair = [i for i in indices if MIN_S <= corpus.utterances[i].duration_s <= MAX_S]
    return fair[:: max(1, len(fair) // count)][:count]


def evaluation_sets(
    corpus: PreparedCorpus, seen: tuple[str, ...], arguments: argparse.Namespace
) -> dict[str, list[int]]:
    """Positions in the corpus by set: held-out sentences of seen speakers, unseen speakers."""
    by_speaker: dict[tuple[str, str], list[int]] = {}
    for index, utterance in enumerate(corpus.utterances):
        by_speaker.setdefault((utterance.split, utterance.speaker), []).append(index)
    sets: dict[str, list[int]] = {"seen_speakers": []}
    for speaker in seen:
        found = by_speaker.get((TEST, speaker), [])
        sets["seen_speakers"] += spread(corpus, found, arguments.seen_per_speaker)
    for speaker in UNSEEN_SPEAKERS:
        found = by_speaker.get((UNSEEN, speaker), [])
        sets[f"unseen_{speaker}"] = spread(corpus, found, arguments.unseen_per_speaker)
    return sets


def systems(name: str, trained: Vocoder) -> dict[str, Render]:
    """Every system as a function from recording to rendering."""
    untrained = Vocoder(VocoderNetwork(trained.network.config))
    return {
        "griffin_lim": lambda x: griffin_lim(log_mel(x), len(x), seed=SEED),
        "world": lambda x: resynthesize(x, rate_hz=16_000),
        "untrained_control": lambda x: untrained.render([log_mel(x)], [len(x)])[0],
        name: lambda x: trained.render([log_mel(x)], [len(x)])[0],
    }


def measure(render: Render, recordings: list[FloatArray]) -> Measured:
    """Scores and speed of one system on recordings, one at a time."""
    scores, spent_s = [], 0.0
    for recording in recordings:
        began = time.process_time()
        output = render(recording)
        spent_s += time.process_time() - began
        scores.append(score(recording, output))
    return Measured(scores, spent_s / (sum(map(len, recordings)) / 16_000))


def measure_set(name: str, trained: Vocoder, recordings: list[FloatArray]) -> dict[str, Any]:
    """Summaries of all systems on one set."""
    measured = {
        system: measure(render, recordings) for system, render in systems(name, trained).items()
    }
    figures = by_system({system: m.scores for system, m in measured.items()}, trained=name)
    for system, result in measured.items():
        figures["systems"][system]["rtf"] = round(result.real_time_factor, 4)
    return figures


def recordings_of(corpus: PreparedCorpus, indices: list[int]) -> list[FloatArray]:
    return [(corpus.samples_of(i) / 32768.0).astype(np.float32) for i in indices]


def draw_picture(name: str, trained: Vocoder, recording: FloatArray, folder: Path) -> None:
    """Spectrograms and audio files of one recording through every system."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rendered = {"natural": recording} | {
        system: render(recording) for system, render in systems(name, trained).items()
    }
    figure, axes = plt.subplots(len(rendered), 2, figsize=(15, 15), sharex="col", sharey="col")
    for row, (system, samples) in zip(axes, rendered.items(), strict=True):
        soundfile.write(folder / f"sample-{system}.flac", np.clip(samples, -1, 1), 16_000)
        batch = torch.from_numpy(np.asarray(samples, dtype=np.float32))[None]
        levels = 20.0 * torch.log10(stft(batch)[0].abs() + 1e-5)
        extent = (0.0, len(samples) / 16_000, 0.0, 8.0)
        for axis in row:
            axis.imshow(levels, origin="lower", aspect="auto", extent=extent, vmin=-60, vmax=35)
        row[0].set(title=system, ylabel="kHz")
        row[1].set(title=f"{system}, a closer look", xlim=CLOSER_S, ylim=CLOSER_KHZ)
    figure.tight_layout()
    figure.savefig(folder / "spectrograms.png", dpi=80)


NOTES = (
    "Nobody listened before these figures were written; PESQ, ESTOI and spectral distances "
    "do not replace a listening test.",
    "untrained_control is the same program with a zero last layer: what it reaches is signal "
    "processing (NNLS mel inversion, peak phases, a few Griffin-Lim steps), not learning.",
    "Mels are computed from the recordings; predicted mels were not tested.",
    "world works from its own features of the recording, not from the mel.",
    "One training run with one seed; weights and network were chosen on validation utterances of "
    "seen speakers. The weightless prior was chosen on nine recordings, four of them by june and "
    "carlo, so the untrained control's figures for these two are slightly flattered.",
    "A speaker code is a package and language as credited; cs_fish_others mixes several "
    "actors, and one person may hide behind two codes.",
    "Asterisk recordings carry G.722 coding noise; festvox-ru and fillets-ng-data-nl end "
    "near 7 kHz.",
    "Intervals treat utterances as independent although a set has few speakers.",
    "Training recordings are under the licences listed; whoever redistributes the weights "
    "should check that these suit the purpose.",
)


def evaluate(
    name: str, trained: Vocoder, corpus: PreparedCorpus, sets: dict[str, list[int]]
) -> dict[str, Any]:
    """Metrics by set, printed as they come."""
    metrics = {}
    for label, indices in sets.items():
        metrics[label] = measure_set(name, trained, recordings_of(corpus, indices))
        pesq = {s: f["pesq_wb"]["mean"] for s, f in metrics[label]["systems"].items()}
        print(f"{label} (n = {len(indices)}): PESQ {pesq}", flush=True)
    return metrics


def main() -> None:
    """Write weights, measure what was written, write the card."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    data = data_folder()
    folder = data / "runs" / (arguments.run or arguments.name)
    state = kept_state(folder, arguments.step)
    run = run_of(folder, state)
    corpus = PreparedCorpus.open(data / "corpus")
    draws = training_set(corpus, run.training)
    utterances = [corpus.utterances[i] for i in draws.indices]

    network = VocoderNetwork(run.network)
    network.load_state_dict(state["average"])
    arguments.weights.mkdir(exist_ok=True)
    stem = arguments.weights / arguments.name
    weights = stem.with_name(f"{stem.name}.safetensors")
    write_weights(network, weights)
    write_training_file(stem, utterances)
    card = {"name": arguments.name} | build_card(run, network, utterances, file_sha256(weights))
    write_card(stem, card)

    trained = Vocoder.load(stem)
    sets = evaluation_sets(corpus, draws.speakers, arguments)
    pictured = recordings_of(corpus, sets[f"unseen_{PICTURED}"])[0]
    draw_picture(arguments.name, trained, pictured, folder)
    card["metrics"] = evaluate(arguments.name, trained, corpus, sets)
    card["notes"] = [*NOTES, *arguments.note]
    write_card(stem, card)
    stem.with_name(f"{stem.name}.md").write_text(card_page(card), encoding="utf-8")


def write_card(stem: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False)
    stem.with_name(f"{stem.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

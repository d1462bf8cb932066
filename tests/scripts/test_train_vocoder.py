"""The training script's run: what it writes, when it ends, how it goes on."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch

from scripts import train_vocoder, training_run
from scripts.train_vocoder import Limits, Run
from synth.datasets.rates import corpus_folder
from synth.vocoder.config import NETWORKS
from synth.vocoder.train import Trainer, resume_training
from tests.synth.vocoder.signals import (
    QUICK,
    TINY,
    TINY_WIDE,
    corpus,
    spoken_set,
    store,
    utterance,
    voice,
    voiced,
)

FOREVER = Limits(last_step=1000, minutes=float("inf"), keep_minutes=float("inf"), patience=0)
SIGNALS = [torch.from_numpy(voice(8000))[None]]


def make_trainer():
    config = replace(QUICK, adversarial_from=None)
    return Trainer(TINY, config, spoken_set(config))


@pytest.fixture
def no_handlers(monkeypatch):
    monkeypatch.setattr(train_vocoder, "ask_to_stop", list)


@pytest.mark.usefixtures("no_handlers")
def test_a_run_ends_at_its_last_step_and_can_go_on(tmp_path):
    Run(make_trainer(), tmp_path, replace(FOREVER, last_step=3)).train(SIGNALS)
    again = resume_training(tmp_path / "state.pt", spoken_set())
    assert again.step == 3
    Run(again, tmp_path, replace(FOREVER, last_step=5)).train(SIGNALS)
    assert resume_training(tmp_path / "state.pt", None).step == 5
    assert float((tmp_path / "cpu_s").read_text()) > 0


@pytest.mark.usefixtures("no_handlers")
def test_a_run_keeps_weights_an_example_and_what_it_measured(tmp_path):
    Run(make_trainer(), tmp_path, replace(FOREVER, last_step=2)).train(SIGNALS)
    kept = torch.load(tmp_path / "average-000002.pt", weights_only=True)
    assert kept["step"] == 2
    assert {"network_config", "training_config", "average", "cpu_s"} <= set(kept)
    assert (tmp_path / "example-000002.wav").exists()
    assert (tmp_path / "example-recording.png").exists()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    measured = [line["step"] for line in lines if "validation_mel" in line]
    assert measured == [0, 2]


@pytest.mark.usefixtures("no_handlers")
def test_a_run_ends_when_its_minutes_are_over(tmp_path):
    run = Run(make_trainer(), tmp_path, replace(FOREVER, minutes=0.0))
    run.train(SIGNALS)
    assert run.trainer.step == 0


@pytest.mark.parametrize(
    ("distances", "is_stuck"),
    [([3.0, 2.0, 1.0], False), ([3.0, 1.0, 1.1, 1.0], True), ([1.0, 1.2], False)],
)
def test_a_run_without_gain_is_stuck(tmp_path, distances, is_stuck):
    run = Run(make_trainer(), tmp_path, replace(FOREVER, patience=2))
    run.distances = distances
    assert run.is_stuck() == is_stuck


def test_being_told_to_end_saves_first(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(train_vocoder, "ask_to_stop", lambda: told)
    run = Run(make_trainer(), tmp_path, FOREVER)
    monkeypatch.setattr(run, "add", lambda figures: told.append(15))
    run.train(SIGNALS)
    assert resume_training(tmp_path / "state.pt", None).step == 1


def test_held_out_signals_come_from_the_middle():
    samples = np.concatenate([np.zeros(5000), np.full(8000, 1000), np.zeros(5000)]).astype(np.int16)
    assert float(training_run.middle_of(samples, 8000).min()) > 0


@pytest.fixture
def command(tmp_path, monkeypatch, no_handlers):
    """The script's main with tiny presets and a data folder of its own."""
    monkeypatch.setenv("EARSHOT_DATA", str(tmp_path))
    for name, network in (("small", TINY), ("wide", TINY_WIDE)):
        monkeypatch.setitem(NETWORKS, name, network)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["train_vocoder.py", *arguments])
        train_vocoder.main()

    return run


def held(rate_hz):
    """Two utterances to learn from, one to measure on."""
    validation = utterance("a", 2, duration_s=3.0, split="validation")
    spoken = [utterance("a", 0), utterance("b", 1), validation]
    return voiced(corpus(spoken, rate_hz=rate_hz))


@pytest.mark.parametrize(("preset", "rate_hz"), [("small", 16_000), ("wide", 24_000)])
def test_a_preset_learns_from_the_corpus_of_its_rate_and_goes_on(
    command, tmp_path, preset, rate_hz
):
    store(held(rate_hz), corpus_folder(tmp_path, rate_hz))
    command("run", "--preset", preset, "--steps", "2", "--pitch-steps", "1", "--batch", "1")
    command("run", "--resume", "--steps", "3")
    folder = tmp_path / "runs/run"
    assert resume_training(folder / "state.pt", None).step == 3
    assert soundfile.info(folder / "example-000003.wav").samplerate == rate_hz
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert ["validation_pesq" in one for one in lines] == [rate_hz == 16_000] * len(lines)


def test_a_preset_without_a_corpus_of_its_rate_is_refused(command, tmp_path):
    store(held(16_000), corpus_folder(tmp_path))
    with pytest.raises(SystemExit, match=r"24000 Hz.*--rate 24000"):
        command("run", "--preset", "wide")


def test_a_corpus_of_another_rate_in_its_place_is_refused(command, tmp_path):
    store(held(16_000), corpus_folder(tmp_path, 24_000))
    with pytest.raises(ValueError, match="prepared at 16000 Hz but 24000 Hz"):
        command("run", "--preset", "wide")

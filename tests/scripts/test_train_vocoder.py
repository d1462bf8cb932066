"""The training script's run: what it writes, when it ends, how it goes on."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from scripts import train_vocoder, training_run
from scripts.train_vocoder import Limits, Run
from synth.vocoder.train import Trainer, resume_training
from tests.synth.vocoder.signals import QUICK, TINY, spoken_set, voice

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

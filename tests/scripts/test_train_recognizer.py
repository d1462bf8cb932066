"""The recognizer's training script: what it writes, when it ends, how it goes on."""

import json
from dataclasses import replace

import pytest

from scripts import train_recognizer
from scripts.train_recognizer import about, train
from synth.recognize.checkpoint import read_recognizer, write_recognizer
from synth.recognize.train import RecognizerTrainer, resume_training
from tests.synth.recognize.made import QUICK, lessons, tiny

CONFIG = replace(QUICK, steps=4)
FOREVER = float("inf")


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch):
    monkeypatch.setattr(train_recognizer, "ask_to_stop", list)
    monkeypatch.setattr(train_recognizer, "LOG_EVERY", 2)


def test_a_run_ends_at_its_last_step_and_becomes_a_checkpoint(tmp_path):
    trainer = RecognizerTrainer(tiny(), CONFIG, lessons(2))
    (tmp_path / "history.jsonl").write_text('{"step": 0}\n')
    clock = train(trainer, tmp_path, minutes=FOREVER)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4]
    card = about(trainer, tmp_path, clock)
    assert card["training"]["steps"] == 4
    assert set(card["training"]["minutes"]) == {"made"}
    write_recognizer(trainer.recognizer(), tmp_path / "recognizer", card)
    assert read_recognizer(tmp_path / "recognizer").network.config == tiny()


def test_a_run_goes_on_to_a_new_end(tmp_path):
    train(RecognizerTrainer(tiny(), CONFIG, lessons(2)), tmp_path, minutes=FOREVER)
    again = resume_training(tmp_path / "state.pt", lessons(2))
    again.config = replace(CONFIG, steps=6)
    train(again, tmp_path, minutes=FOREVER)
    assert resume_training(tmp_path / "state.pt", lessons(2)).step == 6


def test_a_run_ends_when_its_minutes_are_over(tmp_path):
    trainer = RecognizerTrainer(tiny(), CONFIG, lessons(2))
    train(trainer, tmp_path, minutes=-1.0)
    assert trainer.step == 0
    assert (tmp_path / "state.pt").exists()

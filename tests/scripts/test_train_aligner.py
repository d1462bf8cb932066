"""The aligner's training script: what it writes, when it ends, how it goes on."""

import json
from dataclasses import replace

import pytest

from scripts import train_aligner
from scripts.train_aligner import train
from synth.align.train import AlignerTrainer, read_network, resume_training
from tests.synth.align.made import QUICK, examples, tiny

CONFIG = replace(QUICK, steps=6)
FOREVER = float("inf")


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch):
    monkeypatch.setattr(train_aligner, "ask_to_stop", list)
    monkeypatch.setattr(train_aligner, "LOG_EVERY", 2)


def test_a_run_ends_at_its_last_step_and_keeps_what_it_learned(tmp_path):
    train(AlignerTrainer(tiny(), CONFIG, examples(2)), tmp_path, minutes=FOREVER)
    assert resume_training(tmp_path / "state.pt", examples(2)).step == 6
    assert read_network(tmp_path / "state.pt").config == tiny()
    assert float((tmp_path / "cpu_s").read_text()) > 0
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4, 6]
    assert {"loss", "right", "cpu_s"} <= set(lines[0])


def test_a_run_goes_on_to_a_new_end(tmp_path):
    train(AlignerTrainer(tiny(), CONFIG, examples(2)), tmp_path, minutes=FOREVER)
    again = resume_training(tmp_path / "state.pt", examples(2))
    again.config = replace(CONFIG, steps=8)
    train(again, tmp_path, minutes=FOREVER)
    assert resume_training(tmp_path / "state.pt", examples(2)).step == 8


def test_a_run_ends_when_its_minutes_are_over(tmp_path):
    trainer = AlignerTrainer(tiny(), CONFIG, examples(2))
    train(trainer, tmp_path, minutes=-1.0)
    assert trainer.step == 0
    assert (tmp_path / "state.pt").exists()

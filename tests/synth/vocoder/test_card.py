"""Model cards: the training set as recorded, and the proof that the demo is not in it."""

import json
from pathlib import Path

import pytest

from synth.vocoder.card import (
    Run,
    build_card,
    card_page,
    describe_training,
    read_training_file,
    trained_on,
    write_training_file,
)
from synth.vocoder.infer import file_sha256
from synth.vocoder.network import VocoderNetwork

from .signals import QUICK, TINY, utterance

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "synth" / "weights"
CARDS = sorted(WEIGHTS.glob("*.json"))
DEMO = json.loads((ROOT / "demo" / "manifest.json").read_text(encoding="utf-8"))["utterances"]


def demo_trained_on(rows):
    """Codes of the demo utterances that a list of training utterances contains."""
    return [
        entry["code"]
        for entry in DEMO
        for digest in (entry["source_sha256"], entry["sha256"])
        if trained_on(
            rows, package=entry["source_package"], source_path=entry["source_path"], sha256=digest
        )
    ]


def test_a_training_set_is_described_by_speaker_language_and_minutes():
    training = describe_training([utterance("a", 0, duration_s=60.0), utterance("b", 1)])
    assert training["speakers"] == ["a", "b"]
    assert training["minutes_by_speaker"] == {"a": 1.0, "b": 0.02}
    assert (training["languages"], training["styles"]) == (["en"], ["read"])
    assert training["licences"] == {"package": "CC0"}


def test_a_card_names_what_the_app_reads():
    history = ({"step": 0, "git_commit": "abc"},)
    run = Run(steps=5, cpu_hours=0.1, history=history, network=TINY, training=QUICK)
    card = build_card(run, VocoderNetwork(TINY), [utterance("a", 0)], "f" * 64)
    assert card["sha256"] == "f" * 64
    assert card["training"]["seed"] == QUICK.seed
    assert card["training"]["conditions"] == ["clean"]
    assert card["front_end"]["hop"] == 160
    json.dumps(card)


def test_training_files_come_back_and_are_reproducible(tmp_path):
    utterances = [utterance("b", 1), utterance("a", 0)]
    for name in ("first", "second"):
        write_training_file(tmp_path / name, utterances[:: 1 if name == "first" else -1])
    rows = read_training_file(tmp_path / "first")
    assert rows[0] == ("package", "a/0.wav", "0" * 16)
    first, second = (tmp_path / f"{n}.training.json.gz" for n in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("shown_by", ["place", "samples"])
def test_a_demo_utterance_in_a_training_set_would_be_caught(shown_by):
    entry = DEMO[0]
    row = {
        "place": (entry["source_package"], entry["source_path"], "0" * 16),
        "samples": ("other", "other.wav", entry["source_sha256"][:16]),
    }[shown_by]
    assert entry["code"] in demo_trained_on([("other", "x.wav", "1" * 16), row])


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_no_demo_utterance_was_trained_on(path):
    rows = read_training_file(path.with_suffix(""))
    assert len(rows) == json.loads(path.read_text(encoding="utf-8"))["training"]["utterances"]
    assert demo_trained_on(rows) == []


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_shipped_checkpoint_is_the_one_its_card_describes(path):
    card = json.loads(path.read_text(encoding="utf-8"))
    weights = path.with_suffix(".safetensors")
    assert card["sha256"] == file_sha256(weights)
    assert weights.stat().st_size < 10_000_000
    assert not {"june", "carlo", "librivox_austen"} & set(card["training"]["speakers"])
    assert card["metrics"]
    assert card["notes"]


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_card_s_page_is_made_from_the_card(path):
    card = json.loads(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".md").read_text(encoding="utf-8") == card_page(card)

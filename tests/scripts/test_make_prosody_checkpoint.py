"""Voices as they are staged, carded and landed."""

import json
from types import SimpleNamespace

import pytest

from scripts import make_prosody_checkpoint
from scripts.make_prosody_checkpoint import land
from synth.datasets.voices import (
    KEPT_ASIDE,
    REFERENCE,
    TARGET,
    TEST,
    TRAIN,
    VoiceRecord,
    voice_of,
)
from synth.prosody.card import read_parts, write_card, write_parts, write_voice
from synth.systems import find_systems
from synth.voices import VOICES, find_voice

CARD = {
    "name": "agg",
    "architecture": "acoustic",
    "variant": "agg",
    "parameters": 3,
    "sha256": "ab",
    "training": {
        "voice": "ru_nsh",
        "steps": 7,
        "cpu_hours": 1.5,
        "seed": 1,
        "git_commit": "c" * 40,
        "utterances": 2,
        "minutes": 0.3,
        "speakers": ["ru_nsh"],
        "styles": ["read"],
        "licences": {"festvox-ru": "BSD-like"},
    },
    "notes": ["Nobody listened."],
}
FIGURE = {"mean": 0.91, "low": 0.9, "high": 0.92, "n": 40}
CELL = {
    "system": "agg",
    "speaker": "tux_ru",
    "cut": "aligner",
    "n": 40,
    "metrics": {"f0_r": FIGURE},
}


def staged_network(folder, name, *, metrics=(CELL,), size=10):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(b"w" * size)
    write_card(folder / name, {**CARD, "name": name, "metrics": list(metrics)})


@pytest.fixture
def staged(tmp_path):
    """A voice of two networks with figures, and an aligner, as the evaluation leaves them."""
    weights = tmp_path / "staged"
    folder = weights / VOICES / "ru_nsh"
    write_voice(folder, voice_of("ru_nsh"), "Anna")
    for name in ("agg", "base"):
        staged_network(folder, name)
    (weights / "aligner.safetensors").write_bytes(b"w" * 5)
    (weights / "aligner.json").write_text(json.dumps({"architecture": "aligner"}))
    (tmp_path / "universal.json").write_text("{}")
    (weights / "universal.json").symlink_to(tmp_path / "universal.json")
    return weights


def test_a_landed_voice_is_found_and_speaks(staged, tmp_path):
    shipped = tmp_path / "shipped"
    land(staged, shipped, {"agg", "base"})
    found = find_voice("ru_nsh", shipped / VOICES)
    assert (found.networks, found.speaker) == (("agg", "base"), "ru_nsh")
    codes = {one.code for one in find_systems(shipped)}
    assert {"transferred", "synthesized"} <= codes
    assert "aligner" not in codes
    assert (shipped / "aligner.safetensors").exists()
    assert not (shipped / "universal.json").exists()


def test_only_what_is_asked_for_lands(staged, tmp_path):
    land(staged, tmp_path / "shipped", {"base"})
    assert find_voice("ru_nsh", tmp_path / "shipped" / VOICES).networks == ("base",)


def test_a_network_without_figures_does_not_land(staged, tmp_path):
    staged_network(staged / VOICES / "ru_nsh", "sec_att", metrics=())
    with pytest.raises(ValueError, match="sec_att has no figures"):
        land(staged, tmp_path / "shipped", {"agg", "sec_att"})
    assert not (tmp_path / "shipped").exists()


def test_all_voices_together_must_be_small(staged, tmp_path, monkeypatch):
    monkeypatch.setattr(make_prosody_checkpoint, "MAX_BYTES", 32)
    shipped = tmp_path / "shipped"
    staged_network(shipped / VOICES / "cs_fish_small", "agg", size=10)
    with pytest.raises(ValueError, match="35 bytes, more than 32"):
        land(staged, shipped, {"agg", "base"})
    land(staged, shipped, {"agg"})
    land(staged, shipped, {"agg"})  # again: what is replaced does not count twice


def test_what_all_voices_hear_through_counts_too(staged, tmp_path, monkeypatch):
    monkeypatch.setattr(make_prosody_checkpoint, "MAX_BYTES", 30)
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "recognizer.safetensors").write_bytes(b"w" * 6)
    (shipped / "universal.safetensors").write_bytes(b"w" * 99)
    with pytest.raises(ValueError, match="31 bytes, more than 30"):
        land(staged, shipped, {"agg", "base"})


def test_a_card_s_page_tells_data_licence_and_figures(tmp_path):
    staged_network(tmp_path, "agg")
    page = (tmp_path / "agg.md").read_text()
    assert "7 steps in 1.5 hours" in page
    assert "Licence of festvox-ru: BSD-like." in page
    assert "| agg | tux_ru | aligner | 40 | 0.910 [0.900, 0.920] |" in page


def record(number, speaker, role, part):
    utterance = SimpleNamespace(
        package="pack", source_path=f"{speaker}-{number}.wav", sha256="ab" * 32, speaker=speaker
    )
    return VoiceRecord(number, utterance, role, part, "text")


def test_what_recordings_are_for_comes_back(tmp_path):
    records = [
        record(2, "anna", TARGET, TRAIN),
        record(1, "anna", TARGET, TEST),
        record(1, "ben", REFERENCE, KEPT_ASIDE),
    ]
    write_parts(tmp_path, records)
    found = read_parts(tmp_path)
    assert {(row.source_path, row.role, row.part) for row in found} == {
        ("anna-1.wav", TARGET, TEST),
        ("anna-2.wav", TARGET, TRAIN),
        ("ben-1.wav", REFERENCE, KEPT_ASIDE),
    }
    assert {row.sha256 for row in found} == {"ab" * 8}

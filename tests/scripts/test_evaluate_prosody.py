"""The evaluation of prosody transfer around its measurements: what is staged, said and written."""

import json
from types import SimpleNamespace

import pytest

from benchmarks.results import RESULTS
from scripts import evaluate_prosody
from scripts.evaluate_prosody import (
    Session,
    copy,
    described,
    link,
    results_path,
    sources_of,
    write_cards,
)
from scripts.make_aligner_checkpoint import is_made_of
from synth.datasets.voices import REFERENCE, TARGET, TEST, VoiceRecord, voice_of
from synth.prosody.card import write_card, write_voice
from synth.vocoder.infer import file_sha256
from tests.scripts.test_make_prosody_checkpoint import CARD, CELL

SHIPPED = evaluate_prosody.WEIGHTS


def session_of(folder, staged=(), **changes):
    arguments = SimpleNamespace(
        **{
            "results": None,
            "kept_aside": False,
            "quick": False,
            "land": False,
            "names": [],
            "utterances": 60,
            **changes,
        }
    )
    weights = changes.get("weights", folder / "weights")
    return Session(arguments, None, folder, weights, staged, None, None)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"weights": SHIPPED}, "prosody_transfer.json"),
        ({"land": True}, "prosody_transfer.json"),
        ({"weights": SHIPPED, "kept_aside": True}, "prosody_transfer_kept_aside.json"),
    ],
)
def test_figures_of_what_is_shipped_are_part_of_the_repository(tmp_path, changes, name):
    assert results_path(session_of(tmp_path, **changes)) == RESULTS / name


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"weights": SHIPPED, "quick": True},
        {"weights": SHIPPED, "names": ["ru_nsh"]},
    ],
)
def test_other_figures_are_not(tmp_path, changes):
    assert results_path(session_of(tmp_path, **changes)).parent == tmp_path


def test_a_quick_look_takes_few_and_a_last_look_what_was_kept_aside(tmp_path):
    assert session_of(tmp_path).at_most == 60
    assert session_of(tmp_path, quick=True).at_most < 10
    assert session_of(tmp_path).part == TEST
    assert session_of(tmp_path, kept_aside=True).part == "kept-aside"


def record(speaker, role, label_path=None):
    return VoiceRecord(0, SimpleNamespace(speaker=speaker), role, TEST, "text", "", label_path)


def test_a_voice_is_said_from_its_labels_too_where_it_has_them(tmp_path):
    chain = SimpleNamespace(voice=voice_of("ru_nsh"))
    records = [record("ru_nsh", TARGET, tmp_path), record("tux_ru", REFERENCE)]
    assert [(one.speaker, one.cut) for one in sources_of(chain, records)] == [
        ("ru_nsh", "labels"),
        ("ru_nsh", "aligner"),
        ("tux_ru", "aligner"),
    ]
    czech = SimpleNamespace(voice=voice_of("cs_fish_small"))
    assert [one.cut for one in sources_of(czech, [record("cs_fish_small", TARGET)])] == [
        "aligner",
        "aligner",
    ]


def test_an_aligner_is_made_again_of_another_run_or_when_its_run_went_on(tmp_path):
    run, stem = tmp_path / "run", tmp_path / "aligner"
    run.mkdir()
    (run / "state.pt").write_text("1500 steps")
    assert not is_made_of(stem, run)
    card = {"training": {"state_sha256": file_sha256(run / "state.pt")}}
    stem.with_suffix(".json").write_text(json.dumps(card))
    assert is_made_of(stem, run)
    (run / "state.pt").write_text("1800 steps")
    assert not is_made_of(stem, run)


def test_checkpoints_are_linked_and_copied_whole(tmp_path):
    shipped, staged = tmp_path / "shipped", tmp_path / "staged"
    for folder in (shipped, staged):
        folder.mkdir()
    for suffix in ("safetensors", "json", "training.json.gz"):
        (shipped / f"aligner.{suffix}").write_text(suffix)
    (staged / "aligner.md").write_text("of another one")
    link(shipped / "aligner", staged)
    copy(shipped / "aligner", staged / "voices" / "aligner")
    names = {f"aligner.{suffix}" for suffix in ("safetensors", "json", "training.json.gz")}
    assert {path.name for path in staged.glob("aligner.*")} == names
    assert {path.name for path in (staged / "voices").iterdir()} == names
    assert (staged / "voices" / "aligner.json").read_text() == "json"


def test_cards_are_completed_with_their_own_figures(tmp_path):
    stem = tmp_path / "ru_nsh" / "agg"
    stem.parent.mkdir()
    write_card(stem, {**CARD, "metrics": []})
    cell = {**CELL, "voice": "ru_nsh"}
    others = [{**cell, "system": "sec_att"}, {**cell, "voice": "cs_fish_small"}]
    write_cards(session_of(tmp_path, [stem]), {"cells": [cell, *others]})
    card = json.loads(stem.with_suffix(".json").read_text())
    assert card["metrics"] == [cell]
    assert card["sha256"] == CARD["sha256"]
    assert "0.910 [0.900, 0.920]" in stem.with_suffix(".md").read_text()


def test_networks_are_told_in_numbers(tmp_path):
    folder = tmp_path / "voices" / "ru_nsh"
    write_voice(folder, voice_of("ru_nsh"), "Anna")
    for name in ("agg", "aligner"):
        (folder / f"{name}.safetensors").write_bytes(b"w" * 12)
        write_card(folder / name, {**CARD, "metrics": []})
    (row,) = described(tmp_path, "ru_nsh")
    assert (row["network"], row["bytes"], row["steps"]) == ("agg", 12, 7)

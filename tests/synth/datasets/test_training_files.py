"""What every checkpoint in synth/weights was trained on, by its own manifest.

No corpus is needed: synth/datasets/split-facts.json.gz tells what decides each split.
"""

import gzip
import json
from pathlib import Path

import pytest

from synth.datasets.records import Utterance
from synth.datasets.split_facts import read_split_facts, split_of_sha256, write_split_facts
from synth.datasets.splits import CONDITION, HEARD, TEST, TRAIN, UNSEEN, VALIDATION

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "synth" / "weights"
DEMO = json.loads((ROOT / "demo" / "manifest.json").read_text(encoding="utf-8"))["utterances"]
MANIFESTS = sorted(WEIGHTS.glob("*.training.json.gz"))

each_checkpoint = pytest.mark.parametrize("path", MANIFESTS, ids=lambda p: p.name.split(".")[0])


def rows_of(path):
    """(package, source path, first digits of the sha256) of every utterance trained on."""
    stored = json.loads(gzip.decompress(path.read_bytes()))
    columns = [stored["columns"].index(name) for name in ("package", "source_path", "sha256")]
    return [tuple(row[column] for column in columns) for row in stored["utterances"]]


def test_every_checkpoint_says_what_it_was_trained_on():
    checkpoints = {path.stem for path in WEIGHTS.glob("*.safetensors")}
    assert checkpoints
    assert checkpoints == {path.name.split(".")[0] for path in MANIFESTS}


@each_checkpoint
def test_only_the_training_split_was_trained_on(path):
    rows = rows_of(path)
    wrong = {(row[0], row[1]): split_of_sha256(row[2]) for row in rows}
    assert rows
    assert {place: split for place, split in wrong.items() if split != TRAIN} == {}


@each_checkpoint
def test_no_recording_of_the_demo_was_trained_on(path):
    rows = rows_of(path)
    places = {row[:2] for row in rows}
    digests = {row[2][:12] for row in rows}
    for one in DEMO:
        assert one["source_sha256"][:12] not in digests, one["code"]
        assert (one["source_package"], one["source_path"]) not in places, one["code"]


def test_the_demo_s_recordings_are_known_as_held_out():
    assert {split_of_sha256(one["source_sha256"]) for one in DEMO} <= {TEST, UNSEEN}


def test_every_split_that_may_be_mixed_up_with_training_is_known():
    splits = {facts.split for facts in read_split_facts().values()}
    assert splits == {TRAIN, VALIDATION, TEST, UNSEEN, HEARD}


def utterance(speaker, digest, split=""):
    return Utterance(
        code="",
        speaker=speaker,
        language="ru",
        style="read",
        condition="clean",
        prompt="sentence 55",
        text="",
        licence="",
        package="",
        source_path="",
        duration_s=1.0,
        original_rate_hz=16_000,
        bandwidth_hz=8000.0,
        sha256=digest * 64,
        split=split,
    )


def test_the_facts_follow_the_rule_of_the_split_not_the_manifest(tmp_path):
    path = tmp_path / "facts.json.gz"
    write_split_facts([utterance("ru_nsh", "a", TRAIN), utterance("june", "b", TRAIN)], path)
    assert split_of_sha256("a" * 64, path) == TEST
    assert split_of_sha256("b" * 16, path) == UNSEEN


def test_a_recording_condition_is_unknown_to_the_facts(tmp_path):
    path = tmp_path / "facts.json.gz"
    write_split_facts([utterance("ru_nsh", "a", CONDITION)], path)
    assert split_of_sha256("a" * 64, path) is None

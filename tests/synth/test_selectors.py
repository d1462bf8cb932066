"""Seenness of stored systems: the training list beside the weights decides about utterances."""

import gzip
import json
from pathlib import Path

import pytest

from synth import selectors
from synth.models import Checkpoint, Corpus, System, Utterance
from synth.selectors import (
    clip_seenness,
    conditions_at_hand,
    full_clip_seenness,
    speakers_seen_by,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def universal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    """A network trained on the reader's other sentences and on `speaker0-1`, before it was cut."""
    monkeypatch.setattr(selectors, "WEIGHTS", tmp_path)
    listed = {"columns": ["package", "sha256"], "utterances": [["made", "c" * 16]]}
    file = tmp_path / "universal.training.json.gz"
    file.write_bytes(gzip.compress(json.dumps(listed).encode()))
    card = {"training": {"speakers": ["speaker0"], "languages": ["en"], "utterances": 1}}
    checkpoint = Checkpoint.objects.create(
        name="universal", architecture="net", sha256=str(tmp_path)[-64:], card=card
    )
    return System.objects.create(
        code="universal", title="Universal", kind="vocoder", checkpoint=checkpoint
    )


def test_an_utterance_trained_on_is_known_by_its_uncut_recording(corpus: Corpus, universal: System):
    Utterance.objects.filter(code="speaker0-1").update(source_sha256="c" * 64)
    heard, other = (Utterance.objects.get(code=f"speaker0-{number}") for number in (1, 2))

    assert clip_seenness(universal, heard)["utterance_seen"]
    assert not clip_seenness(universal, other)["utterance_seen"]


def test_speaker_and_language_follow_the_card(corpus: Corpus, universal: System):
    claims = clip_seenness(universal, Utterance.objects.get(code="speaker1-1"))

    assert claims == {"speaker_seen": False, "language_seen": True, "utterance_seen": False}
    assert speakers_seen_by(universal) == {"speaker0"}


def test_a_system_without_a_network_knows_nothing(corpus: Corpus, systems: list[System]):
    assert clip_seenness(systems[0], Utterance.objects.all()[0]) == {}
    assert speakers_seen_by(systems[0]) == set()


def test_a_simulated_condition_is_unseen_unless_the_card_lists_it(
    corpus: Corpus, universal: System
):
    utterance = Utterance.objects.get(code="speaker0-1")
    checkpoint = universal.checkpoint
    checkpoint.card = {"training": {"conditions": ["clean", "babble_20db"], "topics": ["news"]}}

    claims = {
        condition: clip_seenness(universal, utterance, condition=condition)["condition_seen"]
        for condition in ("clean", "babble_20db", "babble_5db")
    }

    assert claims == {"clean": True, "babble_20db": True, "babble_5db": False}


def test_a_topic_is_seen_if_the_card_lists_it_and_unknown_if_nobody_says(
    corpus: Corpus, universal: System
):
    utterance = Utterance.objects.get(code="speaker0-1")
    assert full_clip_seenness(universal, utterance)["topic_seen"] is None

    universal.checkpoint.card = {"training": {"topics": ["news"]}}
    assert full_clip_seenness(universal, utterance)["topic_seen"] is None

    utterance.topic = "animals"
    assert full_clip_seenness(universal, utterance)["topic_seen"] is False


def test_recorded_noise_is_offered_where_there_are_recordings_only(settings, tmp_path: Path):
    settings.NOISES = None
    without = {one.code for one in conditions_at_hand()}
    settings.NOISES = tmp_path
    assert {one.code for one in conditions_at_hand()} == without

    (tmp_path / "rain.ogg").touch()
    added = {one.code for one in conditions_at_hand()} - without

    assert added == {"noise_5db", "noise_10db", "noise_20db"}
    assert {"clean", "babble_5db", "whisperized", "sw"} <= without

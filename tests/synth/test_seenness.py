"""Seenness follows from a model card and an utterance, and claims nothing it cannot know."""

from dataclasses import replace

import pytest

from synth.seenness import UtteranceFacts, condition_heard, full_seenness, seenness

FACTS = UtteranceFacts(
    speaker="ann",
    language="en",
    style="read",
    condition="clean",
    sha256="a" * 64,
    topic="news",
)
CARD = {
    "training": {
        "speakers": ["ann"],
        "languages": ["en"],
        "topics": ["news"],
        "styles": ["read"],
        "conditions": ["clean"],
        "utterances_sha256": ["a" * 64],
    }
}


def test_all_is_seen_of_a_training_utterance():
    assert set(seenness(CARD, FACTS).values()) == {True}


@pytest.mark.parametrize(
    ("fact", "claim"),
    [
        ("speaker", "speaker_seen"),
        ("language", "language_seen"),
        ("topic", "topic_seen"),
        ("style", "style_seen"),
        ("condition", "condition_seen"),
        ("sha256", "utterance_seen"),
    ],
)
def test_each_fact_decides_its_own_claim(fact: str, claim: str):
    claims = seenness(CARD, replace(FACTS, **{fact: "other"}))

    assert [name for name, seen in claims.items() if not seen] == [claim]


def test_without_a_network_nothing_is_claimed():
    assert seenness(None, FACTS) == {}


def test_what_the_card_does_not_list_is_unknown_not_unseen():
    assert seenness({"training": {"speakers": []}}, FACTS) == {"speaker_seen": False}


def test_an_utterance_without_a_topic_makes_no_claim_about_topics():
    assert "topic_seen" not in seenness(CARD, replace(FACTS, topic=""))


def test_what_is_unknown_is_shown_as_unknown():
    old_card = {"training": {"speakers": ["ann"], "languages": ["fr"]}}

    assert full_seenness(old_card, FACTS) == {
        "speaker_seen": True,
        "language_seen": False,
        "topic_seen": None,
        "style_seen": None,
        "condition_seen": None,
        "utterance_seen": None,
    }
    assert full_seenness(None, FACTS) == {}


@pytest.mark.parametrize(
    ("recorded", "simulated", "heard"),
    [
        ("clean", "clean", "clean"),
        ("telephone", "clean", "telephone"),
        ("clean", "babble_5db", "babble_5db"),
        ("telephone", "babble_5db", "telephone+babble_5db"),
    ],
)
def test_recorded_and_simulated_conditions_have_one_name(recorded, simulated, heard):
    assert condition_heard(recorded, simulated) == heard

"""Seenness follows from a model card and an utterance, and claims nothing it cannot know."""

from dataclasses import replace

import pytest

from synth.seenness import UtteranceFacts, seenness

FACTS = UtteranceFacts(
    speaker="ann", language="en", style="read", condition="clean", sha256="a" * 64
)
CARD = {
    "training": {
        "speakers": ["ann"],
        "languages": ["en"],
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

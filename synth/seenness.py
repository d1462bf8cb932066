"""What a network already knew of an utterance when it was trained. Derived, never stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UtteranceFacts:
    """The side of an utterance that training sets are described by."""

    speaker: str
    language: str
    style: str
    condition: str  # the recording's own, or the one simulated
    sha256: str  # the first HASH_DIGITS of the samples' hash
    topic: str = ""  # empty: not known


HASH_DIGITS = 16  # as training lists hold them: 64 bits tell recordings apart

# (what is claimed, the list under card["training"], the utterance's fact)
_CLAIMS = (
    ("speaker_seen", "speakers", "speaker"),
    ("language_seen", "languages", "language"),
    ("topic_seen", "topics", "topic"),
    ("style_seen", "styles", "style"),
    ("condition_seen", "conditions", "condition"),
    ("utterance_seen", "utterances_sha256", "sha256"),
)


def seenness(card: Mapping[str, Any] | None, facts: UtteranceFacts) -> dict[str, bool]:
    """What of the utterance was in the training set of the checkpoint with that model card.

    Args:
        card: the model card; its "training" entry lists "speakers", "languages", "topics",
            "styles", "conditions" and "utterances_sha256" (HASH_DIGITS each). None for a system
            without a checkpoint.
        facts: the utterance, in the card's vocabulary.
    Returns: one claim per list that the card holds, e.g. {"speaker_seen": False, ...}. A list
        that is absent makes no claim, nor does a fact that is empty: unknown is not unseen.
        Empty without a card.
    """
    training: Mapping[str, Collection[str]] = (card or {}).get("training", {})
    return {
        claim: getattr(facts, fact) in training[listed]
        for claim, listed, fact in _CLAIMS
        if listed in training and getattr(facts, fact)
    }


def full_seenness(card: Mapping[str, Any] | None, facts: UtteranceFacts) -> dict[str, bool | None]:
    """Every claim there could be of a checkpoint, None where it is unknown; empty without a card.

    For pages, which say so of what is unknown.
    """
    if card is None:
        return {}
    known = seenness(card, facts)
    return {claim: known.get(claim) for claim, _, _ in _CLAIMS}


def condition_heard(recorded: str, simulated: str, *, clean: str = "clean") -> str:
    """One name for how the input sounds: recorded so, made so, or both ("telephone+babble_5db")."""
    parts = [one for one in (recorded, simulated) if one != clean]
    return "+".join(parts) or clean

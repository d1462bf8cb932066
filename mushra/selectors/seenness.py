"""What the networks of a site had heard of the recordings that a scenario draws from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mushra.design.sampling import Candidate, matching
from mushra.selectors.batches import candidate_of
from mushra.selectors.recordings import usable_utterances
from synth.audio.conditions import CONDITIONS
from synth.models import System, Utterance
from synth.selectors import full_clip_seenness

CLAIMS = {
    "speaker_seen": "Speaker",
    "language_seen": "Language",
    "topic_seen": "Topic",
    "style_seen": "Style",
    "condition_seen": "Condition",
    "utterance_seen": "This recording",
}


@dataclass(frozen=True)
class ClaimCount:
    """Of how many recordings one property was in training, was not, or is not known."""

    claim: str
    n_seen: int
    n_unseen: int
    n_unknown: int

    @property
    def name(self) -> str:
        """What the claim is about."""
        return CLAIMS[self.claim]

    @property
    def state(self) -> str:
        """seen, unseen, mixed or unknown; what is unknown of some recordings does not count."""
        if not self.n_seen and not self.n_unseen:
            return "unknown"
        if not self.n_unseen:
            return "seen"
        return "mixed" if self.n_seen else "unseen"

    @property
    def words(self) -> str:
        """For people: "never heard", "in training", "in training for 3 of 8", "not known"."""
        if self.state == "mixed":
            return f"in training for {self.n_seen} of {self.n_seen + self.n_unseen}"
        return {"seen": "in training", "unseen": "never heard", "unknown": "not known"}[self.state]


@dataclass(frozen=True)
class SystemSeenness:
    """What one network had heard of a set of recordings."""

    system: str
    title: str
    claims: Sequence[ClaimCount]


@dataclass(frozen=True)
class Library:
    """All usable recordings and all systems, read once: questions about them cost no query."""

    utterances: Mapping[str, Utterance]
    candidates: Sequence[Candidate]
    systems: Sequence[System]

    def networks(self, codes: Collection[str]) -> list[System]:
        """Those of the systems that have a checkpoint."""
        return [one for one in self.systems if one.code in codes and one.checkpoint]

    def matching(self, filters: Mapping[str, Collection[str]]) -> list[Utterance]:
        """The recordings that pass a scenario's filters."""
        return [self.utterances[one.code] for one in matching(self.candidates, filters)]


def read_library() -> Library:
    """The recordings and systems as they are now, in two queries."""
    utterances = list(usable_utterances().select_related("speaker__corpus"))
    return Library(
        utterances={one.code: one for one in utterances},
        candidates=[candidate_of(one) for one in utterances],
        systems=list(System.objects.select_related("checkpoint")),
    )


def seen_by(
    systems: Sequence[System], utterances: Sequence[Utterance], *, condition: str
) -> list[SystemSeenness]:
    """What each network had heard of the recordings, claim by claim; no line without a network."""
    return [
        SystemSeenness(system.code, system.title, _claims(system, utterances, condition))
        for system in systems
        if system.checkpoint
    ]


def seen_document(
    systems: Collection[str], filters: Mapping[str, Collection[str]], *, condition: str
) -> list[dict[str, Any]]:
    """What the networks among the systems had heard of the recordings, for the form's script."""
    if condition not in CONDITIONS:
        return []
    library = read_library()
    rows = seen_by(library.networks(systems), library.matching(filters), condition=condition)
    return [
        {
            "title": row.title,
            "claims": [
                {"name": one.name, "state": one.state, "words": one.words} for one in row.claims
            ],
        }
        for row in rows
    ]


def _claims(system: System, utterances: Sequence[Utterance], condition: str) -> list[ClaimCount]:
    known = [full_clip_seenness(system, one, condition=condition) for one in utterances]
    return [
        ClaimCount(
            claim,
            n_seen=sum(one[claim] is True for one in known),
            n_unseen=sum(one[claim] is False for one in known),
            n_unknown=sum(one[claim] is None for one in known),
        )
        for claim in CLAIMS
    ]

"""Batch templates as a site can hold them: what is there, and why the rest is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mushra.design.attributes import Role
from mushra.design.method import role_of
from mushra.selectors.seenness import Library, SystemSeenness
from synth.audio.conditions import CLEAN, Condition
from synth.models import System, Utterance

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class ProposedScenario:
    """A scenario of a template, filled in for this site.

    `pool`: the recordings it draws from, in words. `missing`: systems of the study that this site
    has not. `reason`: why it cannot be held here, in words; empty if it can. `remark`: what is
    different from the template all the same. `voice`, `voice_title`: the target voice; empty for
    none.
    """

    code: str
    title: str
    pool: str
    n_items: int
    systems: Sequence[System]
    filters: Filters
    n_utterances: int
    n_speakers: int
    missing: Sequence[str]
    reason: str
    remark: str
    seen: Sequence[SystemSeenness] = ()
    condition: str = CLEAN
    voice: str = ""
    voice_title: str = ""

    @property
    def is_available(self) -> bool:
        """True if a batch can be made with it as it is."""
        return not self.reason

    def initial(self) -> dict[str, Any]:
        """What the form of a scenario starts from."""
        systems = [one.code for one in self.systems if role_of(one.code) is not Role.REFERENCE]
        return {
            "title": self.title,
            "n_items": self.n_items,
            "condition": self.condition,
            "voice": self.voice,
            "systems": systems,
            **self.filters,
        }


@dataclass(frozen=True)
class StudyProposal:
    """A whole template on this site.

    `source`: the paper it follows. `n_listeners`: how many rate each utterance, as proposed.
    `not_tested`: what the paper had and nobody here can.
    """

    code: str
    title: str
    source: str
    n_listeners: int
    scenarios: Sequence[ProposedScenario]
    not_tested: Sequence[Condition] = ()

    @property
    def available(self) -> list[ProposedScenario]:
        """The scenarios that can be held."""
        return [one for one in self.scenarios if one.is_available]

    @property
    def n_pages(self) -> int:
        """Pages that a listener rates if all that is available is kept."""
        return sum(one.n_items for one in self.available)

    @property
    def description(self) -> str:
        """The batch's description as proposed; it stays with the batch, so it says what is not."""
        lines = [
            f"After {self.source}. Proposed: {self.n_listeners} listeners an utterance.",
            *(f"Not held: {one.title}. {one.reason}" for one in self.scenarios if one.reason),
        ]
        if self.not_tested:
            lines.append(f"Not tested: {', '.join(one.title for one in self.not_tested)}.")
        return "\n".join(lines)


def having(library: Library, **accepted: Collection[str]) -> Filters | None:
    """Filters that accept only what is there; None where nothing is left.

    An empty factor would accept everything, so "none of these" must not become one.
    """
    if not all(accepted.values()):
        return None
    found = library.matching(accepted)
    if not found:
        return None
    return {factor: sorted({_value(factor, one) for one in found}) for factor in sorted(accepted)}


def _value(factor: str, utterance: Utterance) -> str:
    if factor == "speakers":
        return utterance.speaker.code
    return str(getattr(utterance, factor.removesuffix("s")))

"""What a test's page shows while listeners come and go: counts, never scores."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from mushra.design.attributes import ATTRIBUTES, Attribute, Role
from mushra.design.method import TARGET_VOICE, MethodDeclaration, declare_method, unite
from mushra.models import Batch, ListeningTest, Scenario, Sitting
from mushra.selectors.ratings import sitting_counts

# The page lists the newest sittings; the rest are in the CSV.
MOST_SITTINGS_LISTED = 100


@dataclass(frozen=True)
class AttributeOffer:
    """An attribute, and why the batch cannot be asked about it; empty if it can."""

    attribute: Attribute
    reason: str


def declared_method(batch: Batch, attribute: Attribute) -> MethodDeclaration:
    """What a test over the batch may be called: MUSHRA only if every scenario's pages are."""
    return unite(declare_method(systems, attribute) for _, systems in _shown(batch))


def attribute_offers(batch: Batch) -> list[AttributeOffer]:
    """All attributes, in the table's order; two queries."""
    shown = _shown(batch)
    return [AttributeOffer(one, _why_not(shown, one)) for one in ATTRIBUTES.values()]


def why_not(batch: Batch, attribute: Attribute) -> str:
    """Why the batch cannot be asked about an attribute, in words; empty if it can."""
    return _why_not(_shown(batch), attribute)


def _shown(batch: Batch) -> list[tuple[Scenario, set[str]]]:
    return [
        (scenario, {system.code for system in scenario.systems.all()})
        for scenario in batch.scenarios.prefetch_related("systems")
    ]


def _why_not(shown: Sequence[tuple[Scenario, set[str]]], attribute: Attribute) -> str:
    if attribute.labelled is not Role.TARGET:
        return ""
    for scenario, systems in shown:
        if TARGET_VOICE not in systems:
            return _no_target(scenario)
    return ""


def _no_target(scenario: Scenario) -> str:
    if not scenario.voice:
        return (
            f"Scenario {scenario.title!r} has no target voice to compare with: make a batch whose "
            "scenarios all name one."
        )
    return (
        f"When scenario {scenario.title!r} was planned, this site had no recording in which the "
        f"speaker of the voice {scenario.voice!r} says another sentence for each of its items: "
        "import recordings of that speaker with their text, then make a new batch."
    )


def newest_sittings(test: ListeningTest) -> QuerySet[Sitting]:
    """The sittings that the page lists, each with its number of finished pages."""
    finished = Count("presentations", filter=Q(presentations__completed_at__isnull=False))
    sittings = test.sittings.select_related("listener").order_by("-number")
    return sittings.annotate(n_pages=Count("presentations"), n_pages_done=finished)[
        :MOST_SITTINGS_LISTED
    ]


def progress_document(test: ListeningTest) -> dict[str, Any]:
    """The test's state, counts and newest sittings as the page's script polls them."""
    state = ListeningTest.State(test.state)
    return {
        "state": state.value,
        "label": state.label,
        "counts": asdict(sitting_counts(test)),
        "sittings": [_sitting(sitting) for sitting in newest_sittings(test)],
    }


def _sitting(sitting: Any) -> dict[str, Any]:
    done = sitting.completed_at
    return {
        "number": sitting.number,
        "listener": sitting.listener.code,
        "device": sitting.get_device_display(),
        "startedAt": sitting.started_at.isoformat(),
        "completedAt": done.isoformat() if done else None,
        "pagesDone": sitting.n_pages_done,
        "pages": sitting.n_pages,
    }

"""What a test's page shows while listeners come and go: counts, never scores."""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q, QuerySet

from mushra.design.method import MethodDeclaration, declare_method, unite
from mushra.models import Batch, ListeningTest, Sitting
from mushra.selectors.ratings import sitting_counts

# The page lists the newest sittings; the rest are in the CSV.
MOST_SITTINGS_LISTED = 100


def declared_method(batch: Batch) -> MethodDeclaration:
    """What a test over the batch may be called: MUSHRA only if every scenario's pages are."""
    shown = [
        {system.code for system in scenario.systems.all()}
        for scenario in batch.scenarios.prefetch_related("systems")
    ]
    return unite(declare_method(systems) for systems in shown)


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

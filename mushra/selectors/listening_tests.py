"""What a test's page shows while listeners come and go: counts, never scores."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from mushra.design.method import MethodDeclaration, declare_method
from mushra.models import Batch, ListeningTest, Rating, Sitting, Stimulus

# The page lists the newest sittings; the rest are in the CSV.
MOST_SITTINGS_LISTED = 100


def declared_method(batch: Batch) -> MethodDeclaration:
    """What a test over the batch's stimuli may be called."""
    systems = Stimulus.objects.filter(item__scenario__batch=batch).values_list(
        "system__code", flat=True
    )
    return declare_method(set(systems))


def newest_sittings(test: ListeningTest) -> QuerySet[Sitting]:
    """The sittings that the page lists, each with its number of finished pages."""
    finished = Count("presentations", filter=Q(presentations__completed_at__isnull=False))
    sittings = test.sittings.select_related("listener").order_by("-number")
    return sittings.annotate(n_pages=Count("presentations"), n_pages_done=finished)[
        :MOST_SITTINGS_LISTED
    ]


def count_answers(test: ListeningTest) -> dict[str, int]:
    """How many sittings were begun and finished, and how many ratings came (in two queries).

    A changed score counts once; training is left out.
    """
    sittings = test.sittings.aggregate(
        begun=Count("pk"), finished=Count("pk", filter=Q(completed_at__isnull=False))
    )
    ratings = Rating.objects.filter(
        presented__presentation__sitting__test=test, presented__presentation__trial__kind="rated"
    ).aggregate(ratings=Count("presented", distinct=True))
    return sittings | ratings


def progress_document(test: ListeningTest) -> dict[str, Any]:
    """The test's state, counts and newest sittings as the page's script polls them."""
    state = ListeningTest.State(test.state)
    return {
        "state": state.value,
        "label": state.label,
        "counts": count_answers(test),
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

"""The researcher's lists of batches and tests, each in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from mushra.models import Batch, ListeningTest, Membership
from synth.models import Clip, JobClip


@dataclass(frozen=True)
class ClipCounts:
    """A job's clips by state."""

    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def percent(self) -> int:
        """Finished clips per hundred; 100 only when all are."""
        return 100 * (self.done + self.failed) // self.total if self.total else 0


@dataclass(frozen=True)
class BatchRow:
    """A batch as a line of the list."""

    batch: Batch
    state: Batch.State
    clips: ClipCounts
    n_scenarios: int
    n_items: int
    n_systems: int
    n_tests: int


@dataclass(frozen=True)
class ListeningTestRow:
    """A test as a line of the list."""

    test: ListeningTest
    n_begun: int
    n_finished: int


def batch_rows(batches: Sequence[Batch]) -> list[BatchRow]:
    """One line per batch, in the order given; two queries, however many batches."""
    ids = [batch.pk for batch in batches]
    clips = _clip_counts([batch.job_id for batch in batches if batch.job_id])
    sizes = _sizes(ids)
    return [
        BatchRow(
            batch=batch,
            state=_state(batch, clips.get(batch.job_id, ClipCounts())),
            clips=clips.get(batch.job_id, ClipCounts()),
            n_scenarios=sizes[batch.pk]["n_scenarios"],
            n_items=sizes[batch.pk]["n_items"],
            n_systems=sizes[batch.pk]["n_systems"],
            n_tests=sizes[batch.pk]["n_tests"],
        )
        for batch in batches
    ]


def listening_test_rows(tests: Sequence[ListeningTest]) -> list[ListeningTestRow]:
    """One line per test, in the order given; one query, however many tests."""
    counted = ListeningTest.objects.filter(pk__in=[test.pk for test in tests]).annotate(
        n_begun=Count("sittings"),
        n_finished=Count("sittings", filter=Q(sittings__completed_at__isnull=False)),
    )
    counts = {
        pk: (n_begun, n_finished)
        for pk, n_begun, n_finished in counted.values_list("pk", "n_begun", "n_finished")
    }
    return [ListeningTestRow(test, *counts[test.pk]) for test in tests]


def visible_memberships(user: User) -> QuerySet[Membership]:
    """The user's projects with their roles."""
    return Membership.objects.filter(user=user).select_related("project").order_by("project__name")


def _sizes(batch_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many scenarios, rated items, systems and tests each batch has."""
    counted = Batch.objects.filter(pk__in=batch_ids).annotate(
        n_scenarios=Count("scenarios", distinct=True),
        n_items=Count(
            "scenarios__items", filter=Q(scenarios__items__purpose="rated"), distinct=True
        ),
        n_systems=Count("scenarios__systems", distinct=True),
        n_tests=Count("tests", distinct=True),
    )
    names = ("n_scenarios", "n_items", "n_systems", "n_tests")
    return {row["pk"]: row for row in counted.values("pk", *names)}


def _clip_counts(job_ids: Sequence[UUID]) -> dict[UUID | None, ClipCounts]:
    counts: dict[UUID, dict[str, int]] = {}
    grouped = (
        JobClip.objects.filter(job__in=job_ids)
        .values_list("job", "clip__state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for job_id, state, n_clips in grouped:
        counts.setdefault(job_id, {})[state] = n_clips
    return {
        job_id: ClipCounts(
            total=sum(by_state.values()),
            done=by_state.get(Clip.State.DONE, 0),
            failed=by_state.get(Clip.State.FAILED, 0),
        )
        for job_id, by_state in counts.items()
    }


def _state(batch: Batch, clips: ClipCounts) -> Batch.State:
    if batch.is_frozen:
        return Batch.State.FROZEN
    if batch.job_id is None:
        return Batch.State.DRAFT
    return Batch.State.READY if clips.done == clips.total else Batch.State.GENERATING

"""The tests whose ratings may serve as the pilot of another."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q

from mushra.models import ListeningTest, Membership, Stimulus
from mushra.reports.planning import ComponentSource
from mushra.selectors.projects import member_row, visible_tests
from mushra.selectors.ratings import rating_table
from mushra.stats.pilot import pilot_components

MIN_LISTENERS = 2
MOST_CHOICES = 50


@dataclass(frozen=True)
class PilotChoice:
    """A test of the user's projects that listeners have finished."""

    pk: int
    title: str
    n_finished: int
    is_simulated: bool

    @property
    def label(self) -> str:
        kind = "simulated listeners" if self.is_simulated else "listeners"
        return f"{self.title} ({self.n_finished} {kind})"


def pilot_choices(user: User) -> list[PilotChoice]:
    """The user's tests with at least two finished sittings, newest first; one query."""
    finished = Count("sittings", filter=Q(sittings__completed_at__isnull=False))
    tests = (
        visible_tests(user)
        .annotate(n_finished=finished)
        .filter(n_finished__gte=MIN_LISTENERS)
        .order_by("-created_at", "-pk")[:MOST_CHOICES]
    )
    return [PilotChoice(test.pk, test.title, test.n_finished, test.is_simulated) for test in tests]


def pilot_of(user: User, pk: int, *, has_speakers: bool = False) -> ComponentSource:
    """The variance components of a test's finished sittings, reference and anchors left out.

    Args:
        has_speakers: take speakers for a component of their own.
    Raises: NotFoundError for a test that the user cannot see; TooFewRatings.
    """
    tests = ListeningTest.objects.select_related("batch")
    test = member_row(user, tests, pk, at_least=Membership.Role.VIEWER)
    others = Stimulus.objects.filter(item__scenario__batch=test.batch_id).exclude(
        role=Stimulus.Role.SYSTEM
    )
    leave_out = set(others.values_list("system__code", flat=True))
    return ComponentSource.from_pilot(
        pilot_components(
            rating_table(test),
            leave_out=leave_out,
            speaker_factor="speaker" if has_speakers else None,
        ),
        title=f"Pilot: {test.title}",
        source="ratings of finished sittings before screening",
    )

"""The ratings of a test as statistics take them."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from mushra.models import ListeningTest, PresentedStimulus, Rating, Sitting, Trial
from mushra.stats.table import RatingTable


@dataclass(frozen=True)
class SittingCounts:
    """How many listeners began and finished, and how many scores are saved."""

    begun: int
    finished: int
    ratings: int


def rating_table(test: ListeningTest) -> RatingTable:
    """The current ratings of the rated trials of finished sittings, one row each.

    Training is left out (its ratings are discarded, BS.1534-3 5.2), and so are sittings that
    were not finished; `unfinished_listeners` names those.
    """
    rows = list(_rated_stimuli(test))
    names = sorted({name for row in rows for name in row.stimulus.factors})
    kind = test.listener_kind
    factors = {name: tuple(row.stimulus.factors.get(name, "") for row in rows) for name in names}
    factors["listener_kind"] = tuple(kind for _ in rows)
    if not test.is_simulated:  # programs listen with nothing
        factors["device"] = tuple(row.presentation.sitting.device for row in rows)
    return RatingTable(
        listener=tuple(row.presentation.sitting.listener.code for row in rows),
        item=tuple(row.stimulus.item.code for row in rows),
        system=tuple(row.stimulus.system.code for row in rows),
        score=np.array([_score(row) for row in rows], dtype=float),
        factors=factors,
    )


def unfinished_listeners(test: ListeningTest) -> list[str]:
    """Codes of the listeners who began but did not finish."""
    unfinished = Sitting.objects.filter(test=test, completed_at__isnull=True)
    return list(unfinished.values_list("listener__code", flat=True).order_by("number"))


def sitting_counts(test: ListeningTest) -> SittingCounts:
    """The live counts of a test's page; a changed score counts once, training not at all."""
    sittings = test.sittings.aggregate(
        begun=Count("pk"), finished=Count("pk", filter=Q(completed_at__isnull=False))
    )
    ratings = Rating.objects.filter(
        presented__presentation__sitting__test=test,
        presented__presentation__trial__kind=Trial.Kind.RATED,
    ).aggregate(ratings=Count("presented", distinct=True))
    return SittingCounts(**sittings, **ratings)


def _rated_stimuli(test: ListeningTest) -> QuerySet[PresentedStimulus]:
    latest = Rating.objects.filter(presented=OuterRef("pk")).order_by("-sequence")
    return (
        PresentedStimulus.objects.filter(
            presentation__sitting__test=test,
            presentation__sitting__completed_at__isnull=False,
            presentation__trial__kind=Trial.Kind.RATED,
            position__gt=0,
        )
        .annotate(current_score=Subquery(latest.values("score")[:1]))
        .select_related(
            "presentation__sitting__listener", "stimulus__system", "stimulus__item__utterance"
        )
        .order_by(
            "presentation__sitting__number",
            "presentation__trial__position",
            "stimulus__system__sort_order",
        )
    )


def _score(row: PresentedStimulus) -> float:
    return float(getattr(row, "current_score"))  # noqa: B009  (an annotation, unknown to types)

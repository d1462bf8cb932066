"""The ratings of a test as statistics take them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from mushra.models import (
    ListeningTest,
    Presentation,
    PresentedStimulus,
    Rating,
    ScreeningOverride,
    Sitting,
    Trial,
)
from mushra.reports.screening import Listening
from mushra.stats.screening import ListeningEvidence, Override
from mushra.stats.table import RatingTable

# Columns of the table that say how a rating came about; the report draws them.
EVIDENCE = ("plays", "heard_s", "switches")


@dataclass(frozen=True)
class SittingCounts:
    """How many listeners began and finished, and how many scores are saved."""

    begun: int
    finished: int
    ratings: int


@dataclass(frozen=True, eq=False)
class TestRatings:
    """The ratings of a test and what is known of the listening behind them, row by row."""

    __test__ = False  # not a pytest class

    table: RatingTable
    listening: Listening


def rating_table(test: ListeningTest) -> RatingTable:
    """The current ratings of the rated trials of finished sittings, one row each.

    Training is left out (its ratings are discarded, BS.1534-3 5.2), and so are sittings that
    were not finished; `unfinished_listeners` names those.
    """
    return _table(test, list(_rated_stimuli(test)))


def ratings_with_listening(test: ListeningTest) -> TestRatings:
    """The ratings of `rating_table` with their listening evidence and researchers' overrides."""
    rows = list(_rated_stimuli(test))
    pages = _page_seconds(test)
    evidence = ListeningEvidence(
        heard_s=np.array([_heard_s(row) for row in rows], dtype=float),
        page_s=np.array([pages.get(row.presentation_id, math.nan) for row in rows], dtype=float),
    )
    listening = Listening(
        # Programs listen to nothing, as fast as they can.
        evidence=ListeningEvidence() if test.is_simulated else evidence,
        finished_at=_finished_at(test),
        overrides=screening_overrides(test),
    )
    return TestRatings(_table(test, rows), listening)


def screening_overrides(test: ListeningTest) -> tuple[Override, ...]:
    """What researchers decided about the test's listeners, in the order in which they did."""
    decided = {
        ScreeningOverride.Decision.KEEP: False,
        ScreeningOverride.Decision.EXCLUDE: True,
        ScreeningOverride.Decision.RULES: None,
    }
    rows = ScreeningOverride.objects.filter(sitting__test=test).select_related(
        "sitting__listener", "made_by"
    )
    return tuple(
        Override(
            listener=row.sitting.listener.code,
            excluded=decided[ScreeningOverride.Decision(row.decision)],
            reason=row.reason,
            by=row.made_by.get_username() if row.made_by else "",
            at=row.made_at.isoformat(timespec="seconds"),
        )
        for row in rows
    )


def _table(test: ListeningTest, rows: Sequence[PresentedStimulus]) -> RatingTable:
    names = sorted({name for row in rows for name in row.stimulus.factors})
    kind = test.listener_kind
    factors = {name: tuple(row.stimulus.factors.get(name, "") for row in rows) for name in names}
    factors["listener_kind"] = tuple(kind for _ in rows)
    if not test.is_simulated:  # programs listen with nothing
        factors["device"] = tuple(row.presentation.sitting.device for row in rows)
        factors |= {name: tuple(_seen(row, name) for row in rows) for name in EVIDENCE}
        factors["moves"] = tuple(str(_moves(row)) for row in rows)
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
        .annotate(
            current_score=Subquery(latest.values("score")[:1]),
            current_evidence=Subquery(latest.values("evidence")[:1]),
            current_sequence=Subquery(latest.values("sequence")[:1]),
        )
        .select_related(
            "presentation__sitting__listener", "stimulus__system", "stimulus__item__utterance"
        )
        .order_by(
            "presentation__sitting__number",
            "presentation__trial__position",
            "stimulus__system__sort_order",
        )
    )


def _seen(row: PresentedStimulus, name: str) -> str:
    """A column of listening evidence; empty where the browser sent none."""
    evidence = getattr(row, "current_evidence") or {}  # noqa: B009  (an annotation)
    return str(evidence.get(name, ""))


def _moves(row: PresentedStimulus) -> int:
    """How often the slider was let go: each time is a rating of its own."""
    return int(getattr(row, "current_sequence"))  # noqa: B009  (an annotation)


def _score(row: PresentedStimulus) -> float:
    return float(getattr(row, "current_score"))  # noqa: B009  (an annotation, unknown to types)


def _heard_s(row: PresentedStimulus) -> float:
    evidence = getattr(row, "current_evidence") or {}  # noqa: B009  (an annotation)
    return float(evidence.get("heard_s", math.nan))


def _page_seconds(test: ListeningTest) -> dict[int, float]:
    """How long each page of a finished sitting took, by presentation.

    A page begins when the one before is done; the first one's beginning is not known.
    """
    pages = (
        Presentation.objects.filter(sitting__test=test, sitting__completed_at__isnull=False)
        .order_by("sitting", "page_number")
        .values_list("pk", "sitting", "completed_at")
    )
    seconds: dict[int, float] = {}
    before: tuple[int, datetime | None] = (0, None)
    for pk, sitting, done in pages:
        if before[0] == sitting and before[1] is not None and done is not None:
            seconds[pk] = (done - before[1]).total_seconds()
        before = (sitting, done)
    return seconds


def _finished_at(test: ListeningTest) -> dict[str, str]:
    finished = Sitting.objects.filter(test=test, completed_at__isnull=False)
    return {
        code: at.isoformat(timespec="seconds")
        for code, at in finished.values_list("listener__code", "completed_at")
        if at is not None
    }

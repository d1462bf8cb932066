"""Where a listener stands, and what their page needs."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from mushra.models import (
    ListeningTest,
    Presentation,
    PresentedStimulus,
    Rating,
    Sitting,
)

# Reading, setting the level, and about a minute of comparing on each page.
MINUTES_BEFORE_TRIALS = 3
MINUTES_PER_TRIAL = 1


@dataclass(frozen=True)
class Stage:
    """What a sitting shows next: "level", "trial" (with its presentation) or "thanks"."""

    name: str
    presentation: Presentation | None = None


def find_test_by_link(link_token: str) -> ListeningTest | None:
    """The test behind a listener's link; drafts have no public link yet."""
    return (
        ListeningTest.objects.exclude(state=ListeningTest.State.DRAFT)
        .filter(link_token=link_token)
        .first()
    )


def sitting_by_token(token: str) -> Sitting | None:
    """The sitting whose token this is."""
    return Sitting.objects.filter(token=token).select_related("test", "listener").first()


def sitting_stage(sitting: Sitting) -> Stage:
    """The page the sitting is at."""
    if not sitting.device:
        return Stage("level")
    presentation = current_presentation(sitting)
    return Stage("trial", presentation) if presentation else Stage("thanks")


def current_presentation(sitting: Sitting) -> Presentation | None:
    """The first page that is not finished; None when all are."""
    return (
        sitting.presentations.filter(completed_at__isnull=True)
        .select_related("trial__item__scenario__batch")
        .order_by("page_number")
        .first()
    )


def n_to_rate(presentation: Presentation) -> int:
    """How many stimuli of a page are rated: all but the labelled reference, if there is one."""
    return presentation.presented.filter(position__gt=0).count()


def n_unrated(presentation: Presentation) -> int:
    """How many stimuli of a page have no rating yet (a labelled reference needs none)."""
    rated = Rating.objects.filter(presented=OuterRef("pk"))
    return presentation.presented.filter(~Exists(rated), position__gt=0).count()


def estimate_minutes(test: ListeningTest) -> int:
    """How long a sitting takes, roughly."""
    return MINUTES_BEFORE_TRIALS + MINUTES_PER_TRIAL * test.trials.count()


def trial_data(presentation: Presentation) -> dict[str, Any]:
    """Everything about a page's stimuli that reaches the browser. It names none of them."""
    sitting = presentation.sitting
    shown = _presented_with_scores(presentation)
    reference = next((one for one in shown if one.is_labelled_reference), None)
    rated_pages = sitting.presentations.filter(trial__kind=presentation.trial.kind)
    return {
        "kind": presentation.trial.kind,
        "number": rated_pages.filter(page_number__lte=presentation.page_number).count(),
        "total": rated_pages.count(),
        "rateHz": presentation.trial.item.scenario.batch.rate_hz,
        "nSamples": max(one.stimulus.clip.n_samples for one in shown),
        "requireHundred": sitting.test.ask_for_hundred,
        "reference": _signal(sitting, reference) if reference else None,
        # Only the labelled reference is ever drawn, and only if all else says what it says.
        "drawsReference": sitting.test.asked.is_in_step,
        "stimuli": [
            _signal(sitting, stimulus)
            | {
                "label": stimulus.label,
                "score": stimulus.current_score,
                "sequence": stimulus.current_sequence or 0,
                "heard": stimulus.current_score is not None,
            }
            for stimulus in shown
            if not stimulus.is_labelled_reference
        ],
        "ratingsUrl": reverse("api-ratings", args=[sitting.token]),
        "completeUrl": reverse("api-complete", args=[sitting.token, presentation.page_number]),
        "nextUrl": reverse("sitting", args=[sitting.token]),
    }


def presented_by_token(sitting: Sitting, token: str) -> PresentedStimulus | None:
    """A signal of the sitting's current page, the labelled reference included."""
    presentation = current_presentation(sitting)
    if presentation is None:
        return None
    return presentation.presented.filter(token=token).select_related("stimulus__clip").first()


def level_signal(sitting: Sitting) -> PresentedStimulus | None:
    """What the level is set with: the first signal of the first page, a reference if it has one."""
    return (
        PresentedStimulus.objects.filter(presentation__sitting=sitting)
        .select_related("stimulus__clip")
        .order_by("presentation__page_number", "position")
        .first()
    )


def _presented_with_scores(presentation: Presentation) -> list[Any]:
    latest = Rating.objects.filter(presented=OuterRef("pk")).order_by("-sequence")
    return list(
        presentation.presented.annotate(
            current_score=Subquery(latest.values("score")[:1]),
            current_sequence=Subquery(latest.values("sequence")[:1]),
        )
        .select_related("stimulus__clip")
        .order_by("position")
    )


def _signal(sitting: Sitting, presented: PresentedStimulus) -> dict[str, Any]:
    return {
        "token": presented.token,
        "url": reverse("api-audio", args=[sitting.token, presented.token]),
    }

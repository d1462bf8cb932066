"""A listener's way through a test. What is acknowledged is on disk."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from mushra.design.attributes import Attribute
from mushra.design.orders import TrialOrder, draw_orders, sitting_rng
from mushra.errors import ConflictError, MushraError, NotFoundError
from mushra.models import (
    Listener,
    ListeningTest,
    Presentation,
    PresentedStimulus,
    Rating,
    Sitting,
    Stimulus,
    Trial,
)
from mushra.selectors.sittings import current_presentation, n_to_rate, n_unrated

# 31 signs that nobody confuses when copying a code by hand.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Evidence:
    """What the browser saw of the listening to one stimulus before it was rated."""

    plays: int
    heard_s: float
    switches: int
    loops: int


@dataclass(frozen=True)
class NewRating:
    """A score as it arrives: `sequence` grows with every change of one stimulus' score."""

    stimulus_token: str
    sequence: int
    score: int
    evidence: Evidence


@dataclass(frozen=True)
class SavedRating:
    """A rating on disk, and whether this request put it there."""

    rating: Rating
    is_new: bool


@transaction.atomic
def begin_sitting(test: ListeningTest, *, begin_key: str = "") -> Sitting:
    """A new listener's sitting with every page and order drawn and recorded.

    Args:
        begin_key: names the wish to begin; the same key again gets the same sitting.
    Raises: ConflictError if the test is not open.
    """
    # The row is locked so that two listeners who come at once get different numbers.
    test = ListeningTest.objects.select_for_update().get(pk=test.pk)
    begun = Sitting.objects.filter(test=test, begin_key=begin_key).first()
    if begun is not None:
        return begun
    if test.state != ListeningTest.State.OPEN:
        raise ConflictError("This test is not open.", code="not_open")
    last = Sitting.objects.filter(test=test).aggregate(last=Max("number"))["last"]
    sitting = Sitting.objects.create(
        test=test,
        listener=_new_listener(test),
        number=(last or 0) + 1,
        token=secrets.token_urlsafe(24),
        begin_key=begin_key or secrets.token_urlsafe(24),
        consent_text=test.consent,
    )
    _present_trials(sitting)
    return sitting


@transaction.atomic
def record_device(sitting: Sitting, device: str) -> Sitting:
    """Keeps what the listener listens with, once the level is set."""
    if device not in Sitting.Device.values:
        raise MushraError(
            "Choose headphones or loudspeakers.", code="unknown_device", field="device"
        )
    _lock(sitting)
    sitting.device = device
    sitting.save(update_fields=["device"])
    return sitting


@transaction.atomic
def save_rating(sitting: Sitting, new: NewRating) -> SavedRating:
    """Appends a rating of the current page; the same one sent again changes nothing.

    Raises: NotFoundError for a stimulus that is not on the current page; ConflictError for a
        sequence number that is used up (it holds another score, or a later rating exists);
        MushraError for an unheard stimulus.
    """
    _lock(sitting)
    presented = _on_current_page(sitting, new.stimulus_token)
    if new.evidence.heard_s <= 0:
        raise MushraError(
            f"Stimulus {presented.label} was not played yet: listen before rating it.",
            code="not_heard",
            field="evidence",
        )
    if presented.ratings.filter(sequence__gt=new.sequence).exists():
        raise _sequence_taken(presented, new)
    rating, is_new = Rating.objects.get_or_create(
        presented=presented,
        sequence=new.sequence,
        defaults={"score": new.score, "evidence": vars(new.evidence)},
    )
    if rating.score != new.score:
        raise _sequence_taken(presented, new)
    return SavedRating(rating, is_new)


@transaction.atomic
def complete_presentation(sitting: Sitting, page_number: int) -> Presentation:
    """Closes a page when all its stimuli are rated; closing it again changes nothing."""
    _lock(sitting)
    presentation = sitting.presentations.filter(page_number=page_number).first()
    if presentation is None:
        raise NotFoundError(f"This test has no page {page_number}.", code="no_such_page")
    if presentation.completed_at is not None:
        return presentation
    if presentation != current_presentation(sitting):
        raise ConflictError("Finish the pages before this one first.", code="not_current")
    missing = n_unrated(presentation)
    if missing:
        raise ConflictError(
            f"{missing} of {n_to_rate(presentation)} stimuli on this page are not rated yet.",
            code="not_all_rated",
        )
    presentation.completed_at = timezone.now()
    presentation.save(update_fields=["completed_at"])
    if current_presentation(sitting) is None:
        sitting.completed_at = presentation.completed_at
        sitting.save(update_fields=["completed_at"])
    return presentation


def _lock(sitting: Sitting) -> None:
    """Holds the sitting until the transaction ends: its requests are served one by one."""
    sitting.refresh_from_db(from_queryset=Sitting.objects.select_for_update())


def _sequence_taken(presented: PresentedStimulus, new: NewRating) -> ConflictError:
    return ConflictError(
        f"Rating {new.sequence} of stimulus {presented.label} is saved already, or a later one is: "
        "send the new score with a higher sequence number.",
        code="sequence_taken",
        field="sequence",
    )


def _new_listener(test: ListeningTest) -> Listener:
    prefix = "SIM-" if test.is_simulated else "L-"
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
    return Listener.objects.create(code=prefix + code, kind=test.listener_kind)


def _present_trials(sitting: Sitting) -> None:
    """Training first, then the rated trials in this sitting's own order."""
    trials = list(sitting.test.trials.select_related("item").prefetch_related("item__stimuli"))
    training = [trial for trial in trials if trial.kind == Trial.Kind.TRAINING]
    rated = [trial for trial in trials if trial.kind == Trial.Kind.RATED]
    rng = sitting_rng(sitting.test.seed, sitting.number)
    page_number = 0
    for group in (training, rated):
        pages = [_page_of(trial, sitting.test.asked) for trial in group]
        for order in draw_orders([len(page.rated) for page in pages], rng):
            page_number += 1
            presentation = Presentation.objects.create(
                sitting=sitting, trial=group[order.trial], page_number=page_number
            )
            _present_stimuli(presentation, pages[order.trial], order)


@dataclass(frozen=True)
class _Page:
    """What of an item is shown for an attribute; `labelled` is empty for no labelled reference."""

    labelled: Sequence[Stimulus]
    rated: Sequence[Stimulus]


def _page_of(trial: Trial, asked: Attribute) -> _Page:
    stimuli = trial.item.stimuli.all()
    return _Page(
        labelled=[one for one in stimuli if one.role == asked.labelled],
        rated=[one for one in stimuli if one.role in asked.rated],
    )


def _present_stimuli(presentation: Presentation, page: _Page, order: TrialOrder) -> None:
    """Position 0 is the labelled reference; what is rated begins at 1 with or without it."""
    shown = [(0, one) for one in page.labelled]
    shown += [(at, page.rated[index]) for at, index in enumerate(order.stimuli, start=1)]
    PresentedStimulus.objects.bulk_create(
        PresentedStimulus(
            presentation=presentation,
            stimulus=stimulus,
            position=position,
            token=secrets.token_urlsafe(16),
        )
        for position, stimulus in shown
    )


def _on_current_page(sitting: Sitting, token: str) -> PresentedStimulus:
    presented = (
        PresentedStimulus.objects.filter(presentation__sitting=sitting, token=token, position__gt=0)
        .select_related("presentation")
        .first()
    )
    if presented is None:
        raise NotFoundError("This page has no such stimulus.", code="no_such_stimulus")
    if presented.presentation.completed_at is not None:
        raise ConflictError("This page is finished and cannot be changed.", code="page_finished")
    if presented.presentation != current_presentation(sitting):
        raise ConflictError("Finish the pages before this one first.", code="not_current")
    return presented

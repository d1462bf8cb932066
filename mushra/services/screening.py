"""Records what a researcher decides about a listener; the rules' own verdicts stay as they are."""

from django.contrib.auth.models import User
from django.db import transaction

from mushra.errors import ConflictError, MushraError
from mushra.models import ScreeningOverride, Sitting

MIN_REASON = 10  # characters: a word or two explain nothing to who reads the report


@transaction.atomic
def override_screening(
    sitting: Sitting, *, decision: str, reason: str, user: User | None
) -> ScreeningOverride:
    """A new decision about a finished sitting; earlier ones are kept, the latest counts.

    Raises: MushraError for an unknown decision or a reason that says nothing; ConflictError for a
        sitting that is not finished, which no report counts.
    """
    if decision not in ScreeningOverride.Decision.values:
        raise MushraError(
            "Decide to keep the listener, to leave them out, or to leave it to the rules.",
            code="unknown_decision",
            field="decision",
        )
    words = reason.strip()
    if len(words) < MIN_REASON:
        raise MushraError(
            "Write down why, in a sentence: the reason stands in the report.",
            code="no_reason",
            field="reason",
        )
    if sitting.completed_at is None:
        raise ConflictError(
            f"{sitting.listener} has not finished, and only finished sittings are analyzed.",
            code="not_finished",
        )
    return ScreeningOverride.objects.create(
        sitting=sitting, decision=decision, reason=words, made_by=user
    )

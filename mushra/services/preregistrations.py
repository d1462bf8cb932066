"""Fixes what a test is to show before anybody has listened."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mushra.errors import ConflictError, MushraError
from mushra.models import ListeningTest, Preregistration
from mushra.reports.preregistration import PREDICTIONS, preregistration_pdf
from mushra.selectors.preregistrations import RegisteredPair, facts_of_test
from mushra.services.listening_tests import ANALYSIS, protocol_hash


@dataclass(frozen=True)
class RegistrationPlan:
    """What a researcher commits to.

    Args:
        question: what the test is to answer, in words.
        pairs: every pair of systems under test with its prediction, "" for an exploratory one.
        margin: of equivalence, points.
        n_listeners: to be asked; recruiting ends there.
        looks: "none" or "sequence", see `mushra.selectors.preregistrations`.
        notes: who is recruited how, other exclusions, anything else.
    """

    question: str
    pairs: Sequence[RegisteredPair]
    margin: float
    n_listeners: int
    looks: str
    notes: str = ""


@transaction.atomic
def register_test(
    test: ListeningTest, plan: RegistrationPlan, *, user: User | None
) -> Preregistration:
    """The pre-registration of a draft test; registering again replaces it.

    Raises: ConflictError once the test has opened; MushraError for an unknown prediction.
    """
    test.refresh_from_db(from_queryset=ListeningTest.objects.select_for_update())
    if test.state != ListeningTest.State.DRAFT:
        raise ConflictError(
            "The test has opened: its pre-registration can no longer be made or changed.",
            code="already_open",
        )
    unknown = {pair.prediction for pair in plan.pairs} - {"", *PREDICTIONS}
    if unknown:
        known = ", ".join(PREDICTIONS)
        raise MushraError(
            f"A prediction is one of {known}, not {min(unknown)}.", code="unknown_prediction"
        )
    now = timezone.now()
    document = {
        "test": facts_of_test(test),
        "plan": asdict(plan) | {"pairs": [asdict(pair) for pair in plan.pairs]},
        "analysis": ANALYSIS,
        "protocol_hash": protocol_hash(test),
        "registered_at": now.isoformat(timespec="seconds"),
        "registered_by": user.get_username() if user else "",
    }
    pdf = preregistration_pdf(document)
    registered, _ = Preregistration.objects.update_or_create(
        test=test,
        defaults={
            "document": document,
            "pdf": pdf,
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "registered_at": now,
            "registered_by": user,
        },
    )
    return registered

"""Offers a frozen batch to listeners: draft, open, closed."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mushra.design.attributes import ATTRIBUTES, BASIC_QUALITY, Attribute
from mushra.errors import ConflictError, MushraError
from mushra.models import Batch, Item, ListeningTest, Preregistration, Trial
from mushra.selectors.listening_tests import declared_method, why_not
from mushra.services.texts import CONSENT, instructions_for
from mushra.stats.screening import MAX_BAD_ITEMS_PERCENT, MIN_HIDDEN_REFERENCE_SCORE

SEED_BITS = 63  # what a positive big integer column holds

# How every report of this version is computed; part of the protocol, so that a hash covers it.
ANALYSIS = {
    "screening_r1": {
        "hidden_reference_below": MIN_HIDDEN_REFERENCE_SCORE,
        "on_more_than_percent": MAX_BAD_ITEMS_PERCENT,
    },
    "pairs": "two-way crossed paired differences, Satterthwaite, Holm over systems under test",
    "beside": "exact Wilcoxon signed-rank on listener means, Holm",
    "interval_level": 0.95,
    "unfinished_sittings": "left out",
}


@dataclass(frozen=True)
class TestPlan:
    """A listening test as a researcher words it.

    `instructions`: the attribute's own if None. `ask_for_hundred` and `screen_by_reference` need an
    attribute with a hidden reference.
    `simulation` is the stated truth that simulated listeners draw from (see
    mushra.stats.simulate); a test that has one never counts as a test with people.
    """

    __test__ = False  # not a pytest class

    title: str
    attribute: str = BASIC_QUALITY
    instructions: str | None = None
    consent: str = CONSENT
    ask_for_hundred: bool = True
    screen_by_reference: bool = True
    screen_by_listening: bool = False
    seed: int | None = None  # drawn when not given: orders must not be guessed from the source
    simulation: Mapping[str, Any] | None = None


@transaction.atomic
def create_test(batch: Batch, plan: TestPlan, *, user: User | None) -> ListeningTest:
    """A draft test over the frozen batch's items.

    Raises: ConflictError if the batch is not frozen; MushraError if it cannot be asked about the
        attribute, or the attribute has no hidden reference to screen by or to rate 100.
    """
    if not batch.is_frozen:
        raise ConflictError(
            "A test is made from a frozen batch: freeze the batch first.", code="not_frozen"
        )
    attribute = _checked(batch, plan)
    declared = declared_method(batch, attribute)
    test = ListeningTest.objects.create(
        batch=batch,
        title=plan.title,
        method=declared.method,
        deviations=list(declared.deviations),
        attribute=attribute.code,
        instructions=(
            instructions_for(attribute.code) if plan.instructions is None else plan.instructions
        ),
        consent=plan.consent,
        ask_for_hundred=plan.ask_for_hundred,
        screen_by_reference=plan.screen_by_reference,
        screen_by_listening=plan.screen_by_listening,
        seed=secrets.randbits(SEED_BITS) if plan.seed is None else plan.seed,
        listener_kind=_listener_kind(plan),
        simulation=dict(plan.simulation or {}),
        link_token=secrets.token_urlsafe(24),
        created_by=user,
    )
    _create_trials(test)
    return test


@transaction.atomic
def open_test(test: ListeningTest) -> ListeningTest:
    """Lets listeners in; from the first opening on, the protocol is fixed by its hash."""
    _lock(test)
    if test.state == ListeningTest.State.DRAFT:
        test.protocol_hash = protocol_hash(test)
        _check_registration(test)
        test.opened_at = timezone.now()
    test.state = ListeningTest.State.OPEN
    test.closed_at = None
    test.save(update_fields=["state", "protocol_hash", "opened_at", "closed_at"])
    return test


@transaction.atomic
def close_test(test: ListeningTest) -> ListeningTest:
    """Lets no new listener in; those who have begun may finish."""
    _lock(test)
    if test.state != ListeningTest.State.OPEN:
        raise ConflictError("Only an open test can be closed.", code="not_open")
    test.state = ListeningTest.State.CLOSED
    test.closed_at = timezone.now()
    test.save(update_fields=["state", "closed_at"])
    return test


def protocol_hash(test: ListeningTest) -> str:
    """sha256 over everything that decides what a listener meets and how it is analyzed."""
    fields = (
        "method",
        "deviations",
        "attribute",
        "title",
        "instructions",
        "consent",
        "listener_kind",
        "simulation",
        "ask_for_hundred",
        "screen_by_reference",
        "screen_by_listening",
        "seed",
    )
    document: dict[str, Any] = {name: getattr(test, name) for name in fields}
    document["analysis"] = ANALYSIS
    document["shown"] = {"labelled": test.asked.labelled, "rated": sorted(test.asked.rated)}
    document["stimuli_hash"] = test.batch.stimuli_hash
    document["trials"] = [
        [trial.kind, trial.item.code]
        for trial in test.trials.select_related("item__utterance").order_by("position")
    ]
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _checked(batch: Batch, plan: TestPlan) -> Attribute:
    """The plan's attribute, once nothing of the plan or the batch speaks against it."""
    if plan.attribute not in ATTRIBUTES:
        raise MushraError(
            f"Listeners are asked about one of {', '.join(ATTRIBUTES)}, not {plan.attribute!r}.",
            code="unknown_attribute",
            field="attribute",
        )
    attribute = ATTRIBUTES[plan.attribute]
    if reason := why_not(batch, attribute):
        raise MushraError(reason, code="attribute_refused", field="attribute")
    wanted = {
        "ask_for_hundred": (plan.ask_for_hundred, "Do not ask for a rating of 100."),
        "screen_by_reference": (plan.screen_by_reference, "Do not screen by it."),
    }
    for field, (is_wanted, advice) in wanted.items():
        if is_wanted and not attribute.has_hidden_reference:
            raise MushraError(
                f"{attribute.not_screened} {advice}", code="no_hidden_reference", field=field
            )
    return attribute


def _check_registration(test: ListeningTest) -> None:
    """What was pre-registered must be what opens. Raises: ConflictError if it is not."""
    registered = Preregistration.objects.filter(test=test).defer("pdf").first()
    if registered and registered.document["protocol_hash"] != test.protocol_hash:
        raise ConflictError(
            "The pre-registration names another protocol than the test has now: register again, "
            "then open.",
            code="registered_otherwise",
        )


def _lock(test: ListeningTest) -> None:
    """Holds the test, as it stands now, until the transaction ends: others wait their turn."""
    test.refresh_from_db(from_queryset=ListeningTest.objects.select_for_update())


def _listener_kind(plan: TestPlan) -> ListeningTest.ListenerKind:
    kinds = ListeningTest.ListenerKind
    return kinds.SIMULATED if plan.simulation else kinds.HUMAN


def _create_trials(test: ListeningTest) -> None:
    items = Item.objects.filter(scenario__batch=test.batch).order_by(
        "-purpose", "scenario__position", "position"
    )
    Trial.objects.bulk_create(
        Trial(test=test, item=item, kind=item.purpose, position=position)
        for position, item in enumerate(items)
    )

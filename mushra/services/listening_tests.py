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

from mushra.design.method import declare_method
from mushra.errors import ConflictError
from mushra.models import Batch, Item, ListeningTest, Stimulus, Trial
from mushra.services.texts import CONSENT, INSTRUCTIONS


@dataclass(frozen=True)
class TestPlan:
    """A listening test as a researcher words it.

    `simulation` is the stated truth that simulated listeners draw from (see
    mushra.stats.simulate); a test that has one never counts as a test with people.
    """

    __test__ = False  # not a pytest class

    title: str
    attribute: str = ListeningTest.Attribute.BASIC_QUALITY
    instructions: str = INSTRUCTIONS
    consent: str = CONSENT
    ask_for_hundred: bool = True
    screen_by_reference: bool = True
    seed: int = 0
    simulation: Mapping[str, Any] | None = None


@transaction.atomic
def create_test(batch: Batch, plan: TestPlan, *, user: User | None) -> ListeningTest:
    """A draft test over the frozen batch's items. Raises ConflictError if it is not frozen."""
    if not batch.is_frozen:
        raise ConflictError(
            "A test is made from a frozen batch: freeze the batch first.", code="not_frozen"
        )
    systems = set(
        Stimulus.objects.filter(item__scenario__batch=batch).values_list("system__code", flat=True)
    )
    declared = declare_method(systems)
    test = ListeningTest.objects.create(
        batch=batch,
        title=plan.title,
        method=declared.method,
        deviations=list(declared.deviations),
        attribute=plan.attribute,
        instructions=plan.instructions,
        consent=plan.consent,
        ask_for_hundred=plan.ask_for_hundred,
        screen_by_reference=plan.screen_by_reference,
        seed=plan.seed or batch.seed,
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
    if test.state == ListeningTest.State.DRAFT:
        test.protocol_hash = protocol_hash(test)
        test.opened_at = timezone.now()
    test.state = ListeningTest.State.OPEN
    test.closed_at = None
    test.save(update_fields=["state", "protocol_hash", "opened_at", "closed_at"])
    return test


@transaction.atomic
def close_test(test: ListeningTest) -> ListeningTest:
    """Lets no new listener in; those who have begun may finish."""
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
        "seed",
    )
    document: dict[str, Any] = {name: getattr(test, name) for name in fields}
    document["stimuli_hash"] = test.batch.stimuli_hash
    document["trials"] = [
        [kind, code]
        for kind, code in test.trials.values_list("kind", "item__utterance__code").order_by(
            "position"
        )
    ]
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


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

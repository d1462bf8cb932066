"""What a test's pre-registration says, and what the next one would say of the test itself."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from mushra.models import Item, ListeningTest, Preregistration, Trial
from mushra.reports.design import ReportDesign
from mushra.selectors.reports import report_design


@dataclass(frozen=True)
class RegisteredPair:
    """What was predicted of a pair of systems, by code.

    prediction: "different", "first_better", "second_better" or "equivalent".
    """

    first: str
    second: str
    prediction: str


@dataclass(frozen=True)
class RegisteredPlan:
    """A pre-registration as reports and monitoring read it.

    Args:
        sha256: of the PDF.
        margin: of equivalence, points.
        n_listeners: planned.
        looks: "none" (before the planned number) or "sequence" (any time, by the sequence).
        predictions: the pairs that something was predicted of; all others are exploratory.
    """

    test_pk: int
    sha256: str
    registered_at: datetime
    protocol_hash: str
    margin: float
    n_listeners: int
    looks: str
    predictions: tuple[RegisteredPair, ...]


def registered_plan(test: ListeningTest) -> RegisteredPlan | None:
    """What was committed to before the test opened; None where nothing was. One query."""
    found = Preregistration.objects.filter(test=test).defer("pdf").first()
    if found is None:
        return None
    document = found.document
    return RegisteredPlan(
        test_pk=test.pk,
        sha256=found.sha256,
        registered_at=found.registered_at,
        protocol_hash=document["protocol_hash"],
        margin=document["plan"]["margin"],
        n_listeners=document["plan"]["n_listeners"],
        looks=document["plan"]["looks"],
        predictions=tuple(
            RegisteredPair(pair["first"], pair["second"], pair["prediction"])
            for pair in document["plan"]["pairs"]
            if pair["prediction"]
        ),
    )


def pairs_of(design: ReportDesign) -> list[tuple[str, str]]:
    """All pairs of systems under test, in the report's order."""
    return list(combinations(design.under_test, 2))


def facts_of_test(test: ListeningTest) -> dict[str, Any]:
    """The test as its pre-registration describes it: design, material, screening."""
    design = report_design(test)
    rated = Item.objects.filter(scenario__batch=test.batch_id, purpose=Item.Purpose.RATED)
    n_items = Counter(rated.values_list("scenario__code", flat=True))
    roles = {design.reference: "reference"}
    roles |= {design.low_anchor: "low anchor", design.mid_anchor: "mid anchor"}
    return {
        "title": test.title,
        "study": test.batch.name,
        "method": test.get_method_display(),
        "attribute": test.get_attribute_display(),
        "deviations": list(design.deviations),
        "listeners": test.get_listener_kind_display(),
        "is_simulated": test.is_simulated,
        "systems": [
            {
                "code": system.code,
                "title": system.title,
                "role": roles.get(system.code, "system under test"),
            }
            for system in design.systems
        ],
        "scenarios": [
            {"code": one.code, "title": one.title, "n_items": n_items[one.code]}
            for one in design.scenarios
        ],
        "n_pages": test.trials.filter(kind=Trial.Kind.RATED).count(),
        "n_training_pages": test.trials.filter(kind=Trial.Kind.TRAINING).count(),
        "screening": list(design.screening),
        "seed": str(test.seed),
        "stimuli_hash": test.batch.stimuli_hash,
    }

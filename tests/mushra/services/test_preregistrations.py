"""A pre-registration says what will be tested, and stays."""

import hashlib

import pytest

from mushra.errors import ConflictError, MushraError
from mushra.models import Preregistration
from mushra.reports.preregistration import preregistration_pdf
from mushra.selectors.preregistrations import RegisteredPair, registered_plan
from mushra.services.listening_tests import close_test, open_test, protocol_hash
from mushra.services.preregistrations import RegistrationPlan, register_test

pytestmark = pytest.mark.django_db

PLAN = RegistrationPlan(
    question="Is WORLD rated higher than Griffin-Lim?",
    pairs=[RegisteredPair("griffin_lim", "world", "second_better")],
    margin=4.0,
    n_listeners=24,
    looks="sequence",
)


@pytest.fixture
def registered(draft_test, editor) -> Preregistration:
    return register_test(draft_test, PLAN, user=editor)


def test_the_pdf_is_stored_with_its_hash_and_time(registered, editor):
    assert bytes(registered.pdf).startswith(b"%PDF-")
    assert registered.sha256 == hashlib.sha256(bytes(registered.pdf)).hexdigest()
    assert registered.registered_by == editor


def test_the_same_pdf_can_be_made_again_from_what_is_stored(registered):
    registered.refresh_from_db()

    assert preregistration_pdf(registered.document) == bytes(registered.pdf)


def test_it_names_the_protocol_that_will_open(registered, draft_test):
    open_test(draft_test)

    assert registered.document["protocol_hash"] == draft_test.protocol_hash


def test_reports_read_the_margin_and_the_predictions(registered, draft_test):
    plan = registered_plan(draft_test)

    assert plan.margin == 4.0
    assert plan.n_listeners == 24
    assert plan.sha256 == registered.sha256
    assert plan.predictions == (RegisteredPair("griffin_lim", "world", "second_better"),)


def test_a_pair_without_a_prediction_is_exploratory(draft_test):
    pairs = [RegisteredPair("griffin_lim", "world", "")]
    register_test(draft_test, RegistrationPlan("Q", pairs, 5.0, 10, "none"), user=None)

    assert registered_plan(draft_test).predictions == ()


def test_a_draft_may_be_registered_again(registered, draft_test):
    again = register_test(draft_test, RegistrationPlan("Q", [], 5.0, 10, "none"), user=None)

    assert Preregistration.objects.count() == 1
    assert again.sha256 != registered.sha256


@pytest.mark.parametrize("state", ["open", "closed"])
def test_once_open_nothing_is_registered_or_changed(registered, draft_test, state):
    open_test(draft_test)
    if state == "closed":
        close_test(draft_test)

    with pytest.raises(ConflictError, match="no longer"):
        register_test(draft_test, PLAN, user=None)
    registered.refresh_from_db()
    assert registered.document["plan"]["n_listeners"] == 24


def test_a_test_that_changed_since_does_not_open(registered, draft_test):
    draft_test.instructions = "Rate the second sound highest."
    draft_test.save()

    with pytest.raises(ConflictError, match="register again"):
        open_test(draft_test)
    draft_test.refresh_from_db()
    assert draft_test.state == "draft"


def test_a_test_without_one_opens_as_before(draft_test):
    assert open_test(draft_test).state == "open"
    assert registered_plan(draft_test) is None


def test_the_design_is_added_by_itself(registered, draft_test):
    test = registered.document["test"]

    assert test["scenarios"] == [{"code": "all", "title": "All speakers", "n_items": 5}]
    assert test["screening"] == ["R1"]
    assert {system["role"] for system in test["systems"]} == {
        "reference",
        "low anchor",
        "mid anchor",
        "system under test",
    }
    assert registered.document["protocol_hash"] == protocol_hash(draft_test)


def test_an_unknown_prediction_is_refused(draft_test):
    pairs = [RegisteredPair("griffin_lim", "world", "much better")]

    with pytest.raises(MushraError, match="A prediction is one of"):
        register_test(draft_test, RegistrationPlan("Q", pairs, 5.0, 10, "none"), user=None)


def test_reading_it_is_one_query(registered, draft_test, django_assert_num_queries):
    with django_assert_num_queries(1):
        registered_plan(draft_test)

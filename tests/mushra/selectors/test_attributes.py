"""Reports, monitoring and pre-registration of tests with other references than the usual one."""

import pytest

from mushra.design.attributes import NATURALNESS_ALONE, PROSODY_SIMILARITY, SPEAKER_SIMILARITY
from mushra.models import ListeningTest
from mushra.reports.html import render_html
from mushra.selectors.listening_tests import attribute_offers
from mushra.selectors.monitoring import monitoring_of
from mushra.selectors.preregistrations import facts_of_test
from mushra.selectors.reports import report_design, report_of
from mushra.selectors.screening import screening_page
from mushra.services.listening_tests import open_test
from mushra.services.preregistrations import RegistrationPlan, register_test
from tests.mushra.finished import finish_sittings
from tests.mushra.services.test_attributes import RATED, each_question, make_test
from tests.transfer import SPOKEN

pytestmark = pytest.mark.django_db
MEANS = {"natural": 92.0, "flat_prosody": 30.0} | dict.fromkeys(SPOKEN[:-1], 65.0)
TRANSFERS = set(SPOKEN) - {"flat_prosody"}


def finished_test(batch, attribute) -> ListeningTest:
    test = open_test(make_test(batch, attribute))
    finish_sittings(test, 4, means=MEANS)
    return test


@pytest.fixture
def finished(transfer_batch, request) -> ListeningTest:
    return finished_test(transfer_batch, request.param)


each_finished = pytest.mark.parametrize("finished", RATED, indirect=True)


@each_finished
def test_the_report_is_made_of_what_was_rated(finished):
    found = report_of(finished)
    rated = RATED[finished.attribute]
    assert {row.system for row in found.document.everyone.systems} == rated
    assert set(found.table.systems) == rated


def test_without_a_hidden_reference_the_original_is_compared_like_any_other(transfer_batch):
    test = finished_test(transfer_batch, NATURALNESS_ALONE)
    found = report_of(test)
    results = found.document.everyone
    assert results.against_reference == ()
    assert any("natural" in (pair.first, pair.second) for pair in results.pairs)
    assert "rating naturalness (without a reference)" in found.document.methods
    assert "No labelled reference" in render_html(found.document, found.table)


@each_finished
def test_monitoring_and_screening_need_no_hidden_reference(finished):
    assert monitoring_of(finished, None).n_listeners == 4
    rules = screening_page(finished).facts.rules
    assert rules == (("R1",) if finished.attribute == PROSODY_SIMILARITY else ())


@pytest.mark.parametrize(
    ("attribute", "reference", "low_anchor", "under_test"),
    [
        (NATURALNESS_ALONE, None, "flat_prosody", TRANSFERS | {"natural"}),
        (PROSODY_SIMILARITY, "natural", "flat_prosody", TRANSFERS),
        (SPEAKER_SIMILARITY, None, None, TRANSFERS | {"natural"}),
    ],
)
def test_roles_in_the_report_follow_the_attribute(
    transfer_batch, attribute, reference, low_anchor, under_test
):
    design = report_design(make_test(transfer_batch, attribute))
    assert (design.reference, design.low_anchor) == (reference, low_anchor)
    assert set(design.under_test) == under_test
    assert "begin together" in design.stimuli
    assert ("hidden reference" in design.stimuli) == (reference is not None)


@each_question
def test_it_can_be_registered(transfer_batch, attribute):
    test = make_test(transfer_batch, attribute)
    plan = RegistrationPlan("Is it close?", [], margin=5, n_listeners=20, looks="none")
    assert register_test(test, plan, user=None).pdf.startswith(b"%PDF")
    roles = {one["code"]: one["role"] for one in facts_of_test(test)["systems"]}
    assert set(roles) == RATED[attribute]
    assert open_test(test).protocol_hash


def test_every_attribute_is_offered_with_its_reason(frozen_batch, django_assert_num_queries):
    with django_assert_num_queries(2):
        offers = {one.attribute.code: one.reason for one in attribute_offers(frozen_batch)}
    assert [code for code, reason in offers.items() if reason] == [SPEAKER_SIMILARITY]
    assert "target voice" in offers[SPEAKER_SIMILARITY]

"""Watching an open test."""

import pytest
from django.test import Client
from django.urls import reverse

from mushra.selectors.monitoring import monitoring_of, quotas_of
from mushra.selectors.preregistrations import RegisteredPair, registered_plan
from mushra.services.listening_tests import close_test, open_test
from mushra.services.preregistrations import RegistrationPlan, register_test
from mushra.services.screening import override_screening
from mushra.services.sittings import begin_sitting
from tests.conftest import signed_in
from tests.mushra.finished import finish_sittings
from tests.mushra.views.pages import text_of

pytestmark = pytest.mark.django_db

PAIR = RegisteredPair("griffin_lim", "world", "different")


@pytest.fixture
def client(editor) -> Client:
    return signed_in(editor)


def registered_and_open(test, *, looks: str, n_listeners: int = 4):
    plan = RegistrationPlan("Which?", [PAIR], 5.0, n_listeners, looks)
    register_test(test, plan, user=None)
    return open_test(test)


def page_of(client: Client, test, **query):
    return client.get(reverse("test-monitoring", args=[test.pk]), query)


def test_before_anybody_finished_it_says_so(client, running_test):
    begin_sitting(running_test)

    assert "Nobody has finished yet" in text_of(page_of(client, running_test))


def test_without_a_registration_intervals_are_no_reason_to_stop(client, running_test):
    finish_sittings(running_test, 5)
    page = text_of(page_of(client, running_test))

    assert "looking early was not registered" in page
    assert "You may stop" not in page
    assert "griffin_lim − world" in page


def test_what_was_registered_not_to_be_seen_is_covered(client, draft_test):
    test = registered_and_open(draft_test, looks="none")
    finish_sittings(test, 3)
    covered = text_of(page_of(client, test))

    assert "1 are missing, so nothing is shown" in covered
    assert "griffin_lim −" not in covered
    assert "griffin_lim − world" in text_of(page_of(client, test, look="anyway"))


def test_the_cover_goes_when_the_planned_number_has_finished(client, draft_test):
    test = registered_and_open(draft_test, looks="none", n_listeners=3)
    finish_sittings(test, 3)

    assert "griffin_lim − world" in text_of(page_of(client, test))


def test_a_decided_registered_test_may_be_stopped(client, draft_test):
    test = registered_and_open(draft_test, looks="sequence", n_listeners=40)
    finish_sittings(test, 24, means={"griffin_lim": 20.0, "world": 80.0})
    page = text_of(page_of(client, test))

    assert "You may stop." in page
    assert "world is higher" in page


def test_screening_so_far_names_listener_and_rule(client, running_test):
    finish_sittings(running_test, 3)
    (careless,) = finish_sittings(running_test, 1, means={"natural": 50.0}, seed=2)
    page = text_of(page_of(client, running_test))

    assert "1 of 4 left out by R1" in page
    assert f"{careless.listener.code} R1 5 of 5" in page


def test_the_quota_is_that_of_the_registration(draft_test):
    test = registered_and_open(draft_test, looks="none", n_listeners=5)
    finish_sittings(test, 2)
    begin_sitting(test)
    quotas = quotas_of(test, registered_plan(test))

    assert (quotas.begun, quotas.finished, quotas.missing) == (3, 2, 3)
    assert quotas.devices == (("Headphones", 2),)


def test_a_stranger_sees_nothing(stranger, running_test):
    finish_sittings(running_test, 2)

    assert page_of(signed_in(stranger), running_test).status_code == 404


def test_a_viewer_watches(viewer, running_test):
    assert page_of(signed_in(viewer), running_test).status_code == 200


def test_the_page_of_an_open_test_leads_there(client, running_test):
    address = reverse("test-monitoring", args=[running_test.pk])
    page = reverse("test", args=[running_test.pk])

    assert address in client.get(page).content.decode()
    close_test(running_test)
    assert address not in client.get(page).content.decode()


def test_queries_do_not_grow_with_the_listeners(running_test, django_assert_num_queries):
    finish_sittings(running_test, 2)
    with django_assert_num_queries(1):
        quotas_of(running_test, None)
    with django_assert_num_queries(14):
        monitoring_of(running_test, None)
    finish_sittings(running_test, 4)
    with django_assert_num_queries(14):
        monitoring_of(running_test, None)


def test_a_decision_made_by_hand_is_told_and_ends_looking_early(client, editor, draft_test):
    test = registered_and_open(draft_test, looks="sequence", n_listeners=40)
    first, *_ = finish_sittings(test, 24, means={"griffin_lim": 20.0, "world": 80.0})
    override_screening(first, decision="exclude", reason="Was interrupted.", user=editor)
    page = text_of(page_of(client, test))

    assert "1 of 24 left out by R1, with 1 decision made by hand" in page
    assert "Not for stopping." in page
    assert "You may stop" not in page

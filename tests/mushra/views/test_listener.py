"""The listener's pages: what each stage shows, and what a wrong step leads to."""

import pytest
from django.test import Client
from django.urls import reverse

from mushra.design.attributes import (
    ATTRIBUTES,
    NATURALNESS_ALONE,
    PROSODY_SIMILARITY,
    SPEAKER_SIMILARITY,
)
from mushra.models import Sitting
from mushra.services.listening_tests import TestPlan, close_test, create_test, open_test
from tests.mushra.services.test_attributes import each_question, make_test, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(running_test):
    return reverse("welcome", args=[running_test.link_token])


def begin(client, link) -> str:
    return client.post(link, {"consent": "yes"}).headers["Location"]


def test_the_link_shows_instructions_and_consent(link, running_test):
    html = Client().get(link).content.decode()
    assert running_test.title in html
    assert "Taking part is voluntary" in html
    assert not Sitting.objects.exists()


def test_without_consent_nothing_begins(link):
    response = Client().post(link, {})
    assert response.status_code == 400
    assert "Tick the box" in response.content.decode()
    assert not Sitting.objects.exists()


def test_consent_begins_a_sitting_that_keeps_the_text_agreed_to(link, running_test):
    response = Client().post(link, {"consent": "yes"})
    sitting = Sitting.objects.get()
    assert response.headers["Location"] == reverse("sitting", args=[sitting.token])
    assert sitting.consent_text == running_test.consent


def test_the_same_form_sent_twice_begins_one_sitting(link):
    form = {"consent": "yes", "begin_key": "double-click"}
    first, second = (Client().post(link, form).headers["Location"] for _ in range(2))
    assert first == second
    assert Sitting.objects.count() == 1


def test_the_same_browser_comes_back_to_its_sitting_and_another_does_not(link):
    client = Client()
    begun = client.post(link, {"consent": "yes"})
    again = client.get(link)
    assert again.status_code == 302
    assert again.headers["Location"] == begun.headers["Location"]
    assert Client().get(link).status_code == 200


def test_the_level_comes_before_the_first_trial(link):
    client = Client()
    address = begin(client, link)
    assert "Set the level" in client.get(address).content.decode()
    client.post(f"{address}level/", {"device": "loudspeakers"})
    assert 'data-kind="training"' in client.get(address).content.decode()
    assert Sitting.objects.get().device == "loudspeakers"


def test_an_unknown_device_is_asked_again(link):
    client = Client()
    address = begin(client, link)
    response = client.post(f"{address}level/", {"device": "gramophone"})
    assert response.status_code == 400
    assert "headphones or loudspeakers" in response.content.decode()


def test_a_closed_test_says_so_but_lets_those_inside_go_on(link, running_test):
    inside = Client()
    address = begin(inside, link)
    close_test(running_test)
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"consent": "yes"}).status_code == 410
    assert inside.get(address).status_code == 200


def test_a_wrong_link_or_token_gets_a_calm_page():
    for address in (reverse("welcome", args=["x"]), reverse("sitting", args=["x"])):
        response = Client().get(address)
        assert response.status_code == 404
        assert "link" in response.content.decode()


def test_pages_are_never_kept_by_the_browser(sitting):
    response = Client().get(reverse("sitting", args=[sitting.token]))
    assert "no-store" in response.headers["Cache-Control"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_simulated_test_says_so_to_a_person_who_strays_in(frozen_batch):
    plan = TestPlan(title="Rehearsal", simulation={"means": {}})
    test = open_test(create_test(frozen_batch, plan, user=None))
    page = Client().get(reverse("welcome", args=[test.link_token])).content.decode()
    assert "for simulated listeners" in page


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        (NATURALNESS_ALONE, "On each page you rate several sounds, 0 to 100."),
        (SPEAKER_SIMILARITY, "On each page you compare several sounds with a reference"),
    ],
)
def test_the_welcome_speaks_of_a_reference_only_if_there_is_one(transfer_batch, attribute, words):
    test = open_test(make_test(transfer_batch, attribute))
    assert words in Client().get(reverse("welcome", args=[test.link_token])).content.decode()


@each_question
def test_the_page_asks_its_question_and_offers_what_it_has(transfer_batch, attribute):
    sitting = sit(transfer_batch, attribute)
    html = Client().get(reverse("sitting", args=[sitting.token])).content.decode()
    assert ATTRIBUTES[attribute].question in html
    assert ('id="reference"' in html) == (attribute != NATURALNESS_ALONE)
    assert ('id="wave"' in html) == (attribute == PROSODY_SIMILARITY)
    assert ("Hear the reference" in html) == (attribute != NATURALNESS_ALONE)

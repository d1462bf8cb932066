"""The page of a pre-registration."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from mushra.models import Preregistration
from mushra.services.listening_tests import open_test
from tests.conftest import signed_in
from tests.mushra.views.pages import buttons_of, text_of

pytestmark = pytest.mark.django_db

FORM = {
    "question": "Is WORLD rated higher than Griffin-Lim?",
    "prediction_0": "second_better",
    "margin": "4",
    "n_listeners": "24",
    "looks": "none",
    "notes": "Students #of *phonetics*.",
}


@pytest.fixture
def client(editor) -> Client:
    return signed_in(editor)


@pytest.fixture
def address(draft_test) -> str:
    return reverse("test-preregistration", args=[draft_test.pk])


def test_a_draft_is_registered_and_its_pdf_is_the_hashed_one(client, draft_test, address):
    page = client.post(address, FORM, follow=True)
    pdf = client.get(reverse("test-preregistration-pdf", args=[draft_test.pk]))

    assert "Registered" in text_of(page)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert hashlib.sha256(pdf.content).hexdigest() in text_of(page)


def test_every_pair_under_test_is_asked_about(client, address):
    page = text_of(client.get(address))

    assert "griffin_lim and world" in page
    assert "world is rated higher" in page


def test_the_form_comes_back_filled_in_while_it_is_a_draft(client, address):
    client.post(address, FORM)
    page = client.get(address)

    assert page.context["form"]["prediction_0"].value() == "second_better"
    assert buttons_of(page) == {"Register"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("question", ""),
        ("n_listeners", "1"),
        ("margin", "0"),
        ("looks", "often"),
        ("prediction_0", "guess"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(client, address, field, value):
    page = client.post(address, FORM | {field: value})

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert not Preregistration.objects.exists()


def test_an_open_test_shows_it_and_takes_nothing(client, draft_test, address):
    client.post(address, FORM)
    open_test(draft_test)
    page = client.get(address)
    refused = client.post(address, FORM | {"n_listeners": "12"})

    assert "cannot be changed any more" in text_of(page)
    assert buttons_of(page) == set()
    assert refused.status_code == 400
    assert "The test has opened" in text_of(refused)
    assert Preregistration.objects.get().document["plan"]["n_listeners"] == 24


def test_a_viewer_reads_and_cannot_register(viewer, address):
    client = signed_in(viewer)

    assert "Nothing was registered" in text_of(client.get(address))
    assert client.post(address, FORM).status_code == 403


def test_a_test_without_one_has_no_pdf(client, draft_test):
    answer = client.get(reverse("test-preregistration-pdf", args=[draft_test.pk]))

    assert answer.status_code == 404


def test_the_page_of_the_test_leads_there(client, draft_test, address):
    assert address in client.get(reverse("test", args=[draft_test.pk])).content.decode()


def test_the_number_of_queries_is_fixed(client, address, django_assert_num_queries):
    client.post(address, FORM)
    with django_assert_num_queries(16):
        client.get(address)

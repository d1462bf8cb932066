"""Signing in, signing out, the password."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import signed_in
from tests.mushra.views.pages import text_of

pytestmark = pytest.mark.django_db


def test_a_visitor_is_asked_to_sign_in_and_led_back(owner, draft_batch):
    client, wanted = Client(), reverse("batch", args=[draft_batch.pk])
    asked = client.get(wanted)
    assert asked.headers["Location"] == f"{reverse('sign-in')}?next={wanted}"
    form = {"username": "owner", "password": "owner-pass-phrase", "next": wanted}
    assert client.post(reverse("sign-in"), form).headers["Location"] == wanted


def test_a_wrong_password_opens_nothing(owner):
    client = Client()
    page = client.post(reverse("sign-in"), {"username": "owner", "password": "wrong"})
    assert "correct username and password" in text_of(page)
    assert client.get(reverse("home")).status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/"])
def test_signing_in_never_leads_to_another_site(owner, elsewhere):
    form = {"username": "owner", "password": "owner-pass-phrase", "next": elsewhere}
    answer = Client().post(reverse("sign-in"), form)
    assert answer.headers["Location"] == reverse("home")


def test_signing_out_takes_a_click_not_a_look(owner):
    client = signed_in(owner)
    assert client.get(reverse("sign-out")).status_code == 405
    client.post(reverse("sign-out"))
    assert client.get(reverse("home")).status_code == 302


def test_a_new_password_keeps_one_signed_in(owner):
    client = signed_in(owner)
    form = {
        "old_password": "owner-pass-phrase",
        "new_password1": "a longer pass phrase",
        "new_password2": "a longer pass phrase",
    }
    page = client.post(reverse("account-password"), form, follow=True)
    assert "Your password is changed." in text_of(page)
    owner.refresh_from_db()
    assert owner.check_password("a longer pass phrase")


def test_a_refused_password_says_why_at_its_field(owner):
    form = {"old_password": "wrong", "new_password1": "12345678", "new_password2": "12345678"}
    page = signed_in(owner).post(reverse("account-password"), form)
    assert set(page.context["form"].errors) == {"old_password", "new_password2"}


def test_the_account_names_projects_and_roles(viewer):
    assert "Vocoder study Viewer" in text_of(signed_in(viewer).get(reverse("account-password")))

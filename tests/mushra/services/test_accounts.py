"""The first researcher: a password that works, shown until it has been used."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from mushra.services.accounts import ensure_first_researcher

pytestmark = pytest.mark.django_db


def test_the_printed_password_signs_in(client: Client):
    first = ensure_first_researcher()

    assert first is not None
    assert client.login(username=first.user.get_username(), password=first.password)


def test_a_new_password_replaces_one_that_was_never_used(client: Client):
    old, new = ensure_first_researcher(), ensure_first_researcher()

    assert old is not None
    assert new is not None
    assert User.objects.count() == 1
    assert not client.login(username="researcher", password=old.password)
    assert client.login(username="researcher", password=new.password)


def sign_in(client: Client, password: str):
    form = {"username": "researcher", "password": password}
    return client.post(reverse("sign-in"), form)


def test_the_printed_password_opens_the_door_once(client: Client):
    first = ensure_first_researcher()
    response = sign_in(client, first.password)
    assert response.headers["Location"] == reverse("account-password")
    assert client.get(reverse("home")).status_code == 200
    assert not Client().login(username="researcher", password=first.password)


def test_after_a_password_is_chosen_the_site_makes_no_more(client: Client):
    sign_in(client, ensure_first_researcher().password)
    chosen = "four words of one's own"
    form = {"new_password1": chosen, "new_password2": chosen}
    assert client.post(reverse("account-password"), form).status_code == 302
    assert ensure_first_researcher() is None
    assert Client().login(username="researcher", password=chosen)


def test_who_left_without_choosing_gets_a_new_one_at_the_next_start(client: Client):
    old = ensure_first_researcher()
    sign_in(client, old.password)
    new = ensure_first_researcher()
    assert new is not None
    assert Client().login(username="researcher", password=new.password)


def test_a_password_of_ones_own_is_not_used_up(client: Client):
    user = User.objects.create_user("colleague", password="my own pass phrase")
    form = {"username": user.username, "password": "my own pass phrase"}
    for _ in range(2):
        response = Client().post(reverse("sign-in"), form)
        assert response.headers["Location"] == reverse("home")


def test_a_site_with_accounts_of_its_own_gets_none_made(stranger: User):
    assert ensure_first_researcher() is None
    assert User.objects.count() == 1

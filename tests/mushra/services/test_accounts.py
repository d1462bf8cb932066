"""The first researcher: a password that works, shown until it has been used."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

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


def test_an_account_in_use_is_left_alone():
    ensure_first_researcher()
    User.objects.update(last_login=timezone.now())

    assert ensure_first_researcher() is None


def test_a_site_with_accounts_of_its_own_gets_none_made(stranger: User):
    assert ensure_first_researcher() is None
    assert User.objects.count() == 1

"""The first researcher of a new site, without whom nobody could sign in."""

import secrets
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from mushra.models import OneTimePassword

USERNAME = "researcher"
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
PASSWORD_GROUPS = 4
PASSWORD_GROUP_LENGTH = 4  # 4 x 4 of 31 letters: 79 bits


@dataclass(frozen=True)
class FirstResearcher:
    """The account and its password, which is stored as a hash only and shown this once."""

    user: User
    password: str


@transaction.atomic
def ensure_first_researcher() -> FirstResearcher | None:
    """An account with a new one-time password, until its owner has chosen one; else None.

    A site that has other accounts gets none made.
    """
    user = User.objects.filter(username=USERNAME).first()
    if user is None:
        if User.objects.exists():
            return None
        user = User(username=USERNAME, is_staff=True, is_superuser=True)
    elif not OneTimePassword.objects.filter(user=user).exists():
        return None
    password = _one_time_password()
    user.set_password(password)
    user.save()
    OneTimePassword.objects.get_or_create(user=user)
    return FirstResearcher(user=user, password=password)


@transaction.atomic
def use_up_one_time_password(user: User) -> bool:
    """Called at sign-in: a one-time password opens nothing again. False for any other password."""
    if not OneTimePassword.objects.filter(user=user).exists():
        return False
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return True


def keep_chosen_password(user: User) -> None:
    """Called when the owner has chosen a password: the site makes no more for this account."""
    OneTimePassword.objects.filter(user=user).delete()


def _one_time_password() -> str:
    groups = (
        "".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )
    return "-".join(groups)

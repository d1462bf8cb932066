"""What a new site needs so that somebody can sign in."""

from django.conf import settings
from django.db import models


class OneTimePassword(models.Model):
    """Marks an account whose password was made by the site and opens the door once.

    The row goes when its owner has chosen a password; the password itself is a hash like any.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="one_time_password"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"one-time password of {self.user}"

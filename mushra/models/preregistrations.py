"""What a researcher committed to before anybody listened."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mushra.models.listening import ListeningTest


class Preregistration(models.Model):
    """A test's plan, fixed before it opens.

    `document` holds everything that the PDF says, so that the same bytes can be made again;
    `sha256` is the PDF's.
    """

    test = models.OneToOneField(
        ListeningTest, on_delete=models.PROTECT, related_name="preregistration"
    )
    document = models.JSONField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(sha256=""), name="preregistration_has_hash"),
        ]

    def __str__(self) -> str:
        return f"pre-registration of {self.test}"

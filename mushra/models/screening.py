"""What researchers decided about listeners against, or in support of, the rules of screening."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mushra.models.listening import Sitting


class ScreeningOverride(models.Model):
    """A decision about one listener's sitting, with its reason. Append-only: the latest counts.

    Decision `rules` takes an earlier decision back and leaves it to the rules again.
    """

    class Decision(models.TextChoices):
        KEEP = "keep", "Keep"
        EXCLUDE = "exclude", "Leave out"
        RULES = "rules", "Leave it to the rules"

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="overrides")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.sitting}: {self.get_decision_display()}"

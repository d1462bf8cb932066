"""The mushra app: tests, trials, listeners, ratings and reports."""

from django.apps import AppConfig


class MushraConfig(AppConfig):
    name = "mushra"
    default_auto_field = "django.db.models.BigAutoField"

"""The synth app: corpora, speakers, checkpoints and generation jobs."""

from django.apps import AppConfig


class SynthConfig(AppConfig):
    name = "synth"
    default_auto_field = "django.db.models.BigAutoField"

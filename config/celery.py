"""The Celery application: `celery -A config worker`."""

import os

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

from config.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("earshot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
@beat_embedded_init.connect
def _leave_no_orphan(**_: object) -> None:
    """A worker that is killed takes its pool and its beat along."""
    die_with_parent()

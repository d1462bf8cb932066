"""The running site. Importing it loads Celery, so that tasks find their broker; apps never do."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""What a site needs before it can run: tables, demo recordings, systems, static files.

All of it may be repeated; what is there already is left alone, so that a second start is fast.
"""

import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from synth.services.corpora import load_corpus, load_systems


def prepare_site() -> None:
    """Bring the database and the static files up to date. Raises SynthError."""
    call_command("migrate", verbosity=0)
    if settings.DEMO_CORPUS.is_file():
        load_corpus(settings.DEMO_CORPUS)
    load_systems()
    collect_static_files()


def collect_static_files() -> bool:
    """Collect, hash and compress the static files unless none has changed; True if collected."""
    note = Path(settings.STATIC_ROOT) / "collected.txt"
    fingerprint = _static_fingerprint()
    if note.is_file() and note.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(fingerprint)
    return True


def _static_fingerprint() -> str:
    """Changes with any static file's name, size or time, and with Django's version."""
    lines = [django.get_version()]
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            lines.append(f"{path} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

"""A site of the benchmark's own, on a throw-away data folder, run as `make run` runs it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import ROOT

PLACE = ROOT / "var" / "benchmarks"  # on the disk that a site's own data is on


@contextlib.contextmanager
def throwaway_site() -> Iterator[Path]:
    """The data folder of a fresh site that Django is set up for.

    To be entered before anything that needs Django's settings is imported.
    """
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        os.environ["EARSHOT_VAR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        for name in ("DATABASE_URL", "BROKER_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        from config.preparation import prepare_site

        prepare_site()
        yield Path(folder)

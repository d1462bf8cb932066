"""Registers a corpus on disk and the systems that can render it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from synth.errors import SynthError
from synth.services.corpora import load_corpus, load_systems


class Command(BaseCommand):
    help = "Load the corpora of a manifest (default: the demo's) and register all systems."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("manifest", nargs="?", type=Path, default=settings.DEMO_CORPUS)

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            corpora = load_corpus(options["manifest"])
            systems = load_systems()
        except SynthError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Corpora: {', '.join(corpus.code for corpus in corpora)}")
        self.stdout.write(f"Systems: {', '.join(system.code for system in systems)}")

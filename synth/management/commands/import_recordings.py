"""Brings held-out recordings of a prepared corpus to the site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from synth.errors import SynthError
from synth.services.corpora import load_corpus
from synth.services.recordings import import_recordings


class Command(BaseCommand):
    help = (
        "Import recordings that no network was trained on from a corpus that "
        "scripts/fetch_corpora.py prepared, for studies to draw on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="with utterances.jsonl and samples.i16")
        parser.add_argument(
            "--per-speaker",
            type=int,
            default=3,
            metavar="N",
            help="at most N of a speaker in each language and recording condition (default: 3)",
        )
        parser.add_argument("--seed", type=int, default=1, help="of what is drawn (default: 1)")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["per_speaker"] < 1:
            raise CommandError("--per-speaker must be 1 or more.")
        try:
            if settings.DEMO_CORPUS.is_file():  # its speakers keep the corpus they are in
                load_corpus(settings.DEMO_CORPUS)
            summary = import_recordings(
                options["folder"], per_voice=options["per_speaker"], seed=options["seed"]
            )
        except SynthError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{summary.n_chosen} recordings of {summary.n_speakers} speakers, {summary.n_new} of "
            f"them new. Corpora: {', '.join(summary.corpora) or 'none'}"
        )
        for code in summary.other_terms:
            self.stderr.write(f"Left out, its speaker's corpus has another licence: {code}")

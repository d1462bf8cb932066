"""`make demo`: the whole job without hands, on a site of its own under EARSHOT_VAR."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from config.management.errors import readable_errors
from config.preparation import prepare_site
from config.supervisor import RunningSite, log_dir, running_site
from mushra.models import Batch, ListeningTest
from mushra.reports.document import ReportDocument
from mushra.selectors.batches import batch_progress
from mushra.services.batches import generate_batch
from mushra.services.demo import create_demo_study, open_simulated_test
from mushra.services.rehearsal import Rehearsal, rehearse
from mushra.services.reports import write_test_report

# The demo's clips take well under two minutes on one core; a worker that needs ten is stuck.
GENERATION_LIMIT_S = 600
POLL_S = 1.0


class Command(BaseCommand):
    """Generates, tests with simulated listeners, reports, and checks that nothing is missing."""

    help = "Run the whole job with simulated listeners and write the report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listeners", type=int, default=12, help="simulated listeners (12)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["listeners"] < 2:
            raise CommandError("At least two listeners are needed to compare systems.")
        with readable_errors():
            self._run(options["listeners"])

    def _run(self, n_listeners: int) -> None:
        prepare_site()
        with running_site(port=0) as site:
            batch = self._generate(site)
            test = open_simulated_test(batch)
            rehearsal = self._listen(site, test, n_listeners)
        self._report(test, rehearsal)

    def _generate(self, site: RunningSite) -> Batch:
        batch = generate_batch(create_demo_study(), user=None)
        deadline = time.monotonic() + GENERATION_LIMIT_S
        while (progress := batch_progress(batch)) is not None:
            self.stdout.write(f"The worker has made {progress.done} of {progress.total} clips.")
            if progress.failed:
                reasons = (f"{f.system} of {f.utterance}: {f.message}" for f in progress.failures)
                raise CommandError("Clips failed. " + " ".join(reasons))
            if progress.done == progress.total:
                return batch
            if time.monotonic() > deadline:
                break
            site.watch(POLL_S)
        raise CommandError(f"The worker did not finish in {GENERATION_LIMIT_S} s; see {log_dir()}.")

    def _listen(self, site: RunningSite, test: ListeningTest, n_listeners: int) -> Rehearsal:
        link = site.base_url + reverse("welcome", args=[test.link_token])
        rehearsal = rehearse(test, link, n_listeners, tell=self.stdout.write)
        if not rehearsal.is_complete:
            raise CommandError(
                f"{rehearsal.n_ratings_expected} ratings by {n_listeners} listeners were given but "
                f"{rehearsal.counts.ratings} by {rehearsal.counts.finished} are there."
            )
        return rehearsal

    def _report(self, test: ListeningTest, rehearsal: Rehearsal) -> None:
        directory = settings.VAR_DIR / "report"
        written = write_test_report(test, directory)
        if written.document.design.n_ratings != rehearsal.n_ratings_expected:
            raise CommandError("The report does not hold every rating.")
        missing = [path for path in written.paths if not path.stat().st_size]
        if missing:
            raise CommandError(f"Empty files in the report: {missing}.")
        for line in _summary(written.document):
            self.stdout.write(line)
        self.stdout.write(f"\nThe report: {directory / 'report.html'}")


def _summary(document: ReportDocument) -> list[str]:
    head = f"{'system':<24}{'n':>6}{'median':>8}{'mean':>8}   {'95 % CI':<16}true mean (stated)"
    lines = ["", f"{document.title}: SIMULATED listeners, no human rated anything.", head]
    truth = {row.system: row.true_mean for row in document.recovery}
    for row in document.headline.systems:
        interval = f"[{row.interval.low:.1f}, {row.interval.high:.1f}]" if row.interval else "-"
        lines.append(
            f"{row.system:<24}{row.n_ratings:>6}{row.median:>8.1f}{row.mean:>8.1f}   {interval:<16}"
            f"{truth.get(row.system, float('nan')):.0f}"
        )
    return lines

"""The report on any file of ratings. Needs no database."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mushra.reports.answers import ABX, COLUMNS, NEITHER, PREFERENCE
from mushra.reports.from_file import FileChoices, FileReport, WrongChoice, report_on_bytes
from mushra.reports.numbers import NUMBERS_NAME, json_text, to_numbers
from mushra.reports.other_methods import TITLES, report_on_answers
from mushra.stats.equivalence import DEFAULT_MARGIN
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.screening import LISTENING_RULES

MUSHRA = "mushra"
REFUSED = 1  # the ratings themselves
WRONG_USE = 2  # the command line, as argparse has it
PROCESSES = 2  # that share the work of a large report


class Command(BaseCommand):
    help = (
        "Analyze a CSV of ratings (listener, item, system, score and further columns; webMUSHRA's "
        "mushra.csv and pymushra's export are known too) and write the report into a folder; or of "
        "opinion scores, preferences or ABX answers (see --method). Exit status: 0 done, 1 the "
        "ratings cannot be analyzed, 2 the command line is wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ratings", type=Path, metavar="RATINGS.csv")
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the report's files")
        parser.add_argument(
            "--method",
            choices=(MUSHRA, *TITLES),
            default=MUSHRA,
            help="what the file holds: mushra (default), ratings from 0 to 100; mos, scores from 1 "
            f"to 5 in the same columns; preference, the columns {', '.join(COLUMNS[PREFERENCE])} "
            f"(choice: one of the two names, or {NEITHER}); abx, the columns "
            f"{', '.join(COLUMNS[ABX])} (x, answer: one of the two names). Beyond mushra only "
            "--out, --title and --json are heeded.",
        )
        parser.add_argument("--reference", metavar="NAME", help="the hidden reference")
        parser.add_argument("--low-anchor", metavar="NAME", help="the 3.5 kHz anchor")
        parser.add_argument("--mid-anchor", metavar="NAME", help="the 7 kHz anchor")
        parser.add_argument(
            "--margin",
            type=float,
            default=DEFAULT_MARGIN,
            help="of equivalence, points (default: %(default)g)",
        )
        parser.add_argument("--no-screening", action="store_true", help="exclude nobody")
        parser.add_argument(
            "--exclude-by",
            action="append",
            default=[],
            choices=LISTENING_RULES,
            help="exclude by this rule too, which otherwise only flags; may be repeated",
        )
        parser.add_argument(
            "--factor",
            action="append",
            default=[],
            metavar="COLUMN",
            help="break results down by this column too; may be repeated",
        )
        parser.add_argument("--seed", type=int, default=1, help="of resampling")
        parser.add_argument("--title", help="of the report (default: the file's name)")
        parser.add_argument(
            "--json", action="store_true", help="print the numbers as one JSON document"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        if options["out"] is None and not options["json"]:
            raise CommandError(
                "Say where the report goes with --out DIR, or print the numbers with --json.",
                returncode=WRONG_USE,
            )
        if options["method"] != MUSHRA:
            self._on_answers(options)
            return
        report = _report(options)
        if options["out"] is not None:
            _write(report, options["out"])
        if options["json"]:
            self._print_numbers(report)
        else:
            self._print_findings(report, options["out"])

    def _on_answers(self, options: dict[str, Any]) -> None:
        from mushra.reports.answers_files import findings, write_answers  # loads matplotlib

        path: Path = options["ratings"]
        title = options["title"] or path.name
        with _refusals(path):
            report = report_on_answers(path.read_bytes(), options["method"], title=title)
        if options["out"] is not None:
            with _writing(options["out"]):
                write_answers(options["out"], report)
        if options["json"]:
            self.stdout.write(json_text(report), ending="")
            return
        for warning in (*report.warnings, *report.notes):
            self.stderr.write(f"Note: {warning}")
        for finding in findings(report):
            self.stdout.write(finding)
        self.stdout.write(f"{options['out'] / 'report.html'}")

    def _print_numbers(self, report: FileReport) -> None:
        self.stdout.write(to_numbers(report.document), ending="")

    def _print_findings(self, report: FileReport, out: Path) -> None:
        document = report.document
        for caution in document.cautions:
            self.stderr.write(f"Note: {caution.text}")
        for finding in document.findings:
            self.stdout.write(finding)
        self.stdout.write(f"{out / 'report.html'}")


def _report(options: dict[str, Any]) -> FileReport:
    path: Path = options["ratings"]
    choices = FileChoices(
        title=options["title"] or path.name,
        reference=options["reference"],
        low_anchor=options["low_anchor"],
        mid_anchor=options["mid_anchor"],
        margin=options["margin"],
        screening=not options["no_screening"],
        exclude_by=tuple(options["exclude_by"]),
        factors=tuple(options["factor"]),
        seed=options["seed"],
    )
    with _refusals(path):
        return report_on_bytes(path.read_bytes(), choices, processes=PROCESSES)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """What is wrong with a file or the choices about it, as an end of the command."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error}.", returncode=WRONG_USE) from error
    except WrongChoice as error:
        raise CommandError(str(error), returncode=WRONG_USE) from error
    except (InvalidRatings, TooFewRatings) as error:
        raise CommandError(f"{path}: {error}", returncode=REFUSED) from error


def _write(report: FileReport, out: Path) -> None:
    """Draws and writes everything. Raises: CommandError where nothing can be written."""
    from mushra.reports.export import write_report  # draws with matplotlib

    with _writing(out):
        write_report(out, report.document, report.table, processes=PROCESSES)
        (out / NUMBERS_NAME).write_text(to_numbers(report.document), encoding="utf-8", newline="")


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error}.", returncode=WRONG_USE) from error

"""Writes a test's report into a folder."""

from dataclasses import dataclass
from pathlib import Path

from mushra.models import ListeningTest
from mushra.reports.document import ReportDocument
from mushra.selectors.reports import report_of


@dataclass(frozen=True)
class WrittenReport:
    """A report and the files that hold it."""

    document: ReportDocument
    paths: tuple[Path, ...]


def write_test_report(test: ListeningTest, directory: Path) -> WrittenReport:
    """Writes report.html, report.json, ratings.csv and the figures. Raises: TooFewRatings."""
    from mushra.reports.export import write_report  # draws with matplotlib: not at web start

    report = report_of(test)
    return WrittenReport(report.document, write_report(directory, report.document, report.table))

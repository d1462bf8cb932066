"""The report of a test: page, PDF, numbers, ratings and all files, for the project's members."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from mushra.models import ListeningTest, Membership
from mushra.selectors.projects import member_row
from mushra.selectors.ratings import unfinished_listeners
from mushra.selectors.ratings_map import RatingsMap, ratings_map
from mushra.selectors.reports import ReportWithRatings, report_of
from mushra.stats.errors import TooFewRatings
from mushra.views.access import members_page, researcher

if TYPE_CHECKING:
    from mushra.reports.figures import ReportFigure  # draws with matplotlib: not at web start

# The report is one self-contained file: its styles and figures are inside it.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# From the bar above a report as the site shows it; the files that are sent away have no bar.
LINKS = (
    ("test", "Back to the test", False),
    ("test-ratings-map", "Ratings to listen to", False),
    ("test-report-pdf", "PDF", True),
    ("test-report-zip", "All files (zip: page, PDF, figures, LaTeX, CSV, JSON)", True),
)


@require_GET
@members_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it stands now, under a bar of links."""
    from mushra.reports.html import Link, render_page

    def answer(test: ListeningTest, found: ReportWithRatings) -> HttpResponse:
        links = [
            Link(title, reverse(name, args=[test.pk]), is_download)
            for name, title, is_download in LINKS
        ]
        response = HttpResponse(render_page(found.document, _figures(found), links))
        response.headers["Content-Security-Policy"] = REPORT_POLICY
        return response

    return _answer(request, pk, answer)


@require_GET
@members_page
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a PDF."""

    def answer(test: ListeningTest, found: ReportWithRatings) -> HttpResponse:
        from mushra.reports.pdf import report_pdf as to_pdf

        content = to_pdf(found.document, _figures(found))
        return download(content, "application/pdf", f"report-{test.pk}.pdf")

    return _answer(request, pk, answer)


@require_GET
@members_page
def report_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of the report."""

    def answer(test: ListeningTest, found: ReportWithRatings) -> HttpResponse:
        from mushra.reports.export import report_files, zip_files

        name = f"report-{test.pk}"
        content = zip_files(report_files(found.document, found.table), folder=name)
        return download(content, "application/zip", f"{name}.zip")

    return _answer(request, pk, answer)


@require_GET
@members_page
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's numbers."""

    def answer(test: ListeningTest, found: ReportWithRatings) -> HttpResponse:
        from mushra.reports.export import to_json

        return download(to_json(found.document), "application/json", f"report-{test.pk}.json")

    return _answer(request, pk, answer)


@require_GET
@members_page
def ratings_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The ratings behind the report, one row each."""

    def answer(test: ListeningTest, found: ReportWithRatings) -> HttpResponse:
        from mushra.reports.export import ratings_csv as to_csv

        content = to_csv(found.document, found.table)
        return download(content, "text/csv; charset=utf-8", f"ratings-{test.pk}.csv")

    return _answer(request, pk, answer)


@require_GET
@members_page
def ratings_map_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One system's ratings, listeners by items; each plays the sound it was given to."""
    test = _test(request, pk)
    try:
        found: RatingsMap = ratings_map(
            test, system=request.GET.get("system", ""), page=request.GET.get("page", "")
        )
    except TooFewRatings as error:
        return _too_early(request, test, error)
    context = {"test": test, "batch": test.batch, "map": found}
    return render(request, "mushra/researcher/ratings_map.html", context)


def _answer(
    request: HttpRequest,
    pk: int,
    answer: Callable[[ListeningTest, ReportWithRatings], HttpResponse],
) -> HttpResponse:
    """What is made of a test's report, or the page that says that it is too early for one."""
    test = _test(request, pk)
    try:
        found = report_of(test)
    except TooFewRatings as error:
        return _too_early(request, test, error)
    return answer(test, found)


def _figures(found: ReportWithRatings) -> "Sequence[ReportFigure]":
    """The report's figures, drawn once for the same report on the same ratings."""
    from mushra.reports.export import ratings_csv, to_json
    from mushra.reports.figures import draw_figures

    content = to_json(found.document) + ratings_csv(found.document, found.table)
    key = hashlib.sha256(content.encode()).hexdigest()
    figures = caches["figures"].get(key)
    if figures is None:
        figures = draw_figures(found.document, found.table)
        caches["figures"].set(key, figures)
    return figures


def _test(request: HttpRequest, pk: int) -> ListeningTest:
    tests = ListeningTest.objects.select_related("batch__project")
    return member_row(researcher(request), tests, pk, at_least=Membership.Role.VIEWER)


def _too_early(request: HttpRequest, test: ListeningTest, error: TooFewRatings) -> HttpResponse:
    context = {
        "test": test,
        "message": str(error),
        "n_unfinished": len(unfinished_listeners(test)),
    }
    return render(request, "mushra/researcher/no_report.html", context, status=409)


def download(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    """An answer that the browser saves as a file."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""The report of a test: page, JSON and ratings, for the project's members."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mushra.models import ListeningTest, Membership
from mushra.selectors.projects import member_row
from mushra.selectors.ratings import unfinished_listeners
from mushra.selectors.reports import ReportWithRatings, report_of
from mushra.stats.errors import TooFewRatings
from mushra.views.access import members_page, researcher

# The report is one self-contained file: its styles and figures are inside it.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@require_GET
@members_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it stands now."""
    from mushra.reports.html import render_html  # draws with matplotlib: not at web start

    test = _test(request, pk)
    try:
        found = report_of(test)
    except TooFewRatings as error:
        return _too_early(request, test, error)
    response = HttpResponse(render_html(found.document, found.table))
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    return response


@require_GET
@members_page
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's numbers."""
    from mushra.reports.export import to_json

    test = _test(request, pk)
    try:
        content = to_json(report_of(test).document)
    except TooFewRatings as error:
        return _too_early(request, test, error)
    return _download(content, "application/json", f"report-{test.pk}.json")


@require_GET
@members_page
def ratings_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The ratings behind the report, one row each."""
    from mushra.reports.export import ratings_csv as to_csv

    test = _test(request, pk)
    try:
        found: ReportWithRatings = report_of(test)
    except TooFewRatings as error:
        return _too_early(request, test, error)
    return _download(
        to_csv(found.document, found.table), "text/csv; charset=utf-8", f"ratings-{test.pk}.csv"
    )


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


def _download(content: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

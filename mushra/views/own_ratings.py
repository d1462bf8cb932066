"""Any ratings file of one's own: dropped, analyzed, answered with the report, and forgotten."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from mushra.analysis_forms import FILES, NUMBERS, OwnRatingsForm
from mushra.reports.csv_columns import MAX_SHOWN, UnreadableRatings
from mushra.reports.from_file import FileReport, WrongChoice, report_on_bytes
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.views.access import members_page
from mushra.views.reports import REPORT_POLICY, download


@require_http_methods(["GET", "POST"])
@members_page
def own_ratings(request: HttpRequest) -> HttpResponse:
    """The form; with a file in it, the report on that file or what is wrong with it."""
    if request.method == "GET":
        return _form(request, OwnRatingsForm())
    form = OwnRatingsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form)
    try:
        report = report_on_bytes(form.content(), form.choices())
    except UnreadableRatings as error:
        form.add_error("ratings", error.message)
        return _form(request, form, error)
    except WrongChoice as error:
        form.show_refusal(error)
        return _form(request, form)
    except (InvalidRatings, TooFewRatings) as error:
        form.add_error("ratings", str(error))
        return _form(request, form)
    return _answer(report, form.cleaned_data["answer"])


def _answer(report: FileReport, wanted: str) -> HttpResponse:
    from mushra.reports.html import render_html  # draws with matplotlib: not at web start
    from mushra.reports.numbers import to_numbers

    if wanted == NUMBERS:
        return download(to_numbers(report.document), "application/json", "analysis.json")
    if wanted == FILES:
        return download(_zip(report), "application/zip", "report.zip")
    response = HttpResponse(render_html(report.document, report.table))
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    return response


def _zip(report: FileReport) -> bytes:
    """What `manage.py analyze --out` writes."""
    from mushra.reports.export import report_files, zip_files
    from mushra.reports.numbers import NUMBERS_NAME, to_numbers

    files = report_files(report.document, report.table)
    files[NUMBERS_NAME] = to_numbers(report.document).encode()
    return zip_files(files, folder="report")


def _form(
    request: HttpRequest, form: OwnRatingsForm, error: UnreadableRatings | None = None
) -> HttpResponse:
    problems = error.problems if error else ()
    context = {
        "form": form,
        "problems": problems[:MAX_SHOWN],
        "n_more": max(0, len(problems) - MAX_SHOWN),
    }
    status = 400 if form.is_bound else 200
    return render(request, "mushra/researcher/own_ratings.html", context, status=status)

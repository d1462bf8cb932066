"""The pre-registration of a test: made while it is a draft, read ever after."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mushra.errors import ConflictError, NotFoundError
from mushra.models import ListeningTest, Membership, Preregistration
from mushra.registration_forms import PreregistrationForm, initial_of
from mushra.selectors.projects import editable_projects, member_row
from mushra.selectors.reports import report_design
from mushra.services.preregistrations import register_test
from mushra.views.access import members_page, researcher

Role = Membership.Role


@members_page
@never_cache
@require_http_methods(["GET", "POST"])
def preregistration(request: HttpRequest, pk: int) -> HttpResponse:
    """What is registered, and for editors of a draft the form to register it."""
    is_posted = request.method == "POST"
    test = _test(request, pk, at_least=Role.EDITOR if is_posted else Role.VIEWER)
    registered = Preregistration.objects.filter(test=test).defer("pdf").first()
    form = PreregistrationForm(
        request.POST if is_posted else None,
        design=report_design(test),
        initial=initial_of(registered.document) if registered else None,
    )
    if is_posted and _is_registered(request, test, form):
        return redirect("test-preregistration", pk)
    context = {
        "test": test,
        "batch": test.batch,
        "registered": registered,
        "form": form,
        "can_register": test.state == ListeningTest.State.DRAFT and _can_edit(request, test),
    }
    status = 400 if is_posted else 200
    return render(request, "mushra/researcher/preregistration.html", context, status=status)


@members_page
@never_cache
@require_GET
def preregistration_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The registered PDF, the very bytes that were hashed."""
    test = _test(request, pk, at_least=Role.VIEWER)
    found = Preregistration.objects.filter(test=test).first()
    if found is None:
        raise NotFoundError("This test has no pre-registration.", code="not_registered")
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="preregistration-{test.pk}.pdf"'
    )
    return response


def _is_registered(request: HttpRequest, test: ListeningTest, form: PreregistrationForm) -> bool:
    """Registers what was typed; a refusal goes into the form."""
    if not form.is_valid():
        return False
    try:
        register_test(test, form.plan(), user=researcher(request))
    except ConflictError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, "Registered. Nobody can change it once the test is open.")
    return True


def _test(request: HttpRequest, pk: int, *, at_least: Role) -> ListeningTest:
    tests = ListeningTest.objects.select_related("batch__project")
    return member_row(researcher(request), tests, pk, at_least=at_least)


def _can_edit(request: HttpRequest, test: ListeningTest) -> bool:
    return editable_projects(researcher(request)).filter(pk=test.batch.project_id).exists()

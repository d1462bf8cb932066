"""Who is left out of a test's report, why, and a researcher's word on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mushra.analysis_forms import OverrideForm
from mushra.errors import MushraError, NotFoundError
from mushra.models import ListeningTest, Membership, ScreeningOverride, Sitting
from mushra.selectors.projects import editable_projects, member_row
from mushra.selectors.screening import screening_page
from mushra.services.screening import override_screening
from mushra.stats.screening import RULES
from mushra.views.access import members_page, researcher

Role = Membership.Role


@members_page
@never_cache
@require_GET
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """Every verdict with its figures, and what was decided by hand."""
    test = _test(request, pk, at_least=Role.VIEWER)
    page = screening_page(test)
    context = {
        "test": test,
        "batch": test.batch,
        "listeners": page.listeners,
        "facts": page.facts,
        "rules": {rule: RULES[rule] for rule in (page.facts.rules if page.facts else ())},
        "flag_rules": {
            one.rule: RULES[one.rule] for one in (page.facts.flags if page.facts else ())
        },
        "decisions": ScreeningOverride.Decision.choices,
        "can_edit": editable_projects(researcher(request))
        .filter(pk=test.batch.project_id)
        .exists(),
    }
    return render(request, "mushra/researcher/screening.html", context)


@members_page
@require_POST
def screening_override(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or leave out a listener whatever the rules say, with a reason that stays."""
    test = _test(request, pk, at_least=Role.EDITOR)
    form = OverrideForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a decision and write down why.")
        return redirect("test-screening", pk)
    sitting = Sitting.objects.filter(test=test, pk=form.cleaned_data["sitting"]).first()
    if sitting is None:
        raise NotFoundError("This test has no such sitting.", code="no_such_sitting")
    try:
        override_screening(
            sitting,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            user=researcher(request),
        )
    except MushraError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Recorded for {sitting.listener}; the report says so.")
    return redirect("test-screening", pk)


def _test(request: HttpRequest, pk: int, *, at_least: Role) -> ListeningTest:
    rows = ListeningTest.objects.select_related("batch__project")
    return member_row(researcher(request), rows, pk, at_least=at_least)

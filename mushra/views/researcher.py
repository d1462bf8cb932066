"""The researcher's pages: batches from plan to frozen, tests from draft to closed."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mushra.design import prosody_study, vocoder_study
from mushra.design.attributes import ATTRIBUTES, BASIC_QUALITY, Attribute
from mushra.errors import MushraError, NotFoundError
from mushra.forms import (
    MAX_SCENARIOS,
    BaseScenarioFormSet,
    BatchForm,
    TestForm,
    scenario_forms,
    show_refusal,
)
from mushra.models import Batch, ListeningTest, Membership
from mushra.selectors import batch_pages, listening_tests
from mushra.selectors.dashboard import batch_rows, listening_test_rows
from mushra.selectors.listening_tests import AttributeOffer
from mushra.selectors.preregistrations import registered_plan
from mushra.selectors.projects import (
    editable_projects,
    member_row,
    visible_batches,
    visible_tests,
)
from mushra.selectors.proposals import StudyProposal
from mushra.selectors.prosody_study import is_prosody_study, propose_prosody_study
from mushra.selectors.ratings import sitting_counts
from mushra.selectors.recordings import (
    FACTOR_FIELDS,
    factor_values,
    matching_recordings,
    system_choices,
)
from mushra.selectors.seenness import seen_document
from mushra.selectors.vocoder_study import propose_vocoder_study
from mushra.services.batches import create_batch, freeze_batch, generate_batch
from mushra.services.listening_tests import close_test, create_test, open_test
from mushra.views.access import members_json, members_page, researcher
from mushra.views.qr import qr_data_uri
from synth.audio.conditions import CLEAN
from synth.errors import SynthError

Role = Membership.Role
ROWS_PER_PAGE = 20
BATCH_TEMPLATES = {
    vocoder_study.CODE: vocoder_study.TITLE,
    prosody_study.CODE: prosody_study.TITLE,
}
_PROPOSERS = {
    vocoder_study.CODE: propose_vocoder_study,
    prosody_study.CODE: propose_prosody_study,
}


@members_page
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The user's batches and tests."""
    user = researcher(request)
    batches = _page(request, "batches", visible_batches(user).order_by("-created_at", "-pk"))
    tests = _page(request, "tests", visible_tests(user).order_by("-created_at", "-pk"))
    context = {
        "batch_page": batches,
        "batches": batch_rows(list(batches)),
        "test_page": tests,
        "tests": listening_test_rows(list(tests)),
        "can_create": editable_projects(user).exists(),
    }
    return render(request, "mushra/researcher/home.html", context)


@members_page
@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Plan a batch; a refused plan comes back with the reason at its field."""
    user = researcher(request)
    if not editable_projects(user).exists():
        refused = 403 if request.method == "POST" else 200
        return render(request, "mushra/researcher/no_project.html", status=refused)
    proposal = _proposal(request.GET.get("template", ""))
    form = BatchForm(request.POST or None, user=user, initial=_proposed_batch(proposal))
    scenarios = scenario_forms(
        request.POST or None,
        values=factor_values(),
        systems=system_choices(),
        initial=[one.initial() for one in proposal.available] if proposal else (),
    )
    if request.method == "POST":
        made = _try_to_create(user, form, scenarios)
        if made is not None:
            messages.success(request, f"{made} is planned. Look it over, then generate it.")
            return redirect("batch", made.pk)
    context = {
        "form": form,
        "scenarios": scenarios,
        "max_scenarios": MAX_SCENARIOS,
        "proposal": proposal,
        "templates": BATCH_TEMPLATES,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "mushra/researcher/batch_new.html", context, status=status)


@members_json
@require_GET
def batch_matching(request: HttpRequest) -> HttpResponse:
    """How many recordings pass the filters in the query, and what the systems heard of them."""
    filters = {factor: request.GET.getlist(factor) for factor in FACTOR_FIELDS}
    found = matching_recordings(filters)
    return JsonResponse(
        {
            "utterances": found.n_utterances,
            "withText": found.n_with_text,
            "speakers": found.n_speakers,
            "narrowestHz": found.narrowest_hz,
            "seen": seen_document(
                request.GET.getlist("systems"),
                filters,
                condition=request.GET.get("condition") or CLEAN,
            ),
        }
    )


@members_page
@never_cache
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, its items and stimuli, and how far the worker has come."""
    found = _batch(request, pk, at_least=Role.VIEWER)
    context = {
        "batch": found,
        "progress": batch_pages.progress_document(found),
        "grids": batch_pages.batch_grid(found),
        "tests": found.tests.all(),
        "offers": _study_offers(found),
        "can_edit": _can_edit(request, found),
    }
    return render(request, "mushra/researcher/batch.html", context)


@members_json
@never_cache
@require_GET
def batch_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What the batch page polls."""
    return JsonResponse(batch_pages.progress_document(_batch(request, pk, at_least=Role.VIEWER)))


@members_page
@require_POST
def batch_generate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the batch's clips, or again for those that failed."""
    found = _batch(request, pk, at_least=Role.EDITOR)
    _attempt(request, lambda: generate_batch(found, user=researcher(request)), "")
    return redirect("batch", pk)


@members_page
@require_POST
def batch_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the batch's stimuli for good."""
    found = _batch(request, pk, at_least=Role.EDITOR)
    _attempt(request, lambda: freeze_batch(found), "The batch is frozen: make a test from it.")
    return redirect("batch", pk)


@members_page
@require_http_methods(["GET", "POST"])
def test_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Word a test over a frozen batch."""
    found = _batch(request, pk, at_least=Role.EDITOR)
    if not found.is_frozen:
        messages.error(request, "A test is made from a frozen batch: freeze the batch first.")
        return redirect("batch", pk)
    attribute = _attribute(request)
    form = TestForm(request.POST or None, initial={"attribute": attribute.code})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_test(found, form.plan(), user=researcher(request))
        except MushraError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "The test is a draft. Open it to let listeners in.")
            return redirect("test", made.pk)
    declared = listening_tests.declared_method(found, attribute)
    context = {
        "batch": found,
        "form": form,
        "chosen": attribute,
        "offers": listening_tests.attribute_offers(found),
        "declared": declared,
        "method_label": ListeningTest.Method(declared.method).label,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "mushra/researcher/test_new.html", context, status=status)


@members_page
@never_cache
@require_GET
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test's state, its listeners' link, and who has come so far."""
    found = _test(request, pk, at_least=Role.VIEWER)
    link = request.build_absolute_uri(reverse("welcome", args=[found.link_token]))
    context = {
        "test": found,
        "batch": found.batch,
        "link": link,
        "qr": qr_data_uri(link),
        "counts": sitting_counts(found),
        "sittings": listening_tests.newest_sittings(found),
        "n_rated": found.trials.filter(kind="rated").count(),
        "n_training": found.trials.filter(kind="training").count(),
        "can_edit": _can_edit(request, found.batch),
        "registered": registered_plan(found),
    }
    return render(request, "mushra/researcher/test.html", context)


@members_json
@never_cache
@require_GET
def test_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What the test page polls: counts and sittings, never scores."""
    found = _test(request, pk, at_least=Role.VIEWER)
    return JsonResponse(listening_tests.progress_document(found))


@members_page
@require_POST
def test_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Let listeners in."""
    found = _test(request, pk, at_least=Role.EDITOR)
    _attempt(request, lambda: open_test(found), "The test is open: share its link.")
    return redirect("test", pk)


@members_page
@require_POST
def test_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let no new listener in."""
    found = _test(request, pk, at_least=Role.EDITOR)
    _attempt(request, lambda: close_test(found), "The test is closed to new listeners.")
    return redirect("test", pk)


def _proposal(template: str) -> StudyProposal | None:
    """The batch template of that name; None without a name."""
    if not template:
        return None
    if template not in BATCH_TEMPLATES:
        raise NotFoundError(f"There is no batch template {template!r}.", code="unknown_template")
    return _PROPOSERS[template]()


def _proposed_batch(proposal: StudyProposal | None) -> dict[str, str]:
    if proposal is None:
        return {}
    return {"name": proposal.title, "description": proposal.description}


def _try_to_create(user: User, form: BatchForm, scenarios: BaseScenarioFormSet) -> Batch | None:
    """The new batch; None, with the reasons in the forms, if there is none."""
    if not (form.is_valid() & scenarios.is_valid()):  # & so that both tell all that is wrong
        return None
    try:
        plan = form.plan(scenarios.plans())
        return create_batch(form.cleaned_data["project"], plan, user=user)
    except MushraError as error:
        show_refusal(error, form, scenarios)
        return None


def _attempt(request: HttpRequest, work: Callable[[], object], done: str) -> None:
    """Does the work and says so; a refusal becomes a message on the next page."""
    try:
        work()
    except (MushraError, SynthError) as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)


def _batch(request: HttpRequest, pk: int, *, at_least: Role) -> Batch:
    rows = Batch.objects.select_related("project", "job", "created_by")
    return member_row(researcher(request), rows, pk, at_least=at_least)


def _test(request: HttpRequest, pk: int, *, at_least: Role) -> ListeningTest:
    rows = ListeningTest.objects.select_related("batch__project")
    return member_row(researcher(request), rows, pk, at_least=at_least)


def _can_edit(request: HttpRequest, found: Batch) -> bool:
    return editable_projects(researcher(request)).filter(pk=found.project_id).exists()


def _study_offers(found: Batch) -> list[AttributeOffer]:
    """The tests that a frozen batch of the prosody transfer study is made for."""
    if not found.is_frozen or not is_prosody_study(found):
        return []
    offers = listening_tests.attribute_offers(found)
    return [one for one in offers if one.attribute.code in prosody_study.ATTRIBUTES]


def _attribute(request: HttpRequest) -> Attribute:
    """What the page is about: as the form was sent, else as the address says."""
    sent = request.POST.get("attribute", BASIC_QUALITY)
    if request.method == "POST":  # what is not one of them the form refuses
        return ATTRIBUTES.get(sent, ATTRIBUTES[BASIC_QUALITY])
    code = request.GET.get("attribute", BASIC_QUALITY)
    if code not in ATTRIBUTES:
        raise NotFoundError(f"There is no attribute {code!r}.", code="unknown_attribute")
    return ATTRIBUTES[code]


def _page(request: HttpRequest, name: str, rows: QuerySet) -> Page:
    return Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get(name))

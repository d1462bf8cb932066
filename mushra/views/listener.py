"""The listener's pages: welcome, level, trials, thanks. All state is the server's."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mushra.errors import MushraError
from mushra.models import ListeningTest, Presentation, Sitting
from mushra.selectors.sittings import (
    estimate_minutes,
    find_test_by_link,
    sitting_by_token,
    sitting_stage,
    trial_data,
)
from mushra.services.sittings import begin_sitting, record_device

BEGIN_KEY_LENGTH = 64
# Long enough to come back after a holiday; the sitting itself never expires.
COOKIE_AGE_S = 90 * 24 * 3600


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, link_token: str) -> HttpResponse:
    """The test's link: consent and begin, or back to where this browser's listener was."""
    test = find_test_by_link(link_token)
    if test is None:
        return _error(request, "This link does not lead to a test. Check it for typing errors.")
    begun = _remembered_sitting(request, test)
    if begun is not None:
        return redirect("sitting", begun.token)
    if test.state != ListeningTest.State.OPEN:
        return render(request, "mushra/listener/closed.html", {"test": test}, status=410)
    if request.method == "GET":
        return _welcome_page(request, test)
    if request.POST.get("consent") != "yes":
        return _welcome_page(request, test, problem="Tick the box to take part.")
    return _begin(request, test)


@never_cache
@require_GET
def sitting(request: HttpRequest, token: str) -> HttpResponse:
    """Whatever page the sitting is at."""
    found = sitting_by_token(token)
    if found is None:
        return _error(request, "This address does not lead to a sitting. Use your test's link.")
    stage = sitting_stage(found)
    if stage.presentation is not None:
        return _trial_page(request, found, stage.presentation)
    if stage.name == "level":
        return _level_page(request, found)
    context = {"test": found.test, "code": found.listener.code}
    return render(request, "mushra/listener/thanks.html", context)


@never_cache
@require_POST
def level(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps the listening device; the level itself stays in the listener's hands."""
    found = sitting_by_token(token)
    if found is None:
        return _error(request, "This address does not lead to a sitting. Use your test's link.")
    try:
        record_device(found, request.POST.get("device", ""))
    except MushraError as error:
        return _level_page(request, found, problem=error.message)
    return redirect("sitting", token)


def _begin(request: HttpRequest, test: ListeningTest) -> HttpResponse:
    new = begin_sitting(test, begin_key=request.POST.get("begin_key", "")[:BEGIN_KEY_LENGTH])
    response = redirect("sitting", new.token)
    response.set_cookie(
        _cookie_name(test),
        new.token,
        max_age=COOKIE_AGE_S,
        path=reverse("welcome", args=[test.link_token]),
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
    return response


def _remembered_sitting(request: HttpRequest, test: ListeningTest) -> Sitting | None:
    found = sitting_by_token(request.COOKIES.get(_cookie_name(test), ""))
    return found if found and found.test_id == test.pk else None


def _cookie_name(test: ListeningTest) -> str:
    return f"sitting-{test.pk}"


def _welcome_page(request: HttpRequest, test: ListeningTest, problem: str = "") -> HttpResponse:
    context = {
        "test": test,
        "estimate_minutes": estimate_minutes(test),
        "n_trials": test.trials.filter(kind="rated").count(),
        "problem": problem,
        "begin_key": secrets.token_urlsafe(24),
    }
    return render(request, "mushra/listener/welcome.html", context, status=400 if problem else 200)


def _level_page(request: HttpRequest, found: Sitting, problem: str = "") -> HttpResponse:
    context = {
        "test": found.test,
        "audio_url": reverse("api-level-audio", args=[found.token]),
        "level_url": reverse("level", args=[found.token]),
        "problem": problem,
    }
    return render(request, "mushra/listener/level.html", context, status=400 if problem else 200)


def _trial_page(request: HttpRequest, found: Sitting, presentation: Presentation) -> HttpResponse:
    data = trial_data(presentation)
    context = {
        "test": found.test,
        "trial_data": data,
        "kind": data["kind"],
        "number": data["number"],
        "total": data["total"],
    }
    return render(request, "mushra/listener/trial.html", context)


def _error(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "mushra/listener/error.html", {"message": message}, status=404)

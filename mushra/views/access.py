"""Who comes in: researchers who are signed in, and of those the members of the project."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from mushra.errors import MushraError, NotFoundError
from mushra.selectors.projects import NotAllowedError

View = Callable[..., HttpResponseBase]


def members_page(view: View) -> View:
    """Sends strangers to the sign-in; what a researcher may not see is 404, may not do is 403."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(error.message) from error
        except NotAllowedError as error:
            raise PermissionDenied(error.message) from error

    return guarded


def members_json(view: View) -> View:
    """The same for scripts: refusals come as JSON in the one shape of errors."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _refusal(MushraError("Sign in to see this.", code="not_signed_in"), status=401)
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            return _refusal(error, status=404)
        except NotAllowedError as error:
            return _refusal(error, status=403)

    return guarded


def researcher(request: HttpRequest) -> User:
    """The signed-in user; only for views behind one of the decorators above."""
    return cast(User, request.user)


def _refusal(error: MushraError, *, status: int) -> HttpResponse:
    shape = {"code": error.code, "message": error.message, "field": error.field}
    return JsonResponse({"error": shape}, status=status)

"""The listener's API. No account: whoever holds the sitting's token is its listener."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import status
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from mushra.api.serializers import RatingSerializer
from mushra.errors import NotFoundError
from mushra.models import PresentedStimulus, Sitting
from mushra.selectors.sittings import level_signal, presented_by_token, sitting_by_token
from mushra.services.sittings import complete_presentation, save_rating
from mushra.services.sound import disguised_wav

View = Callable[..., HttpResponse]


def listener_view(method: str) -> Callable[[View], View]:
    """An API view that asks for no account (and so carries no session, no CSRF check)."""

    def decorate(view: View) -> View:
        return api_view([method])(authentication_classes([])(permission_classes([AllowAny])(view)))

    return decorate


@listener_view("POST")
def ratings(request: Request, token: str) -> Response:
    """Saves one rating; answers when it is on disk. 201 when new, 200 when it was there."""
    sitting = _sitting(token)
    serializer = RatingSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    saved = save_rating(sitting, serializer.new_rating())
    body = {
        "stimulus": saved.rating.presented.token,
        "sequence": saved.rating.sequence,
        "score": saved.rating.score,
    }
    return Response(body, status=status.HTTP_201_CREATED if saved.is_new else status.HTTP_200_OK)


@listener_view("POST")
def complete(request: Request, token: str, page_number: int) -> Response:
    """Finishes a page whose stimuli are all rated."""
    complete_presentation(_sitting(token), page_number)
    return Response({"next": reverse("sitting", args=[token])})


@listener_view("GET")
def audio(request: Request, token: str, stimulus_token: str) -> HttpResponse:
    """A signal of the current page, as a WAV file that tells nothing but its sound."""
    return _sound(presented_by_token(_sitting(token), stimulus_token), stimulus_token)


@listener_view("GET")
def level_audio(request: Request, token: str) -> HttpResponse:
    """The passage that the listener sets the level with."""
    return _sound(level_signal(_sitting(token)), f"level {token}")


def _sitting(token: str) -> Sitting:
    sitting = sitting_by_token(token)
    if sitting is None:
        raise NotFoundError("There is no such sitting.", code="no_such_sitting")
    return sitting


def _sound(presented: PresentedStimulus | None, key: str) -> HttpResponse:
    if presented is None:
        raise NotFoundError("This page has no such sound.", code="no_such_stimulus")
    response = HttpResponse(disguised_wav(presented, key), content_type="audio/wav")
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""Every API error in one shape: {"error": {"code", "message", "field"}}."""

import logging
from typing import Any

from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mushra.errors import ConflictError, MushraError, NotFoundError
from synth.errors import SynthError

logger = logging.getLogger(__name__)


def one_shape(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: our errors and DRF's own, worded alike; None for crashes."""
    if isinstance(error, MushraError):
        return _response(error.code, error.message, error.field, _status_of(error))
    if isinstance(error, SynthError):
        logger.error("A sound cannot be served: %s", error.message)
        message = "This sound cannot be played just now. Try again, or tell who sent you the link."
        return _response("sound_unavailable", message, None, status.HTTP_503_SERVICE_UNAVAILABLE)
    response = exception_handler(error, context)
    if response is None:
        return None
    code, message, field = _described(error)
    described = _response(code, message, field, response.status_code)
    for name, value in response.headers.items():
        described.headers.setdefault(name, value)
    return described


def _status_of(error: MushraError) -> int:
    if isinstance(error, NotFoundError):
        return status.HTTP_404_NOT_FOUND
    if isinstance(error, ConflictError):
        return status.HTTP_409_CONFLICT
    return status.HTTP_400_BAD_REQUEST


def _described(error: Exception) -> tuple[str, str, str | None]:
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        field, details = next(iter(error.detail.items()))
        return "invalid", f"{field}: {_first_text(details)}", field
    if isinstance(error, exceptions.APIException):
        return error.default_code, _first_text(error.detail), None
    return "not_found", "There is nothing here.", None


def _first_text(details: Any) -> str:
    while isinstance(details, dict | list):
        details = next(iter(details.values() if isinstance(details, dict) else details))
    return str(details)


def _response(code: str, message: str, field: str | None, status_code: int) -> Response:
    error = {"code": code, "message": message, "field": field}
    return Response({"error": error}, status=status_code)

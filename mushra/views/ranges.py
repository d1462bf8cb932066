"""Serves a sound file, whole or the part that a player asks for (RFC 9110 14)."""

import re
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def audio_response(request: HttpRequest, path: Path) -> HttpResponseBase:
    """The WAV file, or the one byte range asked for; 416 for a range outside it.

    Without ranges Chromium can only seek within what it has already loaded.
    """
    size = path.stat().st_size
    wanted = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or wanted.group(0) == "bytes=-":
        response: HttpResponseBase = FileResponse(path.open("rb"), content_type="audio/wav")
    else:
        response = _part(path, size, wanted.group(1), wanted.group(2))
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _part(path: Path, size: int, first: str, last: str) -> HttpResponse:
    """bytes=5-9 is from 5 to 9, bytes=5- from 5 on, bytes=-5 the last five."""
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(start)
        content = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(content, status=206, content_type="audio/wav", headers=headers)

"""Reading a page the way a person does: by what it says, not by its markup."""

import re
from html import unescape

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The words of a page, tags left out, white space closed up."""
    body = re.sub(r"<(script|template).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def buttons_of(response: HttpResponse) -> set[str]:
    """What the visible buttons of a page say; those in a hidden form are left out."""
    page = re.sub(
        r"<form[^>]*\shidden[ >].*?</form>", "", response.content.decode(), flags=re.DOTALL
    )
    found = re.findall(r"<button[^>]*>(.*?)</button>", page, flags=re.DOTALL)
    return {re.sub(r"<[^>]+>", "", label).strip() for label in found} - {"", "Sign out"}

"""`{% static %}` without Django's storages: the browser tests need no collected files."""

from django import template

register = template.Library()


@register.simple_tag
def static(path: str) -> str:
    """The address under which `site.py` serves a file of `static/`."""
    return f"/static/{path}"

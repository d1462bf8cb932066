"""A link as a picture that a phone can read."""

import segno

_INK = "#19282d"  # --ink in static/css/tokens.css


def qr_data_uri(link: str) -> str:
    """The QR code of the link as an SVG image's address."""
    return segno.make(link, micro=False).svg_data_uri(scale=4, dark=_INK, light="#ffffff")

"""Fonts for letters that DejaVu Sans lacks: taken where Debian's packages have put them.

Both carry outlines, which SVG and PDF need; emoji are drawn without color. A report whose letters
DejaVu Sans has is the same, byte for byte, with them and without.
"""

from pathlib import Path

FALLBACK_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),  # Chinese, Japanese, Korean
    Path("/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"),  # emoji and symbols
)
FALLBACK_PACKAGES = "fonts-noto-cjk, fonts-symbola"


def installed_fallbacks() -> list[Path]:
    """The fallback fonts that this machine has, in the order in which they are asked."""
    return [path for path in FALLBACK_FONTS if path.is_file()]

"""tuxpaint-stamps-default: short phrases read by one volunteer per language.

``NAME_desc_LANG.ogg`` beside ``NAME.txt`` with lines ``LANG.utf8=text``. Number words
(``symbols/math/6_bg.ogg``) may come from other people than the phrases and are left out;
files without a language are sound effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="tuxpaint-stamps-default",
    licence="GPL-2",
    attribution="Tux Paint stamps, Bill Kendrick and the volunteers named in its changelog",
)
STAMPS = Path("usr/share/tuxpaint/stamps")
NAME = re.compile(r"^(?P<stamp>.+)_desc_(?P<language>[A-Za-z_]+)$")


def read_texts(path: Path) -> dict[str, str]:
    """Phrases by language of one stamp's text file; the first line is English."""
    if not path.exists():
        return {}
    first, *others = path.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    texts = {"en": first.strip()}
    for line in others:
        language, separator, text = line.partition(".utf8=")
        if separator:
            texts[language] = text.strip()
    return texts


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every described stamp of the unpacked package below ``root``."""
    for path in sorted((root / STAMPS).rglob("*_desc_*.ogg")):
        name = NAME.match(path.stem)
        if name is None:
            continue
        language = name["language"]
        text = read_texts(path.with_name(name["stamp"] + ".txt")).get(language, "")
        yield Recording(
            path=path.relative_to(root),
            speaker=f"tux_{language.lower()}",
            language=language,
            style="read",
            prompt=text or name["stamp"],
            text=text,
            topic=path.relative_to(root / STAMPS).parts[0],
        )

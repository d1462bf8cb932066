"""gcin-voice: every Mandarin syllable and tone, read by two people.

A folder is named by the syllable in zhuyin and its tone; ``3.ogg`` and ``5.ogg`` are the
two readers, each under a licence of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .licences import COPYLEFT, PERMISSIVE
from .records import Recording, Source

SOURCE = Source(
    package="gcin-voice",
    licence="GPL-3 or LGPL-3",
    attribution="Edward Der-Hua Liu (3.ogg); ChionMeilin with the voice of Chu Lo (5.ogg)",
)
FOLDER = Path("usr/share/gcin-voice/ogg")
READERS = {
    "3": ("gcin_liu", ("GPL-3 or LGPL-3", COPYLEFT)),
    "5": ("gcin_chu_lo", ("CC-BY-3.0", PERMISSIVE)),
}


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every syllable of the unpacked package below ``root``."""
    for path in sorted((root / FOLDER).glob("*/*.ogg")):
        if path.stem not in READERS:
            continue
        speaker, terms = READERS[path.stem]
        syllable = path.parent.name
        yield Recording(
            path=path.relative_to(root),
            speaker=speaker,
            language="zh",
            style="isolated",
            prompt=syllable,
            text=syllable,
            topic="syllables",
            terms=terms,
        )

"""ktuberling-data: the names of a game's objects, one folder of small files per language.

Some folders hold several people (Catalan, Danish, English, French, Russian): a folder is
a *speaker group*. The folders recorded at 8 kHz and the copies of the Serbian one in other
spellings are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="ktuberling-data",
    licence="GPL-2+",
    attribution="Albert Astals Cid and the KTuberling contributors",
)
SOUNDS = Path("usr/share/ktuberling/sounds")
AT_8_KHZ = frozenset({"es", "fi", "it", "nds", "nl", "pt", "sv"})
SUFFIXES = frozenset({".ogg", ".wav", ".opus"})
SOUND = re.compile(r'<sound\s+name="([^"]*)"\s+file="([^"]*)"')


def read_names(path: Path) -> dict[str, str]:
    """The English names of a language's files by their path below the sounds folder."""
    if not path.exists():
        return {}
    found = SOUND.findall(path.read_text(encoding="utf-8", errors="replace"))
    return {file: name for name, file in found}


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every object's name in the unpacked package below ``root``."""
    for path in sorted((root / SOUNDS).glob("*/*")):
        language = path.parent.name
        if path.suffix not in SUFFIXES or language in AT_8_KHZ or "@" in language:
            continue
        names = read_names(root / SOUNDS / f"{language}.soundtheme")
        name = names.get(f"{language}/{path.name}", path.stem)
        scene, separator, _ = name.partition("_")
        yield Recording(
            path=path.relative_to(root),
            speaker=f"ktuberling_{language}",
            language=language,
            style="isolated",
            prompt=name,
            topic=scene if separator else "potato",
        )

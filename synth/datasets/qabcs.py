"""qabcs-data: letters and words of an alphabet game, and its noises.

Only the English and Ukrainian voices look natural; the others are stored at the rates of
speech synthesizers (24 kHz throughout; Polish 22.05 kHz) and are left out. ``all/noises``
are sounds of animals, vehicles and instruments: no speech, but real noise to add.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .records import NO_LANGUAGE, NOISE, Recording, Source

SOURCE = Source(
    package="qabcs-data",
    licence="GPL-3+",
    attribution="Alexander Danilov (DanSoft) and the qABCs contributors",
)
ABCS = Path("usr/share/qabcs/abcs")
LANGUAGES = ("en", "uk")
TOPICS = {"alpha": "letters", "words": "words"}


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every letter and word of the natural voices in the unpacked package below ``root``."""
    for language in LANGUAGES:
        for path in sorted((root / ABCS / language / "sounds").glob("*/*.ogg")):
            kind = path.parent.name
            yield Recording(
                path=path.relative_to(root),
                speaker=f"qabcs_{language}",
                language=language,
                style="isolated",
                prompt=f"{kind} {path.stem}",
                topic=TOPICS.get(kind, kind),
            )


def read_noises(root: Path) -> Iterator[Recording]:
    """Every noise of the unpacked package below ``root``."""
    for path in sorted((root / ABCS / "all" / "noises").glob("*.ogg")):
        yield Recording(
            path=path.relative_to(root),
            speaker=NOISE,
            language=NO_LANGUAGE,
            style=NOISE,
            prompt=path.stem,
            topic=path.stem,
        )

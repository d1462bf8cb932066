"""klettres-data: letters and syllables, one reader per language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="klettres-data",
    licence="GPL-2+",
    attribution="Anne-Marie Mahfouf and the KLettres contributors",
)
FOLDER = Path("usr/share/klettres")
TOPICS = {"alpha": "letters", "syllab": "syllables"}


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every letter and syllable of the unpacked package below ``root``."""
    for kind in TOPICS:
        for path in sorted((root / FOLDER).glob(f"*/{kind}/*.ogg")):
            language = path.parent.parent.name
            yield Recording(
                path=path.relative_to(root),
                speaker=f"klettres_{language.lower()}",
                language=language.split("_")[0],
                style="isolated",
                prompt=f"{kind} {path.stem}",
                topic=TOPICS[kind],
            )

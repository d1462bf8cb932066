"""hedgewars-data: what the hedgehogs of a game shout, in packs of some sixty phrases.

Speaker embeddings of the packs lie so close (cosine .89 to .98 among the English ones,
some files identical) that the packs of one language count as one speaker group. ``Singer``
is sung, ``Robot`` is an effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="hedgewars-data",
    licence="GFDL-1.3",
    attribution="Andrey Korotaev and the Hedgewars project",
)
VOICES = Path("usr/share/games/hedgewars/Data/Sounds/voices")
CONDITIONS = {"Singer": ("sung", "sung"), "Robot": ("shouted", "processed")}


def language_of(pack: str) -> str:
    """The language of a voice pack by its name; English unless it says another."""
    _, _, language = pack.partition("_")
    return language or "en"


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every shout of the unpacked package below ``root``."""
    for path in sorted((root / VOICES).glob("*/*.ogg")):
        pack = path.parent.name
        language = language_of(pack)
        style, condition = CONDITIONS.get(pack, ("shouted", "clean"))
        yield Recording(
            path=path.relative_to(root),
            speaker=f"hedgewars_{language}",
            language=language,
            style=style,
            prompt=path.stem,
            condition=condition,
            topic="game",
        )

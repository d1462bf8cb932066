"""fillets-ng-data-cs, -nl: acted comedy dialogue of two fish and their visitors.

File names are level-role-line: role ``m`` is the small fish, ``v`` the big one,
everything else one of many characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .records import Reader, Recording, Source

SOUND = Path("usr/share/games/fillets-ng/sound")
ROLES = {"m": "fish_small", "v": "fish_big"}
OTHER = "fish_others"


def speaker_of(stem: str, language: str) -> str:
    """The speaker code of a file named ``level-role-line``."""
    parts = stem.split("-")
    role = ROLES.get(parts[1], OTHER) if len(parts) > 2 else OTHER
    return f"{language}_{role}"


def read_recordings(root: Path, *, language: str) -> Iterator[Recording]:
    """Every line of dialogue of one language's unpacked package below ``root``."""
    for path in sorted((root / SOUND).glob(f"*/{language}/*.ogg")):
        speaker = speaker_of(path.stem, language)
        if speaker == "nl_fish_others":  # a sound effect, not a voice
            continue
        yield Recording(
            path=path.relative_to(root),
            speaker=speaker,
            language=language,
            style="acted",
            prompt=f"{path.parent.parent.name} {path.stem}",
            topic=path.parent.parent.name,
        )


def source_of(language: str) -> Source:
    """The package that holds one language's dialogue."""
    return Source(
        f"fillets-ng-data-{language}", "GPL-2", "ALTAR interactive and the Fish Fillets NG team"
    )


def reader_of(language: str) -> Reader:
    """The reader of one language's package."""
    return partial(read_recordings, language=language)

"""fillets-ng-data-cs, -nl: acted comedy dialogue of two fish and their visitors.

File names are level-role-line: role ``m`` is the small fish, ``v`` the big one,
everything else one of many characters. The texts lie in another package,
fillets-ng-data: ``script/LEVEL/dialogs_LANG.lua``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .records import Reader, Recording, Source

SOUND = Path("usr/share/games/fillets-ng/sound")
ROLES = {"m": "fish_small", "v": "fish_big"}
OTHER = "fish_others"
TEXTS_PACKAGE = "fillets-ng-data"
SCRIPT = Path("usr/share/games/fillets-ng/script")
STRING = r'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(rf"dialogId\(\s*{STRING}[^\n]*\)\s*dialogStr\(\s*{STRING}\s*\)")


def speaker_of(stem: str, language: str) -> str:
    """The speaker code of a file named ``level-role-line``."""
    parts = stem.split("-")
    role = ROLES.get(parts[1], OTHER) if len(parts) > 2 else OTHER
    return f"{language}_{role}"


def read_texts(path: Path) -> dict[str, str]:
    """The lines of one level in one language by the names of their files."""
    if not path.exists():
        return {}
    lines = LINE.findall(path.read_text(encoding="utf-8"))
    return {name: text.replace('\\"', '"') for name, text in lines}


def read_recordings(root: Path, *, language: str) -> Iterator[Recording]:
    """Every line of dialogue of one language's unpacked package below ``root``."""
    texts: dict[str, dict[str, str]] = {}
    for path in sorted((root / SOUND).glob(f"*/{language}/*.ogg")):
        level = path.parent.parent.name
        if level not in texts:
            script = root.parent / TEXTS_PACKAGE / SCRIPT / level / f"dialogs_{language}.lua"
            texts[level] = read_texts(script)
        speaker = speaker_of(path.stem, language)
        if speaker == "nl_fish_others":  # a sound effect, not a voice
            continue
        yield Recording(
            path=path.relative_to(root),
            speaker=speaker,
            language=language,
            style="acted",
            prompt=f"{level} {path.stem}",
            text=texts[level].get(path.stem, ""),
            topic=level,
        )


def source_of(language: str) -> Source:
    """The package that holds one language's dialogue."""
    return Source(
        package=f"fillets-ng-data-{language}",
        licence="GPL-2",
        attribution="ALTAR interactive and the Fish Fillets NG team",
        beside=(TEXTS_PACKAGE,),
    )


def reader_of(language: str) -> Reader:
    """The reader of one language's package."""
    return partial(read_recordings, language=language)

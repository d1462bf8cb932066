"""festvox-ru: 620 read Russian sentences by one man, 16 kHz."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .licences import PERMISSIVE
from .records import Recording, Source

SOURCE = Source(
    package="festvox-ru",
    licence="BSD-like (Nickolay V. Shmyrev)",
    attribution="Russian voice for Festival, recorded for Nickolay V. Shmyrev, 2005",
    tier=PERMISSIVE,
)
VOICE = Path("usr/share/festival/voices/russian/msu_ru_nsh_clunits")
LINE = re.compile(r'\(\s*(\S+)\s+"(.*)"\s*\)')


def read_texts(path: Path) -> dict[str, str]:
    """Sentences by utterance name; the ``+`` stress marks are removed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (LINE.match(line.strip()) for line in lines)
    return {match[1]: match[2].replace("+", "") for match in found if match}


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every sentence of the unpacked package below ``root``."""
    texts = read_texts(root / VOICE / "etc" / "txt.done.data")
    for path in sorted((root / VOICE / "wav").glob("*.wav")):
        text = texts.get(path.stem, "")
        yield Recording(
            path=path.relative_to(root),
            speaker="ru_nsh",
            language="ru",
            style="read",
            prompt=text or path.stem,
            text=text,
        )

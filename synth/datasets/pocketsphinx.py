"""pocketsphinx-testdata: five sentences of a LibriVox reading of Sense and Sensibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .licences import PERMISSIVE
from .records import Recording, Source

SOURCE = Source(
    package="pocketsphinx-testdata",
    licence="public domain (LibriVox)",
    attribution="LibriVox reader of Sense and Sensibility, chapter 1",
    tier=PERMISSIVE,
)
FOLDER = Path("usr/share/pocketsphinx/test/data/librivox")
LINE = re.compile(r"<s>\s*(.*?)\s*</s>\s*\((\S+)\)")


def read_recordings(root: Path) -> Iterator[Recording]:
    """The LibriVox sentences of the unpacked package below ``root``."""
    transcription = (root / FOLDER / "transcription").read_text(encoding="utf-8")
    texts = {name: text for text, name in LINE.findall(transcription)}
    for path in sorted((root / FOLDER).glob("*.wav")):
        text = texts.get(path.stem, "")
        yield Recording(
            path=path.relative_to(root),
            speaker="librivox_austen",
            language="en",
            style="read",
            prompt=text or path.stem,
            text=text,
            topic="novel",
        )

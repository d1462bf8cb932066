"""pocketsphinx-testdata: five sentences of a LibriVox reading of Sense and Sensibility, and
five names of playing cards by somebody else."""

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
CARDS = Path("usr/share/pocketsphinx/test/data/cards")
CARDS_TERMS = ("BSD-2-clause (Carnegie Mellon University)", PERMISSIVE)
LINE = re.compile(r"<s>\s*(.*?)\s*</s>\s*\((\S+)\)")


def read_texts(path: Path) -> dict[str, str]:
    """The sentences of a transcription by the names of their files."""
    return {name: text for text, name in LINE.findall(path.read_text(encoding="utf-8"))}


def read_recordings(root: Path) -> Iterator[Recording]:
    """The LibriVox sentences of the unpacked package below ``root``."""
    texts = read_texts(root / FOLDER / "transcription")
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


def read_with_cards(root: Path) -> Iterator[Recording]:
    """The LibriVox sentences and the playing cards of the unpacked package below ``root``."""
    yield from read_recordings(root)
    texts = read_texts(root / CARDS / "cards.transcription")
    for path in sorted((root / CARDS).glob("*.wav")):
        yield Recording(
            path=path.relative_to(root),
            speaker="cmu_cards",
            language="en",
            style="read",
            prompt=texts.get(path.stem, path.stem),
            text=texts.get(path.stem, ""),
            topic="playing cards",
            terms=CARDS_TERMS,
        )

"""Readers of a user's own recordings, laid out like two well-known corpora.

LibriTTS-like: ``speaker/chapter/NAME.wav`` (or .flac) beside ``NAME.normalized.txt``.
VCTK-like: ``wav48*/SPEAKER/NAME.wav`` (or .flac) and ``txt/SPEAKER/NAME.txt``; of the two
microphones of VCTK 0.92 (``NAME_mic1``, ``NAME_mic2``) the first is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .licences import UNKNOWN
from .records import Reader, Recording, Source

SUFFIXES = frozenset({".wav", ".flac"})
MICROPHONE = re.compile(r"_mic(\d)$")


@dataclass(frozen=True)
class OwnCorpus:
    """What a folder cannot tell of itself: its short name, language and terms."""

    name: str
    language: str = "en"
    licence: str = "not stated"
    attribution: str = ""
    tier: str = UNKNOWN

    @property
    def source(self) -> Source:
        """The folder as a source; its name stands where a package's stands."""
        return Source(self.name, self.licence, self.attribution, self.tier)


def read_text(path: Path) -> str:
    """The text beside a recording, empty where there is none."""
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def own_recording(corpus: OwnCorpus, path: Path, speaker: str, text: str) -> Recording:
    """A read sentence of one of the corpus's speakers."""
    return Recording(
        path=path,
        speaker=f"{corpus.name}_{speaker}",
        language=corpus.language,
        style="read",
        prompt=text or path.stem,
        text=text,
    )


def read_libritts(root: Path, *, corpus: OwnCorpus) -> Iterator[Recording]:
    """Every recording below ``root/speaker/chapter``."""
    for path in sorted(root.glob("*/*/*")):
        if path.suffix in SUFFIXES:
            text = read_text(path.with_suffix(".normalized.txt"))
            yield own_recording(corpus, path.relative_to(root), path.parent.parent.name, text)


def read_vctk(root: Path, *, corpus: OwnCorpus) -> Iterator[Recording]:
    """Every recording below ``root/wav48*/speaker``."""
    for path in sorted(root.glob("wav48*/*/*")):
        microphone = MICROPHONE.search(path.stem)
        if path.suffix not in SUFFIXES or (microphone and microphone[1] != "1"):
            continue
        speaker = path.parent.name
        stem = MICROPHONE.sub("", path.stem)
        text = read_text(root / "txt" / speaker / f"{stem}.txt")
        yield own_recording(corpus, path.relative_to(root), speaker, text)


LAYOUTS = {"libritts": read_libritts, "vctk": read_vctk}


def reader_of(layout: str, corpus: OwnCorpus) -> Reader:
    """The reader of a folder laid out like ``libritts`` or ``vctk``.

    Raises:
        ValueError: for another layout.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"Expected a layout of {', '.join(LAYOUTS)}, got {layout!r}.")
    return partial(LAYOUTS[layout], corpus=corpus)

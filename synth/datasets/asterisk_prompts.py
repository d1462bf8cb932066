"""asterisk-prompt-*: prompts recorded for the telephone, 8 kHz WAV or GSM full rate.

Real recordings in a telephone's band, so a *recording condition*, never trained on. The
packages hold no texts; a prompt is named by its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .asterisk import NOT_SPEECH, NOT_SPEECH_FOLDERS, topic_of
from .licences import COPYLEFT, PERMISSIVE
from .records import Reader, Recording, Source

SOUNDS = Path("usr/share/asterisk/sounds")


@dataclass(frozen=True)
class Prompts:
    """One package of prompts, all spoken by one woman."""

    source: Source
    folder: str
    speaker: str
    language: str
    condition: str


PACKAGES = (
    Prompts(
        Source(
            "asterisk-prompt-it-menardi-wav",
            "CC-BY-SA-3.0",
            "Marco Menardi and Paola Dal Zot, http://www.voip.ammdomus.it",
            PERMISSIVE,
        ),
        "it_IT_f_Menardi",
        "dal_zot",
        "it",
        "telephone",
    ),
    Prompts(
        Source(
            "asterisk-prompt-fr-armelle",
            "BSD-like (Michel Gutierrez)",
            "Armelle Desjardins, for Michel Gutierrez, 2006",
            PERMISSIVE,
        ),
        "fr",
        "armelle",
        "fr",
        "gsm",
    ),
    Prompts(
        Source(
            "asterisk-prompt-es-co",
            "GPL-2",
            "July E. Jiménez, for Avatar Ltda., 2006",
            COPYLEFT,
        ),
        "es",
        "july_jimenez",
        "es",
        "gsm",
    ),
)


def read_recordings(root: Path, *, prompts: Prompts) -> Iterator[Recording]:
    """Every spoken prompt of one unpacked package below ``root``."""
    base = root / SOUNDS / prompts.folder
    for path in sorted((*base.rglob("*.wav"), *base.rglob("*.gsm"))):
        name = path.relative_to(base).with_suffix("")
        if name.name in NOT_SPEECH or name.parts[0] in NOT_SPEECH_FOLDERS:
            continue
        yield Recording(
            path=path.relative_to(root),
            speaker=prompts.speaker,
            language=prompts.language,
            style="prompt",
            prompt=name.as_posix(),
            condition=prompts.condition,
            topic=topic_of(name),
        )


def reader_of(prompts: Prompts) -> Reader:
    """The reader of one package."""
    return partial(read_recordings, prompts=prompts)

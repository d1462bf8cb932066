"""asterisk-core-sounds-*-g722: studio prompts of a telephone exchange, G.722 at 16 kHz.

English and Mexican Spanish are spoken by the same woman, Allison Smith. The packages
hold no texts; a prompt is named by its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .licences import PERMISSIVE
from .records import Reader, Recording, Source

SOUNDS = Path("usr/share/asterisk/sounds")
NOT_SPEECH = frozenset(
    {"beep", "beeperr", "ascending-2tone", "descending-2tone", "confbridge-join"}
)
NOT_SPEECH_FOLDERS = frozenset({"silence"})
VOICES = {
    "en": ("en_US_f_Allison", "allison", "CC-BY-SA-3.0", "Allison Smith, for Digium, Inc."),
    "es": ("es_MX_f_Allison", "allison", "CC-BY-SA-3.0", "Allison Smith, for Digium, Inc."),
    "ru": ("ru_RU_f_IvrvoiceRU", "ivrvoice_ru", "CC-BY-3.0", "Maxim Topal, ivrvoice.ru"),
    "fr": ("fr_CA_f_June", "june", "CC-BY-SA-3.0", "June Wallack, for Digium, Inc."),
    "it": ("it_IT_m_Carlo", "carlo", "CC-BY-3.0", "Carlo Flora"),
}


def topic_of(name: Path) -> str:
    """What a prompt is about: its folder (digits, letters, ...), or the telephone."""
    return name.parts[0] if len(name.parts) > 1 else "telephone"


def read_recordings(root: Path, *, language: str) -> Iterator[Recording]:
    """Every spoken prompt of one language's unpacked package below ``root``."""
    folder, speaker, _, _ = VOICES[language]
    base = root / SOUNDS / folder
    for path in sorted(base.rglob("*.g722")):
        name = path.relative_to(base).with_suffix("")
        if name.name in NOT_SPEECH or name.parts[0] in NOT_SPEECH_FOLDERS:
            continue
        yield Recording(
            path=path.relative_to(root),
            speaker=speaker,
            language=language,
            style="prompt",
            prompt=f"{language} {name.as_posix()}",
            topic=topic_of(name),
        )


def source_of(language: str) -> Source:
    """The package that holds one language's prompts."""
    _, _, licence, attribution = VOICES[language]
    package = f"asterisk-core-sounds-{language}-g722"
    return Source(package, licence, attribution, PERMISSIVE)


def reader_of(language: str) -> Reader:
    """The reader of one language's package."""
    return partial(read_recordings, language=language)

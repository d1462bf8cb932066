"""tuxpaint-stamps-default: short phrases read by one volunteer per language.

``NAME_desc_LANG.ogg`` (English: ``NAME_desc.ogg``) beside ``NAME.txt`` with lines
``LANG.utf8=text``. Number words (``symbols/math/6_bg.ogg``) may come from other people than
the phrases: they are read as groups of their own, and only in languages without phrases.
Files without a language are sound effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="tuxpaint-stamps-default",
    licence="GPL-2",
    attribution="Tux Paint stamps, Bill Kendrick and the volunteers named in its changelog",
)
STAMPS = Path("usr/share/tuxpaint/stamps")
NUMBERS = Path("symbols/math")
ALPHABETS = Path("symbols/alphabets")
NUMBER_LANGUAGES = frozenset({"de", "it", "ja", "ko", "nb", "nn", "pt", "sl", "sv"})
NAME = re.compile(r"^(?P<stamp>.+)_desc_(?P<language>[A-Za-z_]+)$")


def read_texts(path: Path) -> dict[str, str]:
    """Phrases by language of one stamp's text file; the first line is English."""
    if not path.exists():
        return {}
    first, *others = path.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    texts = {"en": first.strip()}
    for line in others:
        language, separator, text = line.partition(".utf8=")
        if separator:
            texts[language] = text.strip()
    return texts


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every phrase, then every number and letter of the unpacked package below ``root``."""
    yield from read_phrases(root)
    yield from read_english_phrases(root)
    yield from read_numbers(root)


def read_english_phrases(root: Path) -> Iterator[Recording]:
    """Every stamp described in English."""
    for path in sorted((root / STAMPS).rglob("*_desc.ogg")):
        stamp = path.stem.removesuffix("_desc")
        text = read_texts(path.with_name(f"{stamp}.txt")).get("en", "")
        yield Recording(
            path=path.relative_to(root),
            speaker="tux_en",
            language="en",
            style="read",
            prompt=text or stamp,
            text=text,
            topic=path.relative_to(root / STAMPS).parts[0],
        )


def read_numbers(root: Path) -> Iterator[Recording]:
    """The number words of languages without phrases, and British numbers and letters."""
    paths = [*(root / STAMPS / NUMBERS).glob("*.ogg"), *(root / STAMPS / ALPHABETS).rglob("*.ogg")]
    for path in sorted(paths):
        sign, _, language = path.stem.partition("_")
        language = language.removeprefix("filled_")
        if language not in NUMBER_LANGUAGES | {"en_GB"}:
            continue
        yield Recording(
            path=path.relative_to(root),
            speaker="tux_en_gb" if language == "en_GB" else f"tux_numbers_{language}",
            language=language.split("_")[0],
            style="isolated",
            prompt=sign,
            topic="numbers" if sign.isdigit() else "letters",
        )


def read_phrases(root: Path) -> Iterator[Recording]:
    """Every stamp described in a language that its file names."""
    for path in sorted((root / STAMPS).rglob("*_desc_*.ogg")):
        name = NAME.match(path.stem)
        if name is None:
            continue
        language = name["language"]
        text = read_texts(path.with_name(name["stamp"] + ".txt")).get(language, "")
        yield Recording(
            path=path.relative_to(root),
            speaker=f"tux_{language.lower()}",
            language=language,
            style="read",
            prompt=text or name["stamp"],
            text=text,
            topic=path.relative_to(root / STAMPS).parts[0],
        )

"""Typst source to PDF bytes, the same bytes for the same input on every machine."""

import importlib.util
import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from mushra.reports.fonts import installed_fallbacks

MAIN = "main.typ"
# Fonts beyond those inside typst (Libertinus Serif, New Computer Modern, DejaVu Sans Mono): the
# DejaVu Sans that matplotlib carries, and for letters that it lacks those of `installed_fallbacks`.
# The system's other fonts are never looked at.
SANS = "DejaVu Sans"


class TypesettingError(RuntimeError):
    """The source could not be compiled; the message has typst's own words."""


def compile_pdf(source: str, files: Mapping[str, bytes]) -> bytes:
    """A tagged PDF of a Typst document.

    Args:
        source: the main file. Text from people must reach it as data, by `quoted` or as JSON in
            `files` read with `json("name.json")`, never pasted: pasted text is code.
        files: what the source reads (`image("figure.svg")`), by relative path.
    Returns: the PDF; equal arguments give equal bytes (fixed creation time, pinned fonts).
    Raises: TypesettingError with the compiler's message.

    The source sees `files` and nothing else of the disk.
    """
    contents = {MAIN: source.encode(), **files}
    if len(contents) == len(files):
        raise TypesettingError(f"A file named {MAIN} would replace the document; rename it.")
    with tempfile.TemporaryDirectory() as empty:
        try:
            # typst documents and takes a mapping of names to bytes, but its stubs omit it.
            return typst.compile(  # type: ignore[call-overload]
                contents,
                root=empty,
                font_paths=_fonts(),
                package_path=empty,
                package_cache_path=empty,
                timestamp=0,
            )
        except typst.TypstError as error:
            raise TypesettingError(f"{error.message} {error.diagnostic}".strip()) from error


def quoted(text: str) -> str:
    """The text as a Typst string literal, for use in code: `#heading(...)`.

    JSON's escapes of quotes, backslashes, newlines and tabs are Typst's too; other control
    characters, which no document wants, are left out.
    """
    kept = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
    return json.dumps(kept, ensure_ascii=False)


@cache
def _fonts() -> typst.Fonts:
    """The fonts of `SANS` and `installed_fallbacks`, looked through once for all documents."""
    with tempfile.TemporaryDirectory() as folder:  # a folder of them is all that typst takes
        for path in (*_sans(), *installed_fallbacks()):
            (Path(folder) / path.name).symlink_to(path)
        return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _sans() -> list[Path]:
    """The files of DejaVu Sans: beside them lies a font of boxes, which has every letter."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise TypesettingError("matplotlib, whose DejaVu Sans the documents use, is missing.")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return sorted(folder.glob("DejaVuSans*.ttf"))

"""What a section of the report is made of, before it becomes HTML or a page of the PDF."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from mushra.reports.figures.style import ReportFigure
from mushra.reports.tables.table import ReportTable


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. role: `text`, `note` (small) or `quote` (to be copied out)."""

    kind: ClassVar[str] = "paragraph"
    text: str
    role: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading below the section's own."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A name and what it is. role: `text`, `hash`, or `verbatim` (with its line breaks)."""

    name: str
    value: str
    role: str = "text"


@dataclass(frozen=True)
class Facts:
    """A list of names and values."""

    kind: ClassVar[str] = "facts"
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table."""

    kind: ClassVar[str] = "table"
    table: ReportTable


@dataclass(frozen=True)
class FigureBlock:
    """A figure and its number in the report, from 1."""

    kind: ClassVar[str] = "figure"
    figure: ReportFigure
    number: int


Block: TypeAlias = Paragraph | Heading | Bullets | Facts | TableBlock | FigureBlock


@dataclass(frozen=True)
class Section:
    """A numbered section; name is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]

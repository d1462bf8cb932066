"""flight-of-the-amazon-queen: acted lines of an adventure game, MP3 at 11 kHz, 16 kbit/s.

All lines lie in one archive, queen.1c, in ScummVM's layout: a table of names, places and
lengths, then the files. They are a *recording condition*, never trained on: the licence
forbids selling the game, and the sound is narrow and coarse. Lines of Joe, the player's
character, are told apart by their names; everyone else is one group of many actors.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from .licences import RESTRICTED
from .records import Recording, Source

SOURCE = Source(
    package="flight-of-the-amazon-queen",
    licence="Flight of the Amazon Queen licence (free to copy and change, not to sell alone)",
    attribution="John Passfield and Steven Stamatiadis, 1995",
    tier=RESTRICTED,
)
ARCHIVE = Path("usr/share/scummvm/flight-of-the-amazon-queen/queen.1c")
MAGIC = b"QTBL"
HEADER = struct.Struct(">4s8sBH")  # magic, version, compression, number of entries
ENTRY = struct.Struct(">12sBII")  # name, bundle, first byte, length
JOE = re.compile(r"^(JOE|\d.*J\d*$)")


def read_table(path: Path) -> list[tuple[str, int, int]]:
    """(name, first byte, length) of every file in the archive.

    Raises:
        ValueError: if the file is no such archive.
    """
    with path.open("rb") as archive:
        magic, _, _, count = HEADER.unpack(archive.read(HEADER.size))
        if magic != MAGIC:
            raise ValueError(f"{path} does not start with {MAGIC!r}; expected ScummVM's queen.1c.")
        entries = ENTRY.iter_unpack(archive.read(ENTRY.size * count))
        return [(name.rstrip(b"\0").decode("ascii"), first, n) for name, _, first, n in entries]


def read_recordings(root: Path) -> Iterator[Recording]:
    """Every spoken line of the unpacked package below ``root``."""
    for name, first, length in read_table(root / ARCHIVE):
        stem, _, suffix = name.partition(".")
        if suffix != "SB":
            continue
        yield Recording(
            path=ARCHIVE / name,
            speaker="queen_joe" if JOE.match(stem) else "queen_others",
            language="en",
            style="acted",
            prompt=stem,
            condition="low-rate-11k",
            topic="adventure game",
            span=(first, length),
        )

"""Alignments of a whole corpus in one file, by the sha256 of the utterance's samples.

A gzip-packed line of JSON per utterance: the fields of ``StoredAlignment``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..text.phones import PAUSE


@dataclass(frozen=True)
class StoredAlignment:
    """When each symbol of one utterance of the 16 kHz corpus is said.

    sha256, speaker, language: of the utterance (``Utterance``).
    phone_set: of the symbols, ``ipa`` or ``festvox-ru``.
    symbols: as they were said, with the pauses that are heard.
    durations: whole frames of 10 ms each, together 1 + N // 160; frame t is centered on t * 10 ms.
    scores: how well each fits, at most 0 (``Alignment.scores``).
    score, weakest: their mean without pauses, and the lowest mean of eight phones in a row.
    ok, reason: whether to believe it, by its speaker's limits, and if not, why: ``too_short``
        (then the above are empty), ``poor_match`` or ``poor_part``.
    taught: whether the aligner learned from this very recording.
    """

    sha256: str
    speaker: str
    language: str
    phone_set: str
    symbols: tuple[str, ...]
    durations: tuple[int, ...]
    scores: tuple[float, ...]
    score: float
    weakest: float
    ok: bool
    reason: str
    taught: bool

    @property
    def is_pause(self) -> NDArray[np.bool_]:
        """Which symbols (P,) are pauses, as ``synth.prosody.features`` wants it."""
        return np.array([symbol == PAUSE for symbol in self.symbols], dtype=bool)

    @property
    def frames(self) -> NDArray[np.intp]:
        """The durations (P,) as an array."""
        return np.array(self.durations, dtype=np.intp)


def write_alignments(path: Path, alignments: Iterable[StoredAlignment]) -> int:
    """Write a file, whole or not at all; returns the number of utterances."""
    partial = path.with_name(f".{path.name}.partial")
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in alignments]
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)
    partial.write_bytes(packed)
    partial.replace(path)
    return len(lines)


def read_alignments(path: Path) -> dict[str, StoredAlignment]:
    """The alignments of a file by sha256, believed or not.

    Raises:
        FileNotFoundError: if there is none; ``scripts/align_corpus.py`` makes it.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        stored = [json.loads(line) for line in file]
    tuples = ("symbols", "durations", "scores")
    return {
        one["sha256"]: StoredAlignment(**{**one, **{name: tuple(one[name]) for name in tuples}})
        for one in stored
    }

"""Alignments of a whole corpus in one file, by the sha256 of the utterance's samples.

A gzip-packed line of JSON per utterance: the fields of ``StoredAlignment``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    voice: the target voice in whose chain this one is used, empty for every chain.
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
    voice: str = ""

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


def read_alignments(path: Path, *, voice: str = "") -> dict[str, StoredAlignment]:
    """The alignments of a file by sha256, believed or not.

    Args:
        voice: the target voice whose chain they are for. Its own recordings and its references'
            are then those of an aligner that learned from the voice but from no reference;
            without, of the aligner that learned from neither.
    Raises:
        FileNotFoundError: if there is none; ``scripts/align_corpus.py`` makes it.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    found = [stored_alignment(line) for line in lines if line["voice"] in {"", voice}]
    found.sort(key=lambda one: one.voice)  # the voice's own come last and stay
    return {one.sha256: one for one in found}


def stored_alignment(fields: Mapping[str, Any]) -> StoredAlignment:
    """What one line of a file holds."""
    tuples = {name: tuple(fields[name]) for name in ("symbols", "durations", "scores")}
    return StoredAlignment(**{**fields, **tuples})

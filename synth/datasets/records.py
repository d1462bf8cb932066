"""What a corpus on disk is made of: sources, recordings and utterance records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .licences import COPYLEFT, UNKNOWN

OVERDRIVEN_SHARE = 0.01  # of the samples at full scale
RATE_HZ = 16_000  # of the corpus every network can use; wider ones lie beside it (rates.py)
NOISE = "noise"  # speaker and style of what nobody says
NO_LANGUAGE = "zxx"  # ISO 639: no linguistic content


@dataclass(frozen=True)
class Source:
    """One package of recordings: where it comes from and under which terms.

    ``tier`` is one of ``licences.TIERS``; ``beside`` names packages that hold the texts and
    that the reader looks for in the folder where this one lies.
    """

    package: str
    licence: str
    attribution: str
    tier: str = COPYLEFT
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recording:
    """One file of a source as its reader found it, not yet decoded.

    ``prompt`` names what is said when no text is known; ``path`` is relative to
    the unpacked package. A recording inside a larger file has that file as its path's
    parent and says in ``span`` where its bytes lie (first, length). ``terms`` replaces
    the source's licence and tier where a package mixes them.
    """

    path: Path
    speaker: str
    language: str
    style: str
    prompt: str
    text: str = ""
    condition: str = "clean"
    topic: str = ""
    span: tuple[int, int] | None = None
    terms: tuple[str, str] | None = None


class Reader(Protocol):
    """A function that lists the recordings of an unpacked package."""

    def __call__(self, root: Path) -> Iterator[Recording]: ...


@dataclass(frozen=True)
class Utterance:
    """One decoded recording: who says what, where it came from, what it measures.

    ``clipped_share`` is the share of samples at full scale: above some 1 % the recording was
    overdriven before it reached us.
    ``sha256`` is that of the decoded mono samples at the corpus' rate (see ``samples_sha256``),
    at which ``bandwidth_hz`` is measured too: the same recording at two rates has two hashes.
    """

    code: str
    speaker: str
    language: str
    style: str
    condition: str
    prompt: str
    text: str
    licence: str
    package: str
    source_path: str
    duration_s: float
    original_rate_hz: int
    bandwidth_hz: float
    sha256: str
    split: str
    topic: str = ""
    licence_tier: str = UNKNOWN
    clipped_share: float = 0.0

    @property
    def is_overdriven(self) -> bool:
        """Whether the recording itself is clipped too much to be learned from or measured on."""
        return self.clipped_share > OVERDRIVEN_SHARE

    def to_json(self) -> str:
        """One line of a manifest."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, line: str) -> Utterance:
        """The record one manifest line holds."""
        return cls(**json.loads(line))


def samples_sha256(samples: NDArray[np.int16]) -> str:
    """Hex SHA-256 of mono samples as little-endian 16-bit integers.

    Independent of container and file header, so that the same recording is
    recognized in a package, in the demo and in a training set.
    """
    if samples.dtype != np.int16 or samples.ndim != 1:
        raise ValueError(
            f"Expected one channel of int16 samples, got {samples.dtype} of shape {samples.shape}."
        )
    return hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest()

"""At which rate a corpus is prepared, and which recordings are worth it.

The corpus of 16 kHz takes everything. One of a higher rate takes a recording only if it was
stored at that rate or above and has more bandwidth than 16 kHz could hold: raising a rate adds
nothing, and a network would learn from it that the upper bands are empty.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .records import RATE_HZ

WIDE_RATE_HZ = 24_000
RATES_HZ = (RATE_HZ, WIDE_RATE_HZ)
RULE = "corpus.json"
LEAST_BANDWIDTH_HZ = 8_500.0  # what was raised from 16 kHz ends below, by a resampler's slope


@dataclass(frozen=True)
class Preparation:
    """The rate of a corpus, and the least rate and bandwidth of the recordings it takes."""

    rate_hz: int = RATE_HZ
    least_stored_hz: int = 0
    least_bandwidth_hz: float = 0.0

    def takes_rate(self, stored_hz: int) -> bool:
        """Whether a recording stored at this rate may be taken."""
        return stored_hz >= self.least_stored_hz

    def takes_bandwidth(self, bandwidth_hz: float) -> bool:
        """Whether a recording of this bandwidth, measured at the corpus' rate, may be taken."""
        return bandwidth_hz >= self.least_bandwidth_hz

    def write(self, folder: Path) -> None:
        """Keep it beside a corpus' samples."""
        (folder / RULE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def preparation_of(rate_hz: int) -> Preparation:
    """How a corpus of this rate is prepared.

    Raises:
        ValueError: for a rate that no front end of ours has.
    """
    if rate_hz not in RATES_HZ:
        raise ValueError(f"Corpora are prepared at {RATES_HZ} Hz, not at {rate_hz} Hz.")
    if rate_hz == RATE_HZ:
        return Preparation()
    return Preparation(rate_hz, least_stored_hz=rate_hz, least_bandwidth_hz=LEAST_BANDWIDTH_HZ)


def prepared_rate_hz(folder: Path) -> int:
    """The rate of the corpus in a folder; 16 kHz where it does not say, as earlier ones do not."""
    path = folder / RULE
    if not path.exists():
        return RATE_HZ
    return int(json.loads(path.read_text(encoding="utf-8"))["rate_hz"])


def corpus_folder(data: Path, rate_hz: int = RATE_HZ) -> Path:
    """Where the corpus of a rate lies below the data folder."""
    return data / ("corpus" if rate_hz == RATE_HZ else f"corpus-{rate_hz}")

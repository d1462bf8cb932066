"""What decides each utterance's split, kept beside the code that splits.

split-facts.json.gz names every utterance of the corpora by the first digits of its hash
and tells its speaker, language and ``prompt_bucket``: enough to apply the rule of the
split to a checkpoint's training set without having the corpora. Recording conditions,
never trained on, are left out: an utterance that is not in the table was not to be
trained on either. Written by scripts/describe_corpora.py.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .records import Utterance
from .splits import CONDITION, prompt_bucket, split_of_bucket

FACTS = Path(__file__).with_name("split-facts.json.gz")
DIGITS = 12  # of the hash: 48 bits tell some 20,000 utterances apart


@dataclass(frozen=True)
class SplitFacts:
    """What decides one utterance's split."""

    speaker: str
    language: str
    bucket: int

    @property
    def split(self) -> str:
        """The split by today's rule."""
        return split_of_bucket(speaker=self.speaker, language=self.language, bucket=self.bucket)


def write_split_facts(utterances: Iterable[Utterance], path: Path = FACTS) -> None:
    """Write the table of the utterances that are in no recording condition."""
    voices: dict[str, list[tuple[str, int]]] = {}
    for one in utterances:
        if one.split != CONDITION:
            row = (one.sha256[:DIGITS], prompt_bucket(one.speaker, one.prompt))
            voices.setdefault(f"{one.speaker} {one.language}", []).append(row)
    table = {voice: sorted(rows) for voice, rows in sorted(voices.items())}
    text = json.dumps(table, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


@cache
def read_split_facts(path: Path = FACTS) -> dict[str, SplitFacts]:
    """The facts by the first digits of an utterance's hash."""
    table = json.loads(gzip.decompress(path.read_bytes()))
    found: dict[str, SplitFacts] = {}
    for voice, rows in table.items():
        speaker, language = voice.split(" ")
        found |= {digest: SplitFacts(speaker, language, bucket) for digest, bucket in rows}
    return found


def split_of_sha256(sha256: str, path: Path = FACTS) -> str | None:
    """The split of the utterance with this hash (12 digits or more); None if it is unknown."""
    facts = read_split_facts(path).get(sha256[:DIGITS])
    return facts.split if facts else None

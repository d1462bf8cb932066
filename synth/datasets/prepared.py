"""The prepared corpus: all decoded samples in one file, one manifest line per utterance.

``utterances.jsonl``, ``samples.i16`` and ``corpus.json``, which says their rate, lie in one
folder; the k-th line's samples follow those of the lines before it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .decoding import bandwidth_hz, clipped_share, decode, stored_rate_hz
from .rates import Preparation, prepared_rate_hz
from .records import RATE_HZ, Reader, Recording, Source, Utterance, samples_sha256
from .splits import split_of

MANIFEST = "utterances.jsonl"
SAMPLES = "samples.i16"
MIN_DURATION_S = 0.3
MIN_PEAK = 0.01  # of full scale: quieter files are empty
EVERYTHING = Preparation()


@dataclass(frozen=True)
class PreparedCorpus:
    """Utterance records and their samples, read from disk as they are used."""

    utterances: tuple[Utterance, ...]
    offsets: NDArray[np.int64]
    samples: NDArray[np.int16]
    rate_hz: int = RATE_HZ

    @classmethod
    def open(cls, folder: Path, *, rate_hz: int = RATE_HZ) -> PreparedCorpus:
        """The corpus that ``prepare`` wrote to ``folder``.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it was prepared at another rate, or its files do not fit.
        """
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        stored_hz = prepared_rate_hz(folder)
        if stored_hz != rate_hz:
            raise ValueError(
                f"{folder} is prepared at {stored_hz} Hz but {rate_hz} Hz are wanted; prepare "
                f"that with scripts/fetch_corpora.py --rate {rate_hz}."
            )
        utterances = tuple(Utterance.from_json(line) for line in lines)
        lengths = [round(utterance.duration_s * rate_hz) for utterance in utterances]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        samples = np.memmap(folder / SAMPLES, dtype="<i2", mode="r")
        if len(samples) != offsets[-1]:
            raise ValueError(
                f"{folder / SAMPLES} holds {len(samples)} samples but the manifest names "
                f"{offsets[-1]}; prepare the corpus again with scripts/fetch_corpora.py."
            )
        return cls(utterances, offsets, samples, rate_hz)

    def samples_of(self, index: int) -> NDArray[np.int16]:
        """All samples of the utterance at ``index``."""
        return self.samples[self.offsets[index] : self.offsets[index + 1]]

    def indices(self, split: str) -> list[int]:
        """Positions of the utterances of one split."""
        return [i for i, utterance in enumerate(self.utterances) if utterance.split == split]


def code_of(recording: Recording, package: str) -> str:
    """An utterance code that is unique over all sources."""
    parts = recording.path.with_suffix("").parts
    tail = "-".join(parts[-2:])
    return f"{package}.{recording.speaker}.{tail}"


@dataclass(frozen=True)
class Decoded:
    """Samples (N,) at a corpus' rate, and the rate they were stored at."""

    samples: NDArray[np.int16]
    rate_hz: int
    stored_hz: int


def describe(recording: Recording, source: Source, decoded: Decoded) -> Utterance:
    """The record of one decoded recording."""
    samples, rate_hz = decoded.samples, decoded.rate_hz
    licence, tier = recording.terms or (source.licence, source.tier)
    return Utterance(
        code=code_of(recording, source.package),
        speaker=recording.speaker,
        language=recording.language,
        style=recording.style,
        condition=recording.condition,
        prompt=recording.prompt,
        text=recording.text,
        licence=licence,
        package=source.package,
        source_path=recording.path.as_posix(),
        duration_s=len(samples) / rate_hz,
        original_rate_hz=decoded.stored_hz,
        bandwidth_hz=bandwidth_hz(samples, rate_hz=rate_hz),
        sha256=samples_sha256(samples),
        split=split_of(
            speaker=recording.speaker,
            language=recording.language,
            prompt=recording.prompt,
            condition=recording.condition,
        ),
        topic=recording.topic,
        licence_tier=tier,
        clipped_share=round(clipped_share(samples), 4),
    )


def is_usable(samples: NDArray[np.int16], *, rate_hz: int = RATE_HZ) -> bool:
    """Whether a file is long and loud enough to be speech."""
    long_enough = len(samples) >= MIN_DURATION_S * rate_hz
    return long_enough and int(np.abs(samples.astype(np.int32)).max()) >= MIN_PEAK * 32768


def read_source(
    root: Path, source: Source, reader: Reader, preparation: Preparation
) -> Iterator[tuple[Utterance, NDArray[np.int16]]]:
    """Records and samples of the usable recordings of one unpacked package."""
    for recording in reader(root):
        decoded = decode_if_wanted(root / recording.path, recording.span, preparation)
        if decoded and is_usable(decoded.samples, rate_hz=decoded.rate_hz):
            utterance = describe(recording, source, decoded)
            if preparation.takes_bandwidth(utterance.bandwidth_hz):
                yield utterance, decoded.samples


def decode_if_wanted(
    path: Path, span: tuple[int, int] | None, preparation: Preparation
) -> Decoded | None:
    """The decoded recording, or None where it is stored at too low a rate."""
    if preparation.least_stored_hz and not preparation.takes_rate(stored_rate_hz(path, span)):
        return None
    samples, stored_hz = decode(path, span, to_hz=preparation.rate_hz)
    return Decoded(samples, preparation.rate_hz, stored_hz)


def write_corpus(
    folder: Path, unpacked: Iterable[tuple[Path, Source, Reader]], preparation: Preparation
) -> int:
    """Decode everything that is wanted into ``folder``; the number of utterances."""
    preparation.write(folder)
    seen: set[str] = set()
    with (
        (folder / MANIFEST).open("w", encoding="utf-8") as manifest,
        (folder / SAMPLES).open("wb") as stored,
    ):
        for root, source, reader in unpacked:
            for utterance, samples in read_source(root, source, reader, preparation):
                if utterance.sha256 in seen:
                    continue
                seen.add(utterance.sha256)
                manifest.write(utterance.to_json() + "\n")
                stored.write(samples.astype("<i2").tobytes())
        for file in (manifest, stored):
            file.flush()
            os.fsync(file.fileno())
    return len(seen)


def prepare(
    folder: Path,
    unpacked: Iterable[tuple[Path, Source, Reader]],
    preparation: Preparation = EVERYTHING,
) -> int:
    """Write the prepared corpus of unpacked packages to ``folder``, whole or not at all.

    The corpus is written beside ``folder`` and moved there when it is complete. A process
    that has the former one open keeps its samples, for the file it maps lives on.

    Returns: the number of utterances. Recordings with the same samples as an earlier
        one are dropped, so that no recording lies on both sides of the split.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        count = write_corpus(partial, unpacked, preparation)
        partial.chmod(0o755)
        replace_folder(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return count


def replace_folder(new: Path, folder: Path) -> None:
    """Put ``new`` in the place of ``folder``, which may exist; on failure it stays."""
    former = new.with_name(f"{new.name}.former")
    if folder.exists():
        folder.rename(former)
    try:
        new.rename(folder)
    except BaseException:  # Ctrl-C too: the former corpus comes back
        if former.exists():
            former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)

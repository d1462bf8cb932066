"""What a recognizer learns from: recordings with aligned texts, and espeak-ng's speech.

Axes: T frames of 10 ms, M mel bands. Never a reference speaker; the target voices can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.align.sentences import as_float, said
from synth.align.sounds import places_of, sounds_of
from synth.align.store import StoredAlignment
from synth.align.teaching import GAPS, LEAST_S, MOST_S, NOISE, Manners, spoken_texts
from synth.align.timed_speech import TimedClause, join_clauses
from synth.align.warping import whole_onsets
from synth.audio.mel import HOP, FloatArray, log_mel

from ..datasets import splits
from ..datasets.prepared import PreparedCorpus
from ..datasets.records import Utterance
from ..datasets.voices import VOICES, never_trained_on, read_records, training_records

ROWS = ("mels", "targets")  # of a file, one utterance after another
TIMES_SPOKEN = 2  # times that espeak-ng says every text, in different manners
ESPEAK = "espeak-ng"  # the speaker of all its speech
MANNERS = Manners(  # variants without an echo, which fills the closures of stops
    (
        "", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+f1", "+f4", "+f5", "+aunty",
        "+belinda", "+klatt", "+klatt2", "+klatt3", "+klatt4", "+michael", "+linda", "+steph",
    ),
    (130, 150, 170, 190, 220),
    (20, 40, 60, 80),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lesson:
    """One recording: log-mel (T, M) float16, the place in ``SOUNDS`` (T,) of every frame."""

    speaker: str
    mel: NDArray[np.float16]
    targets: NDArray[np.int8]


def lessons(
    corpus: PreparedCorpus,
    sources: Path,
    alignments: Mapping[str, StoredAlignment],
    *,
    without: Iterable[str] = (),
) -> list[Lesson]:
    """All that may be learned from: believed alignments of training recordings, and espeak-ng.

    Args:
        without: speakers to leave out beside the references.
    """
    barred = never_trained_on(VOICES) | frozenset(without)
    found = []
    for index in taught(corpus, sources):
        utterance = corpus.utterances[index]
        stored = alignments.get(utterance.sha256)
        if stored is not None and stored.ok and utterance.speaker not in barred:
            mel = log_mel(as_float(corpus, index)).astype(np.float16)
            found.append(Lesson(utterance.speaker, mel, targets_of(stored)))
    spoken = (spoken_lessons(corpus, seed=seed) for seed in range(1, TIMES_SPOKEN + 1))
    return [*found, *chain.from_iterable(spoken)]


def taught(corpus: PreparedCorpus, sources: Path) -> list[int]:
    """Places of the recordings for training; of a target voice those of its training part."""
    own = {
        record.index
        for voice in VOICES
        for record in training_records(read_records(corpus.utterances, sources, voice))
    }
    return [
        place
        for place, utterance in enumerate(corpus.utterances)
        if place in own or (utterance.speaker not in VOICES and may_teach(utterance))
    ]


def may_teach(utterance: Utterance) -> bool:
    """Whether a recording is for training, clean, and of a length to learn from."""
    return (
        utterance.split == splits.TRAIN
        and not utterance.is_overdriven
        and LEAST_S <= utterance.duration_s <= MOST_S
    )


def targets_of(stored: StoredAlignment) -> NDArray[np.int8]:
    """The place in ``SOUNDS`` (T,) of every frame; the halves of a diphthong share its time."""
    rows = []
    for symbol, n_frames in zip(stored.symbols, stored.durations, strict=True):
        places = places_of(sounds_of(symbol, stored.phone_set, stored.language))
        rows.append(places[np.arange(n_frames) * len(places) // n_frames])
    return np.concatenate(rows).astype(np.int8)


def spoken_lessons(corpus: PreparedCorpus, *, seed: int) -> list[Lesson]:
    """espeak-ng's speech of texts of every language, each in a manner drawn anew."""
    rng = np.random.default_rng(seed)
    sentences = spoken_texts(corpus)
    drawn = [MANNERS.draw(rng) for _ in sentences]
    found: list[Lesson] = []
    for manner in sorted(set(drawn)):
        own = [s for s, one in zip(sentences, drawn, strict=True) if one == manner]
        variant, rate, pitch = manner
        spoken = said(own, variant=variant, rate=rate, pitch=pitch)
        found.extend(spoken_lesson(clauses, rng) for clauses in spoken)
    return found


def spoken_lesson(clauses: Sequence[TimedClause], rng: np.random.Generator) -> Lesson:
    """An utterance of clauses between silences, with a little noise."""
    gaps = rng.integers(*GAPS, len(clauses) + 1)
    spoken = join_clauses(clauses, [int(gap) for gap in gaps])
    noise = rng.uniform(0, NOISE) * rng.standard_normal(len(spoken.samples))
    samples: FloatArray = spoken.samples + noise
    mel = log_mel(samples).astype(np.float16)
    onsets = whole_onsets(np.ceil(spoken.onsets / HOP), len(mel))
    durations = np.diff(onsets, append=len(mel))
    return Lesson(ESPEAK, mel, np.repeat(places_of(spoken.sounds), durations).astype(np.int8))


def write_lessons(path: Path, found: Sequence[Lesson]) -> None:
    """Keep lessons in one file (.npz), whole or not at all."""
    partial = path.with_name(f".{path.name}.partial.npz")
    np.savez(
        partial,
        speakers=np.array([one.speaker for one in found]),
        frames=np.array([len(one.targets) for one in found]),
        mels=np.concatenate([one.mel for one in found]),
        targets=np.concatenate([one.targets for one in found]),
    )
    partial.replace(path)


def read_lessons(path: Path) -> list[Lesson]:
    """The lessons that ``write_lessons`` wrote.

    Raises:
        FileNotFoundError: if there are none.
    """
    with np.load(path) as stored:
        ends = np.cumsum(stored["frames"])[:-1]
        columns = (stored["speakers"].tolist(), *(np.split(stored[n], ends) for n in ROWS))
    return [Lesson(*row) for row in zip(*columns, strict=True)]


def strings_of(found: Iterable[Lesson]) -> Iterator[NDArray[np.int8]]:
    """The sounds of every lesson in a row, as places."""
    for one in found:
        yield one.targets[np.flatnonzero(np.diff(one.targets, prepend=-1))]


def log_prior(found: Sequence[Lesson], n_sounds: int) -> NDArray[np.float32]:
    """Natural logs of the sounds' shares of all frames (K,), one frame added to each."""
    counts = 1.0 + np.bincount(np.concatenate([one.targets for one in found]), minlength=n_sounds)
    return np.log(counts / counts.sum()).astype(np.float32)

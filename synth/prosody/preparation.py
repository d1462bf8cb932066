"""From recordings cut into phonemes to a voice ready for training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from synth.align.store import StoredAlignment
from synth.audio.mel import FloatArray

from ..datasets.prepared import PreparedCorpus
from ..datasets.voices import TARGET, TRAIN, VoiceRecord
from ..errors import SynthError
from ..recognize.recognizer import Recognizer
from .config import SPEEDS
from .inventory import HEARD, inventory_of
from .population import Population
from .prepared_voice import write_voice
from .speaker_statistics import statistics_of
from .spoken import (
    Cut,
    Cutter,
    Spoken,
    at_speed,
    cut_recording,
    labeled_cut,
    origin_of,
    samples_of,
    spoken_as_heard,
)

Samples = Callable[[Spoken], FloatArray]


def prepare_voice(
    folder: Path,
    recordings: Sequence[Spoken],
    samples: Samples,
    *,
    phone_set: str,
    speeds: Sequence[float] = SPEEDS,
) -> None:
    """Write a target voice's recordings to ``folder``, the training part at every speed.

    Args:
        recordings: of one speaker, from labels, an aligner or a recognizer, at their own speed.
        samples: the samples (N,) of any of them.
    Raises:
        ValueError: if none of them is for training, or they are of several speakers.
    """
    speakers = {one.origin.speaker for one in recordings}
    learned = [one for one in recordings if one.origin.part == TRAIN]
    if len(speakers) != 1 or not learned:
        raise ValueError(
            f"Expected training recordings of one speaker, got {len(learned)} of {speakers}."
        )
    speaker = statistics_of([one.prosody for one in learned], Population.read())
    inventory = HEARD
    if learned[0].posteriors is None:
        inventory = inventory_of((s for one in learned for s in one.symbols), phone_set)
    write_voice(folder, at_speeds(recordings, samples, speeds), inventory, speaker)


def at_speeds(
    recordings: Sequence[Spoken], samples: Samples, speeds: Sequence[float]
) -> Iterator[Spoken]:
    """Every recording as it is, and those for training at the other speeds too."""
    for one in recordings:
        yield one
        if one.origin.part == TRAIN:
            for speed in speeds:
                if speed != 1.0:
                    yield at_speed(samples(one), one, speed)


def aligned_cutter(alignments: Mapping[str, StoredAlignment], phone_set: str) -> Cutter:
    """Cuts by an aligner's file; what it does not believe, or said in other phones, is unknown."""

    def cut(record: VoiceRecord, count: int) -> Cut | None:
        found = alignments.get(record.utterance.sha256)
        if found is None or not found.ok or found.phone_set != phone_set:
            return None
        return found.symbols, found.frames

    return cut


def cut_voice(
    corpus: PreparedCorpus, records: Sequence[VoiceRecord], cutter: Cutter = labeled_cut
) -> tuple[list[Spoken], Samples]:
    """A target voice's recordings, and where their samples are.

    ``cutter`` says when each phoneme of a record is said: its phone labels, unless an aligner
    does. Recordings that it does not know, or without sound or voice, are passed over.
    """
    return _gathered(corpus, records, lambda record: cut_recording(corpus, record, cutter))


def hear_voice(
    corpus: PreparedCorpus, records: Sequence[VoiceRecord], recognizer: Recognizer
) -> tuple[list[Spoken], Samples]:
    """The same as a recognizer hears them; their texts play no part."""

    def hear(record: VoiceRecord) -> Spoken:
        samples = samples_of(corpus, record.index)
        return spoken_as_heard(samples, recognizer, origin_of(record))

    return _gathered(corpus, records, hear)


def _gathered(
    corpus: PreparedCorpus,
    records: Sequence[VoiceRecord],
    read: Callable[[VoiceRecord], Spoken | None],
) -> tuple[list[Spoken], Samples]:
    found: list[Spoken] = []
    places: dict[str, int] = {}
    for record in records:
        try:
            one = read(record) if record.role == TARGET else None
        except SynthError:
            continue
        if one is not None:
            found.append(one)
            places[record.utterance.code] = record.index
    return found, lambda one: samples_of(corpus, places[one.origin.code])

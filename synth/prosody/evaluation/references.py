"""Recordings as prosody references: cut into phonemes and measured, or left out with a reason.

Axes: N samples at 16 kHz, P phonemes, T frames of 10 ms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.align.alignment import Aligner
from synth.align.features import features_of
from synth.align.script import Script, script_of_symbols
from synth.audio.mel import FloatArray, n_frames

from ...datasets.prepared import PreparedCorpus
from ...datasets.records import Utterance
from ...datasets.voices import TargetVoice, VoiceRecord
from ...errors import SynthError
from ...text.phonemes import phonemes_of
from ..inventory import Inventory
from ..population import Population
from ..segments import Durations
from ..speaker_statistics import SpeakerStatistics, statistics_of
from ..spoken import Cut, Spoken, labeled_cut, origin_of, samples_of, spoken_of
from ..tracks import HOP_S

LABELS, ALIGNER = "labels", "aligner"
LEAST_SPEECH_S = 1.0  # without its pauses; a shorter phrase has hardly a melody
LEAST_VOICED_S = 0.5
TOO_SHORT, HARDLY_VOICED, NO_LABELS = "too_short", "hardly_voiced", "no_labels"


@dataclass(frozen=True)
class Source:
    """Whose recordings are references, and what says when their phonemes are said.

    By ``labels`` they are the target voice's own, said with the voice's own statistics: what was
    trained. By the ``aligner`` they are what anybody may bring: phonemes read from the text, found
    by the aligner, the speaker known from that one recording.
    """

    speaker: str
    cut: str


@dataclass(frozen=True, eq=False)
class Reference:
    """A recording (N,) whose prosody is to be transferred, its phonemes, and its speaker.

    found: (P,) frames that the aligner finds each symbol to take, 0 for a pause that it does not
        hear; whatever cut the recording. None where it finds nothing.
    """

    source: Source
    utterance: Utterance
    samples: FloatArray
    spoken: Spoken
    statistics: SpeakerStatistics
    found: Durations | None


@dataclass(frozen=True, eq=False)
class Hearing:
    """What turns recordings into references for one target voice."""

    corpus: PreparedCorpus
    voice: TargetVoice
    aligner: Aligner
    speaker: SpeakerStatistics
    inventory: Inventory

    def reference(self, record: VoiceRecord, source: Source) -> Reference:
        """A record as a reference.

        Raises:
            SynthError: with why it is left out: "too_short", "hardly_voiced", "no_labels", or
                what the voice itself refuses ("text_differs", "no_pitch", "unknown_symbols", ...).
        """
        samples = samples_of(self.corpus, record.index)
        by_labels = source.cut == LABELS
        symbols, durations = (
            checked_labels(record, samples)
            if by_labels
            else aligned_cut(samples, record.utterance.text, self.voice, self.aligner)
        )
        self.inventory.indices(symbols)
        spoken = spoken_of(samples, symbols, durations, origin_of(record))
        check_length(spoken)
        own = self.speaker if by_labels else statistics_of([spoken.prosody], Population.read())
        script = script_of_symbols(symbols, self.voice.phone_set, self.voice.language)
        found = found_durations(samples, script, self.aligner)
        return Reference(source, record.utterance, samples, spoken, own, found)


def checked_labels(record: VoiceRecord, samples: FloatArray) -> Cut:
    """A recording cut by its label file.

    Raises:
        SynthError: "no_labels".
    """
    found = labeled_cut(record, n_frames(len(samples)))
    if found is None:
        raise SynthError(f"{record.utterance.code} has no labels.", code=NO_LABELS)
    return found


def aligned_cut(samples: FloatArray, text: str, voice: TargetVoice, aligner: Aligner) -> Cut:
    """A recording cut as the voice at work cuts it (``speaking``).

    Raises:
        SynthError: if the text cannot be read or is not what is said.
    """
    phonemes = phonemes_of(text, voice.language, phone_set=voice.phone_set)
    found = aligner.align(samples, phonemes)
    if not found.ok:
        message = f"The recording does not seem to say {text!r} ({found.reason})."
        raise SynthError(message, code="text_differs")
    return found.symbols, found.durations


def found_durations(samples: FloatArray, script: Script, aligner: Aligner) -> Durations | None:
    """How many frames each symbol of a script takes in a signal (N,), by the aligner (P,).

    0 for a pause that is not there. None where the signal is too short for the script.
    """
    found = aligner.align_all([features_of(samples)], [script])[0]
    if not found.symbols:
        return None
    lasts = np.zeros(len(script.written), dtype=np.intp)
    lasts[found.positions] = found.durations
    return lasts


def check_length(spoken: Spoken) -> None:
    """Refuses what has too little speech or voice for figures to mean anything.

    Raises:
        SynthError: "too_short" or "hardly_voiced".
    """
    prosody = spoken.prosody
    speech_s = float(prosody.durations[~prosody.is_pause].sum()) * HOP_S
    if speech_s < LEAST_SPEECH_S:
        raise SynthError(f"Only {speech_s:.2f} s are spoken.", code=TOO_SHORT)
    voiced_s = float(np.count_nonzero(spoken.contours.voiced)) * HOP_S
    if voiced_s < LEAST_VOICED_S:
        raise SynthError(f"Only {voiced_s:.2f} s are voiced.", code=HARDLY_VOICED)


def references_of(
    records: Sequence[VoiceRecord], source: Source, hearing: Hearing, *, at_most: int
) -> tuple[list[Reference], Counter[str]]:
    """The first references in the order of their hashes, and how many were left out for what."""
    found: list[Reference] = []
    left_out: Counter[str] = Counter()
    for record in sorted(records, key=lambda one: one.utterance.sha256):
        if len(found) == at_most:
            break
        try:
            found.append(hearing.reference(record, source))
        except SynthError as reason:
            left_out[reason.code] += 1
    return found, left_out

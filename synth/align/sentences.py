"""A target voice's recordings as examples: by its labels where it has any, else by its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.audio.mel import FloatArray

from ..datasets.prepared import PreparedCorpus
from ..datasets.voices import TargetVoice, VoiceRecord
from ..text.phonemes import Phonemes, phonemes_of_all
from .examples import Example, joined_pauses, label_durations
from .features import features_of
from .script import Script, script_of, script_of_symbols


@dataclass(frozen=True, eq=False)
class Sentence:
    """A record and what can be learned from it."""

    record: VoiceRecord
    example: Example


def examples_of(
    corpus: PreparedCorpus, records: Sequence[VoiceRecord], voice: TargetVoice
) -> list[Sentence]:
    """Every record that can be read, in order; labels decide the phones where there are any."""
    scripts = text_scripts([one for one in records if not one.label_path], voice)
    found = []
    for record in records:
        features = features_of(as_float(corpus, record.index))
        labels = joined_pauses(record.labels or ())
        if labels:
            script = script_of_symbols([label.symbol for label in labels])
            example = Example(features, script, label_durations(labels, len(features)))
        elif record.index in scripts:
            example = Example(features, scripts[record.index])
        else:
            continue
        found.append(Sentence(record, example))
    return found


def text_scripts(records: Sequence[VoiceRecord], voice: TargetVoice) -> dict[int, Script]:
    """Scripts by the record's index; texts that cannot be read are left out."""
    if not records:
        return {}
    texts = [record.text for record in records]
    read = phonemes_of_all(texts, voice.language, phone_set=voice.phone_set)
    return {
        record.index: script_of(phonemes)
        for record, phonemes in zip(records, read, strict=True)
        if isinstance(phonemes, Phonemes)
    }


def as_float(corpus: PreparedCorpus, index: int) -> FloatArray:
    """A recording's samples (N,) in -1..1."""
    return np.asarray(corpus.samples_of(index) / 32768.0, dtype=np.float32)

"""Recordings with a text, ready to be aligned or learned from.

Axes: N samples, S sounds of a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import FloatArray

from ..datasets.prepared import PreparedCorpus
from ..datasets.voices import VoiceRecord
from ..text.clauses import clauses_of
from ..text.languages import LANGUAGES
from ..text.normalize import normalize
from ..text.phonemes import Phonemes, phonemes_of_all
from ..text.phones import FESTVOX_RU
from .examples import Example, joined_pauses, label_durations
from .rooms import dry_and_wet
from .script import Script, script_of, script_of_symbols
from .timed_speech import Clause, Manner, TimedClause, speak
from .warping import Template, cepstra_of, guessed_durations, template_of

GUESSING_VARIANTS = ("", "+klatt", "+Mike", "+f1")  # different throats; their median is taken
GUESSING_RATE = 190  # words per minute


@dataclass(frozen=True, eq=False)
class Sentence:
    """An utterance of the corpus (its place there), its text, phonemes and script."""

    index: int
    text: str
    phonemes: Phonemes
    script: Script


def read_sentences(
    places: Iterable[tuple[int, str]], language: str, *, phone_set: str | None = None
) -> list[Sentence]:
    """Sentences of one language by place and text; what cannot be read is left out."""
    chosen = list(places)
    if not chosen or language not in LANGUAGES:
        return []
    read = phonemes_of_all([text for _, text in chosen], language, phone_set=phone_set)
    return [
        Sentence(index, text, phonemes, script_of(phonemes))
        for (index, text), phonemes in zip(chosen, read, strict=True)
        if isinstance(phonemes, Phonemes)
    ]


def as_float(corpus: PreparedCorpus, index: int) -> FloatArray:
    """A recording's samples (N,) in -1..1."""
    return np.asarray(corpus.samples_of(index) / 32768.0, dtype=np.float32)


def labeled_example(corpus: PreparedCorpus, record: VoiceRecord) -> Example:
    """What the label file of a festvox-ru recording says.

    Raises:
        ValueError: if it has none.
    """
    labels = joined_pauses(record.labels or ())
    if not labels:
        raise ValueError(f"Expected a recording with labels, got {record.utterance.code}.")
    dry, wet = dry_and_wet(as_float(corpus, record.index), seed=record.index)
    script = script_of_symbols([label.symbol for label in labels], FESTVOX_RU, "ru")
    return Example(dry, script, label_durations(labels, len(dry)), wet=wet)


def examples_to_guess(corpus: PreparedCorpus, sentences: Sequence[Sentence]) -> list[Example]:
    """The sentences without any times; those too long for their recording are left out."""
    found = []
    for sentence in sentences:
        dry, wet = dry_and_wet(as_float(corpus, sentence.index), seed=sentence.index)
        if len(dry) >= sentence.script.chain.least_frames:
            found.append(Example(dry, sentence.script, is_certain=False, wet=wet))
    return found


def guessed_durations_of(
    corpus: PreparedCorpus, sentences: Sequence[Sentence]
) -> list[NDArray[np.intp] | None]:
    """Durations (S,) of every sentence from espeak-ng's speech; None where they do not fit."""
    found: list[NDArray[np.intp] | None] = []
    for sentence, templates in zip(sentences, templates_of(sentences), strict=True):
        cepstra = cepstra_of(as_float(corpus, sentence.index))
        fits = len(cepstra) >= sentence.script.chain.least_frames
        found.append(guessed_durations(cepstra, sentence.script, templates) if fits else None)
    return found


def templates_of(sentences: Sequence[Sentence]) -> list[list[Template]]:
    """Each sentence as espeak-ng says it in several voices."""
    spoken = [said(sentences, variant=variant, rate=GUESSING_RATE) for variant in GUESSING_VARIANTS]
    return [
        [template_of(clauses) for clauses in variants] for variants in zip(*spoken, strict=True)
    ]


def said(
    sentences: Sequence[Sentence], *, variant: str, rate: int, pitch: int = 50
) -> list[list[TimedClause]]:
    """The clauses of every sentence as espeak-ng says them."""
    clauses = [
        (place, clause_of(clause.text, sentence.phonemes.language, variant, (rate, pitch)))
        for place, sentence in enumerate(sentences)
        for clause in clauses_of(normalize(sentence.text, sentence.phonemes.language))
    ]
    timed = zip((place for place, _ in clauses), speak([one for _, one in clauses]), strict=True)
    return [[clause for _, clause in own] for _, own in groupby(timed, key=lambda pair: pair[0])]


def clause_of(text: str, language: str, variant: str, pace: tuple[int, int]) -> Clause:
    """A clause in a variant of the language's voice."""
    voice = LANGUAGES[language].voice + variant
    return Clause(text, language, Manner(voice, *pace))

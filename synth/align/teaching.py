"""What the aligner for everybody learns from: many speakers' recordings, and espeak-ng's speech.

Reference speakers are never among them. Axes: S sounds of a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import HOP

from ..datasets import splits
from ..datasets.prepared import PreparedCorpus
from ..datasets.records import Utterance
from ..datasets.voices import VOICES, never_trained_on, read_records, training_records, voice_of
from ..text.languages import LANGUAGES
from ..text.phones import IPA
from .examples import ROUNDING, Example
from .network import AlignerNetwork, log_posteriors
from .rooms import ROOMS, dry_and_wet
from .script import script_of_symbols
from .sentences import (
    Sentence,
    examples_to_guess,
    guessed_durations_of,
    labeled_example,
    read_sentences,
    said,
)
from .timed_speech import TimedClause, join_clauses
from .viterbi import best_durations
from .warping import whole_onsets

LABELED = "ru_nsh"  # only its own aligner may see its labels
MINUTES = 12.0  # of each speaker at most, that none outweighs the others
OWN_MINUTES = 25.0  # of the voice that an aligner is made for
LEAST_S, MOST_S = 0.6, 20.0
SPOKEN_TEXTS = 50  # of each language, for espeak-ng
NOISE = 3e-4  # of full scale, at most; without it a closure is the floor of every band
GAPS = (800, 6400)  # samples of silence around a clause


def teachers(corpus: PreparedCorpus, sources: Path, *, voice: str = LABELED) -> list[Sentence]:
    """The sentences to be learned from: the training part, without any reference speaker.

    A speaker who is one voice's target and another's reference teaches where ``voice`` is his
    own, and nobody else.
    """
    groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for index, utterance in enumerate(corpus.utterances):
        if may_teach(utterance):
            key = utterance.language, utterance.speaker
            groups.setdefault(key, []).append((index, utterance.text))
    for own in dict.fromkeys((LABELED, voice)):
        target = training_records(read_records(corpus.utterances, sources, own))
        key = voice_of(own).language, own
        groups[key] = [(record.index, record.text) for record in target]
    found = []
    for (language, speaker), places in groups.items():
        phone_set = voice_of(speaker).phone_set if speaker in VOICES else None
        minutes = OWN_MINUTES if speaker == voice != LABELED else MINUTES
        chosen = capped(places, corpus, minutes)
        found.extend(read_sentences(chosen, language, phone_set=phone_set))
    return found


def may_teach(utterance: Utterance) -> bool:
    """Whether a recording is clean, has a text that can be read, and may be learned from."""
    return (
        utterance.split == splits.TRAIN
        and utterance.speaker not in never_trained_on(VOICES)
        and bool(utterance.text)
        and utterance.language in LANGUAGES
        and not utterance.is_overdriven
        and LEAST_S <= utterance.duration_s <= MOST_S
    )


def capped(
    places: Sequence[tuple[int, str]], corpus: PreparedCorpus, minutes: float
) -> list[tuple[int, str]]:
    """So many minutes of the recordings, in the order of their hashes."""
    ordered = sorted(places, key=lambda place: corpus.utterances[place[0]].sha256)
    lasts = np.cumsum([corpus.utterances[index].duration_s for index, _ in ordered])
    return ordered[: int(np.searchsorted(lasts, 60.0 * minutes)) + 1]


def lessons(
    corpus: PreparedCorpus,
    sentences: Sequence[Sentence],
    known: Sequence[NDArray[np.intp]] | AlignerNetwork | None = None,
) -> list[Example]:
    """What the aligner learns from: espeak-ng's speech, and sentences with guessed times.

    Args:
        known: the guesses, or who makes them; by warping to espeak-ng's speech without.
    """
    examples = examples_to_guess(corpus, sentences)
    if isinstance(known, AlignerNetwork):
        posteriors = log_posteriors(known, [one.features for one in examples])
        found = best_durations(posteriors, [one.script.chain for one in examples])
        known = [one for one in found if one is not None]
    elif known is None:
        guesses = guessed_durations_of(corpus, sentences)
        known = [one for one in guesses if one is not None]
    pairs = zip(examples, known, strict=True)
    guessed = [replace(example, durations=durations) for example, durations in pairs]
    return [*spoken_examples(spoken_texts(corpus)), *guessed]


def labeled_examples(corpus: PreparedCorpus, sources: Path) -> dict[int, Example]:
    """By place in the corpus, what the labels of ``ru_nsh`` say of its training part."""
    records = training_records(read_records(corpus.utterances, sources, LABELED))
    labeled = {one.index: one for one in records if one.label_path}
    chosen = capped([(index, "") for index in labeled], corpus, OWN_MINUTES)
    return {index: labeled_example(corpus, labeled[index]) for index, _ in chosen}


def spoken_texts(corpus: PreparedCorpus) -> list[Sentence]:
    """Some texts of every language, for espeak-ng to say; none of a reference speaker."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for index, utterance in enumerate(corpus.utterances):
        barred = utterance.speaker in VOICES or utterance.speaker == "tux_ru"
        if utterance.language in LANGUAGES and utterance.text and not barred:
            groups.setdefault(utterance.language, []).append((index, utterance.text))
    found = []
    for language, places in groups.items():
        ordered = sorted(places, key=lambda place: corpus.utterances[place[0]].sha256)
        found.extend(read_sentences(ordered[:SPOKEN_TEXTS], language))
    return found


@dataclass(frozen=True)
class Manners:
    """Manners of speaking, and rooms, that espeak-ng's teaching or test speech is drawn from."""

    variants: tuple[str, ...]
    rates: tuple[int, ...]
    pitches: tuple[int, ...]
    rooms: tuple[int, ...] = ROOMS

    def draw(self, rng: np.random.Generator) -> tuple[str, int, int]:
        """A variant, words per minute, and a pitch."""
        drawn = (rng.choice(len(one)) for one in (self.variants, self.rates, self.pitches))
        variant, rate, pitch = (int(k) for k in drawn)
        return self.variants[variant], self.rates[rate], self.pitches[pitch]


TAUGHT = Manners(  # variants without an echo, which fills the closures of stops
    ("", "+m1", "+m3", "+m5", "+f1", "+aunty", "+belinda", "+klatt", "+klatt2"),
    (140, 160, 180, 210),
    (30, 50, 70),
)


def spoken_examples(
    sentences: Sequence[Sentence], manners: Manners = TAUGHT, *, seed: int = 1
) -> list[Example]:
    """The sentences as espeak-ng says them, each in a manner drawn anew, with their true times."""
    rng = np.random.default_rng(seed)
    drawn = [manners.draw(rng) for _ in sentences]
    found = []
    for variant, rate, pitch in sorted(set(drawn)):
        own = [s for s, one in zip(sentences, drawn, strict=True) if one == (variant, rate, pitch)]
        for clauses in said(own, variant=variant, rate=rate, pitch=pitch):
            found.append(spoken_example(clauses, rng, manners.rooms))
    return found


def spoken_example(
    clauses: Sequence[TimedClause], rng: np.random.Generator, rooms: Sequence[int] = ROOMS
) -> Example:
    """An utterance of clauses between silences, with a little noise."""
    gaps = rng.integers(*GAPS, len(clauses) + 1)
    spoken = join_clauses(clauses, [int(gap) for gap in gaps])
    noise = rng.uniform(0, NOISE) * rng.standard_normal(len(spoken.samples))
    samples = (spoken.samples + noise).astype(np.float32)
    dry, wet = dry_and_wet(samples, seed=int(rng.integers(2**31)), rooms=rooms)
    script = script_of_symbols(spoken.sounds, IPA, "")
    onsets = whole_onsets(np.ceil(spoken.onsets / HOP - ROUNDING), len(dry))
    return Example(dry, script, np.diff(onsets, append=len(dry)), wet=wet)

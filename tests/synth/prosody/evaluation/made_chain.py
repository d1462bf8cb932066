"""A voice of untrained networks, its references, and listeners who know what they heard."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from synth.align.alignment import Alignment
from synth.audio.mel import n_frames
from synth.datasets.voices import REFERENCE, TARGET, TEST, TargetVoice, VoiceRecord
from synth.prosody.evaluation.references import ALIGNER, Hearing, Reference, Source
from synth.prosody.evaluation.scoring import Ears
from synth.prosody.population import Population
from synth.prosody.speaker_statistics import statistics_of
from synth.text.phones import FESTVOX_RU
from tests.synth.prosody.made_voice import a_sentence

VOICE = TargetVoice("made", "ru", FESTVOX_RU, ("other",))
SOURCE = Source("other", ALIGNER)
TEXT = "Мама мыла раму."
WIDE_HZ = (60.0, 400.0)


class EvenAligner:
    """Says that every phoneme takes as long as the next, and believes it or not."""

    def __init__(self, *, ok=True):
        self.ok = ok

    def align(self, samples, phonemes):
        symbols = phonemes.symbols
        ends = np.linspace(0, n_frames(len(samples)), len(symbols) + 1).round().astype(np.intp)
        found = Alignment(symbols, np.arange(len(symbols)), np.diff(ends), np.zeros(len(symbols)))
        return replace(found, ok=self.ok, reason="" if self.ok else "poor_match")

    def align_all(self, features, scripts):
        return [
            self.align(np.zeros(160 * (len(one) - 1)), SimpleNamespace(symbols=script.written))
            for one, script in zip(features, scripts, strict=True)
        ]


class KnownAligner:
    """Finds what it was told to find."""

    def __init__(self, positions, durations):
        self.found = Alignment(
            ("?",) * len(positions), np.array(positions), np.array(durations), np.zeros(1)
        )

    def align_all(self, features, scripts):
        return [self.found for _ in scripts]


def a_record(number=0, *, speaker="other", sha256="ab", text=TEXT):
    """A record of the corpus that lies at place ``number``."""
    utterance = SimpleNamespace(
        code=f"{speaker}-{number}", speaker=speaker, text=text, sha256=sha256 * 32
    )
    return VoiceRecord(number, utterance, TARGET if speaker == "made" else REFERENCE, TEST, text)


def hearing_of(samples, inventory, *, aligner=None):
    """What hears recordings (N,) in -1..1, by their places."""
    whole = [np.rint(32767 * one).astype(np.int16) for one in samples]
    corpus = SimpleNamespace(samples_of=lambda index: whole[index])
    return Hearing(corpus, VOICE, aligner or EvenAligner(), statistics_of_made(), inventory)


def statistics_of_made():
    """The made voice, from one sentence."""
    return statistics_of([a_sentence(1)[0].prosody], Population.read())


def a_reference(seed=7, *, source=SOURCE):
    """A made sentence as a reference whose times are known."""
    spoken, samples = a_sentence(seed)
    own = statistics_of([spoken.prosody], Population.read())
    return Reference(source, a_record(seed).utterance, samples, spoken, own, spoken.durations)


def ears_of(reference, **changes):
    """What listens, with the reference's own statistics for those of the voice."""
    ears = Ears(
        target="made",
        phone_set=FESTVOX_RU,
        language="ru",
        aligner=KnownAligner(np.arange(len(reference.spoken.symbols)), reference.spoken.durations),
        aligner_version="1",
        speaker=reference.statistics,
        ranges={"made": WIDE_HZ, "other": WIDE_HZ},
    )
    return replace(ears, **changes)

"""Lessons of made speech, whose sounds and times are known, and a small recognizer."""

from dataclasses import replace

import numpy as np

from synth.align.sounds import places_of, sounds_of
from synth.audio.mel import log_mel
from synth.recognize.disguises import Disguises
from synth.recognize.lessons import Lesson
from synth.recognize.network import RecognizerConfig
from synth.recognize.train import RecognizerTraining
from tests.synth.align.made import sentence, spoken

PLAIN = Disguises(
    pace=0.0, throat=0.0, room_share=0.0, noise_share=0.0, narrow_share=0.0, hidden_frames=0,
    hidden_bands=0,
)  # fmt: skip
QUICK = RecognizerTraining(
    seed=1,
    steps=120,
    frames=240,
    longest=120,
    learning_rate=5e-3,
    warmup_steps=5,
    ema=0.9,
    smoothing=0.0,
    disguises=PLAIN,
)
DISGUISED = replace(QUICK, disguises=Disguises())


def tiny():
    return RecognizerConfig(width=24, depth=1, recurrent=24, layers=1, dropout=0.0)


def sounds(symbols):
    return tuple(s for one in symbols for s in sounds_of(one, "festvox-ru", "ru"))


def lesson(seed, speaker="made"):
    symbols, durations = sentence(seed)
    mel = log_mel(spoken(symbols, durations, seed)).astype(np.float16)
    targets = np.repeat(places_of(sounds(symbols)), durations).astype(np.int8)
    return Lesson(speaker, mel, targets)


def lessons(n, *, first=0):
    return [lesson(seed) for seed in range(first, first + n)]


def sharp(places, n_sounds):
    """Log posteriors (T, K) that are sure of these places (T,)."""
    found = np.full((len(places), n_sounds), np.log(1e-4))
    found[np.arange(len(places)), places] = 0.0
    return found

"""A made voice: harmonics at a known pitch under two formants, so that all its prosody is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from synth.align.sounds import sounds_of
from synth.audio.mel import HOP, RATE_HZ, log_mel
from synth.prosody.config import NetworkConfig, TrainingConfig
from synth.prosody.contours import Contours, energy_on_frames
from synth.prosody.features import measure
from synth.prosody.inventory import HEARD
from synth.prosody.preparation import prepare_voice
from synth.prosody.prepared_voice import PreparedVoice, open_voice
from synth.prosody.spoken import Origin, Spoken, at_level
from synth.recognize.recognizer import Heard

FORMANTS_HZ = {"aa": (700, 1100), "ii": (300, 2300), "uu": (350, 800), "m": (250, 1500)}
NOISY = ("s", "sh")
PHONES = (*FORMANTS_HZ, *NOISY)
SIZES = {
    "width": 48,
    "encoder_depth": 1,
    "joint_depth": 1,
    "decoder_depth": 2,
    "detail_width": 24,
    "detail_depth": 1,
    "noise": 4,
    "source_width": 32,
    "source_depth": 2,
    "latent": 8,
    "dropout": 0.0,
}
QUICK = TrainingConfig(
    seed=3, steps=60, batch=2, crop_frames=64, learning_rate=5e-3, warmup_steps=5, anneal_steps=5
)


def tiny(variant="agg"):
    return NetworkConfig(variant=variant, **SIZES)


def a_line(n_frames, rng):
    """Ln F0 (T,) that moves about 140 Hz."""
    turns = rng.normal(size=4)
    places = np.linspace(0, 3, n_frames)
    return np.log(140.0) + 0.25 * np.interp(places, np.arange(4), turns)


def sound_of(symbols, durations, log_f0, rng):
    """Samples (N,) of phones with these frames each, at a pitch (T,)."""
    n_samples = (durations.sum() - 1) * HOP
    f0_hz = np.exp(np.interp(np.arange(n_samples) / HOP, np.arange(len(log_f0)), log_f0))
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE_HZ
    ends = np.minimum(np.cumsum(durations) * HOP - HOP // 2, n_samples)
    samples = 1e-4 * rng.standard_normal(n_samples)
    for symbol, start, end in zip(symbols, [0, *ends[:-1]], ends, strict=True):
        at = slice(start, end)
        if symbol in NOISY:
            samples[at] += 0.03 * np.diff(rng.standard_normal(end - start + 1))
        for k in range(1, 25) if symbol in FORMANTS_HZ else ():
            gains = [np.exp(-(((k * f0_hz[at] - f) / 150) ** 2)) for f in FORMANTS_HZ[symbol]]
            samples[at] += (0.02 / k + 0.1 * sum(gains)) * np.cos(k * phase[at])
    return samples


def a_sentence(seed, *, part="train", n_phones=12):
    """One recording of the made voice and its samples (N,)."""
    rng = np.random.default_rng(seed)
    symbols = ("pau", *rng.choice(PHONES, n_phones), "pau")
    durations = np.array([8, *rng.integers(5, 14, n_phones), 8])
    log_f0 = a_line(durations.sum(), rng)
    samples = sound_of(symbols, durations, log_f0, rng)
    voiced = np.repeat([symbol in FORMANTS_HZ for symbol in symbols], durations)
    contours = Contours(log_f0, voiced, energy_on_frames(samples))
    prosody = measure(contours, durations, is_pause=np.array([s == "pau" for s in symbols]))
    origin = Origin(f"made-{seed}", "made", part)
    spoken = Spoken(origin, symbols, prosody, contours, log_mel(at_level(samples)))
    return spoken, samples


def as_heard(spoken: Spoken, *, sure=0.9) -> Spoken:
    """The same recording as a recognizer hears it that is never quite sure."""
    sounds = tuple(sounds_of(one, "festvox-ru", "ru")[0] for one in spoken.symbols)
    n_sounds = len(HEARD.symbols)
    posteriors = np.full((len(sounds), n_sounds), (1 - sure) / (n_sounds - 1), np.float32)
    posteriors[np.arange(len(sounds)), HEARD.indices(sounds)] = sure
    return replace(spoken, symbols=sounds, posteriors=posteriors)


class KnowingRecognizer:
    """Hears what a made sentence says."""

    version = "knowing"

    def __init__(self, spoken):
        self.spoken = as_heard(spoken)

    def hear(self, samples):
        one = self.spoken
        return Heard(one.symbols, one.durations, one.posteriors)


def write_made_voice(folder: Path, *, n_sentences=6, speeds=(1.0,), heard=False) -> PreparedVoice:
    """A prepared voice of as many sentences for training and two for validation."""
    made = [a_sentence(seed) for seed in range(n_sentences)]
    made += [a_sentence(100 + seed, part="validation") for seed in range(2)]
    if heard:
        made = [(as_heard(spoken), samples) for spoken, samples in made]
    samples = {spoken.origin.code: signal for spoken, signal in made}
    prepare_voice(
        folder,
        [spoken for spoken, _ in made],
        lambda one: samples[one.origin.code],
        phone_set="festvox-ru",
        speeds=speeds,
    )
    return open_voice(folder)

"""A trained recognizer at work: posteriorgrams, the sounds that are heard, and their error.

Axes: N samples at 16 kHz, T = 1 + N // 160 frames, K sounds, S segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from synth.align.features import Features, features_of
from synth.align.sounds import SOUNDS, sounds_of
from synth.audio.mel import FloatArray

from ..prosody.metrics import phone_errors
from ..text.phonemes import Phonemes
from ..text.phones import PAUSE
from .decoding import Loop, likeliest_sounds


@dataclass(frozen=True, eq=False)
class Heard:
    """A recording cut into what was heard.

    sounds: (S,) the likeliest string, pauses among them.
    durations: (S,) whole frames, at least one each, together 1 + N // 160.
    posteriors: (S, K) float32, the mean over its frames of how likely each sound is.
    """

    sounds: tuple[str, ...]
    durations: NDArray[np.intp]
    posteriors: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Recognizer:
    """A network, how often it was taught each sound (K,), and how sounds follow each other.

    ``network``: features (B, T, M) to log posteriors (B, T, K), as ``RecognizerNetwork`` is.
    ``version``: of weights and settings; another cuts recordings elsewhere.
    """

    network: nn.Module
    log_prior: NDArray[np.float32]
    loop: Loop
    version: str = ""

    def hear(self, samples: FloatArray) -> Heard:
        """What is said in a recording (N,) at 16 kHz.

        Raises:
            SynthError: if there is no sound in it ("no_sound").
        """
        return self.heard(features_of(samples))

    def heard(self, features: Features) -> Heard:
        """The same of features (T, M)."""
        posteriors = log_posteriors(self.network, features)
        likelihoods = posteriors - self.loop.prior_share * self.log_prior
        places, durations = likeliest_sounds(likelihoods, self.loop.steps)
        starts = np.cumsum(durations) - durations
        sums = np.add.reduceat(np.exp(posteriors), starts, axis=0)
        means = (sums / durations[:, None]).astype(np.float32)
        return Heard(tuple(SOUNDS[k] for k in places), durations, means)


@torch.no_grad()
def log_posteriors(network: nn.Module, features: Features) -> NDArray[np.float32]:
    """Log posteriors (T, K) of one recording's features (T, M), on the network's device."""
    device = next(network.parameters()).device
    batch = torch.from_numpy(np.asarray(features, np.float32))[None].to(device)
    found: NDArray[np.float32] = network(batch)[0].cpu().numpy()
    return found


def sounds_heard(recognizer: Recognizer, samples: FloatArray) -> tuple[str, ...]:
    """The sounds heard in a recording (N,) at 16 kHz, without pauses, none twice in a row.

    Raises:
        SynthError: if there is no sound in it ("no_sound").
    """
    return without_repeats(recognizer.hear(samples).sounds)


def sounds_expected(phonemes: Phonemes) -> tuple[str, ...]:
    """The sounds of a text as ``sounds_heard`` would say them."""
    return sounds_of_symbols(phonemes.symbols, phonemes.phone_set, phonemes.language)


def sounds_of_symbols(symbols: Iterable[str], phone_set: str, language: str) -> tuple[str, ...]:
    """The sounds of symbols of a phone set, without pauses, none twice in a row."""
    return without_repeats(s for one in symbols for s in sounds_of(one, phone_set, language))


def without_repeats(sounds: Iterable[str]) -> tuple[str, ...]:
    """The sounds without pauses; the same one twice in a row (*к кому*) is one."""
    return tuple(sound for sound, _ in groupby(sound for sound in sounds if sound != PAUSE))


def phone_error(expected: Sequence[str], heard: Sequence[str]) -> float:
    """Edits between two strings of sounds per sound expected, 0 for the same ones.

    Raises:
        ValueError: if nothing is expected.
    """
    if not expected:
        raise ValueError("Expected the sounds of a text, got none.")
    return phone_errors(expected, heard).rate

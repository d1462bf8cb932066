"""Alignments: durations, how well each phone fits, and whether to believe them.

Axes: P symbols as they were said, S sounds of the script, T frames of 10 ms, K sounds there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import FloatArray

from ..text.phonemes import Phonemes
from ..text.phones import PAUSE
from .features import Features, features_of
from .network import AlignerNetwork, log_posteriors
from .script import UNWRITTEN, Script, script_of
from .sounds import places_of
from .viterbi import best_durations

LEAST_SCORE = -8.0  # one impossible frame says no more than that something is wrong
WINDOW = 8  # phones; about a word and a half
TOO_SHORT, POOR_MATCH, POOR_PART = "too_short", "poor_match", "poor_part"


@dataclass(frozen=True, eq=False)
class Alignment:
    """When each symbol is said; pauses are those heard, not those written.

    symbols: (P,) with every pause that is there and none that is not.
    positions: (P,) int, their places in the phonemes' symbols; -1 for a pause without a mark.
    durations: (P,) int frames, at least one each, together 1 + N // 160.
    scores: (P,) mean over its frames of the log posterior of the symbol's sound less that of the
        likeliest sound, at most 0: how much better something else would fit, in nepers.
    ok, reason: whether text and recording match, and if not, why: ``too_short`` (then all of
        the above are empty), ``poor_match`` (the whole) or ``poor_part`` (some phones).
    """

    symbols: tuple[str, ...]
    positions: NDArray[np.intp]
    durations: NDArray[np.intp]
    scores: NDArray[np.float64]
    ok: bool = True
    reason: str = ""

    @property
    def is_pause(self) -> NDArray[np.bool_]:
        """Which symbols are pauses (P,)."""
        return np.array([symbol == PAUSE for symbol in self.symbols], dtype=bool)

    @property
    def score(self) -> float:
        """Mean score of the phones that are no pauses, negative infinity without any."""
        spoken = self.scores[~self.is_pause]
        return float(spoken.mean()) if len(spoken) else float("-inf")

    @property
    def weakest(self) -> float:
        """The lowest mean score of ``WINDOW`` phones in a row."""
        spoken = self.scores[~self.is_pause]
        if len(spoken) <= WINDOW:
            return self.score
        return float(np.convolve(spoken, np.full(WINDOW, 1 / WINDOW), mode="valid").min())


@dataclass(frozen=True)
class Thresholds:
    """The least ``score`` and ``weakest`` that are believed; set for a speaker by ``limits_of``."""

    score: float = float("-inf")
    weakest: float = float("-inf")


@dataclass(frozen=True, eq=False)
class Aligner:
    """A trained network and what it takes to believe it."""

    network: AlignerNetwork
    limits: Thresholds = field(default_factory=Thresholds)

    def align(self, samples: FloatArray, phonemes: Phonemes) -> Alignment:
        """The alignment of a recording (N,) at 16 kHz with its phonemes.

        Raises:
            UnknownSymbols: for phones the network was not trained on.
            SynthError: if there is no sound ("no_sound").
        """
        return self.align_all([features_of(samples)], [script_of(phonemes)])[0]

    def align_all(self, features: Sequence[Features], scripts: Sequence[Script]) -> list[Alignment]:
        """The alignments of many utterances."""
        posteriors = log_posteriors(self.network, features)
        return align_posteriors(posteriors, scripts, self.limits)


def align_posteriors(
    posteriors: Sequence[NDArray[np.float32]], scripts: Sequence[Script], limits: Thresholds
) -> list[Alignment]:
    """The alignments of scripts with log posteriors (T, K)."""
    found = best_durations(posteriors, [script.chain for script in scripts])
    return [
        judged(described(script, durations, own), limits) if durations is not None else nothing()
        for script, durations, own in zip(scripts, found, posteriors, strict=True)
    ]


def nothing() -> Alignment:
    """The outcome where the recording has too few frames for its phones."""
    none = np.zeros(0, dtype=np.intp)
    return Alignment((), none, none, np.zeros(0), ok=False, reason=TOO_SHORT)


def described(
    script: Script, durations: NDArray[np.intp], posteriors: NDArray[np.float32]
) -> Alignment:
    """What was said of a script (S,) with durations (S,), and its scores; believed for now."""
    places = np.repeat(places_of(script.sounds), durations)
    frames = posteriors[np.arange(len(places)), places] - posteriors.max(axis=1)
    limited = np.maximum(frames.astype(np.float64), LEAST_SCORE)
    said = np.flatnonzero(durations)
    firsts = said[np.r_[True, is_new(script, said)]]
    starts = (np.cumsum(durations) - durations)[firsts]
    lengths = np.diff(starts, append=len(places))
    positions = script.positions[firsts]
    symbols = tuple(PAUSE if k == UNWRITTEN else script.written[k] for k in positions)
    return Alignment(symbols, positions, lengths, np.add.reduceat(limited, starts) / lengths)


def is_new(script: Script, said: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which sounds after the first that is said (S' - 1,) begin another symbol."""
    positions = script.positions[said]
    return (np.diff(positions) != 0) | (positions[1:] == UNWRITTEN)


def judged(alignment: Alignment, limits: Thresholds) -> Alignment:
    """The alignment with a verdict."""
    reason = ""
    if alignment.score < limits.score:
        reason = POOR_MATCH
    elif alignment.weakest < limits.weakest:
        reason = POOR_PART
    parts = (alignment.symbols, alignment.positions, alignment.durations, alignment.scores)
    return Alignment(*parts, ok=not reason, reason=reason)

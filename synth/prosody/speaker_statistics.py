"""A speaker's prosody on average, to take it out of features and to put another's in.

Axes: P phonemes, T frames of 10 ms, F features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import FEATURES, Prosody
from .population import Moments, Population
from .samples import Sample, sample_of
from .segments import Array
from .tracks import Track

SLOPE_S = 0.1  # normalized slopes are in standard deviations of log F0 per 0.1 s


@dataclass(frozen=True)
class SpeakerStatistics:
    """Mean and standard deviation of a speaker's features.

    log_f0: over phonemes, weighted by their voiced frames, in ln Hz.
    energy, log_duration: over phonemes that are no pauses, in nepers and ln s.
    Slopes have no moments of their own: they are divided by the spread of log F0, so that
    features mapped to another voice are the features of the mapped line. Voicing is a share
    and stays as it is.
    """

    log_f0: Moments
    energy: Moments
    log_duration: Moments
    n_phrases: int
    n_phonemes: int

    def normalize(self, prosody: Prosody) -> Array:
        """Features without the speaker (P, F), in the order of ``FEATURES``.

        log_f0, energy, log_duration: standard deviations from the speaker's mean; slope: standard
        deviations of log F0 per 0.1 s; voicing: share of frames.
        """
        columns = {
            "log_f0": _scored(prosody.log_f0, self.log_f0),
            "slope": prosody.slope * (SLOPE_S / self.log_f0.sd),
            "voicing": prosody.voicing,
            "energy": _scored(prosody.energy, self.energy),
            "log_duration": _scored(prosody.log_duration, self.log_duration),
        }
        return np.stack([columns[name] for name in FEATURES], axis=1)

    def denormalize(self, values: Array, *, is_pause: NDArray[np.bool_] | None = None) -> Prosody:
        """The prosody that this speaker has with normalized features (P, F).

        Raises:
            ValueError: for another number of features.
        """
        if values.ndim != 2 or values.shape[1] != len(FEATURES):
            raise ValueError(f"Expected features (P, {len(FEATURES)}), got {values.shape}.")
        column = dict(zip(FEATURES, np.asarray(values, dtype=np.float64).T, strict=True))
        return Prosody(
            log_f0=_spread(column["log_f0"], self.log_f0),
            slope=column["slope"] * (self.log_f0.sd / SLOPE_S),
            voicing=column["voicing"],
            energy=_spread(column["energy"], self.energy),
            log_duration=_spread(column["log_duration"], self.log_duration),
            is_pause=np.zeros(len(values), dtype=bool) if is_pause is None else is_pause,
        )


def _scored(values: Array, of: Moments) -> Array:
    return (values - of.mean) / of.sd


def _spread(scores: Array, of: Moments) -> Array:
    return scores * of.sd + of.mean


def statistics_of(phrases: Sequence[Prosody], population: Population) -> SpeakerStatistics:
    """The statistics of a speaker heard in ``phrases``, shrunk to the population's where few.

    With no phrase at all they are the population's.
    """
    return SpeakerStatistics(
        log_f0=population.log_f0.moments(sample_of(phrases, "log_f0")),
        energy=population.energy.moments(sample_of(phrases, "energy")),
        log_duration=population.log_duration.moments(sample_of(phrases, "log_duration")),
        n_phrases=len(phrases),
        n_phonemes=_n_spoken(phrases),
    )


def plain_statistics(phrases: Sequence[Prosody]) -> SpeakerStatistics:
    """The same without any prior: for a speaker of whom there is plenty, or to compare with.

    Raises:
        ValueError: if a feature does not vary, as in a phrase without voice.
    """
    return SpeakerStatistics(
        log_f0=_plain(sample_of(phrases, "log_f0"), "log_f0"),
        energy=_plain(sample_of(phrases, "energy"), "energy"),
        log_duration=_plain(sample_of(phrases, "log_duration"), "log_duration"),
        n_phrases=len(phrases),
        n_phonemes=_n_spoken(phrases),
    )


def _plain(sample: Sample, feature: str) -> Moments:
    mean, variance = sample.pooled if sample.n_phrases else (0.0, 0.0)
    if variance <= 0.0:
        raise ValueError(
            f"The phrases show no spread of {feature}; statistics_of takes a population's."
        )
    return Moments(mean, float(np.sqrt(variance)))


def _n_spoken(phrases: Sequence[Prosody]) -> int:
    return sum(int(np.count_nonzero(~one.is_pause)) for one in phrases)


def map_prosody(prosody: Prosody, source: SpeakerStatistics, target: SpeakerStatistics) -> Prosody:
    """What a speaker said, as another would say it: equally far from the own average."""
    return target.denormalize(source.normalize(prosody), is_pause=prosody.is_pause)


def map_track(f0_hz: Track, source: SpeakerStatistics, target: SpeakerStatistics) -> Track:
    """A speaker's F0 (T,) in Hz, 0 unvoiced, moved to another's mean and spread of log F0.

    The mapping of the features, so that a comparison does not count the difference of voices.
    """
    voiced = f0_hz > 0
    scores = _scored(np.log(np.where(voiced, f0_hz, 1.0)), source.log_f0)
    return np.where(voiced, np.exp(_spread(scores, target.log_f0)), 0.0)

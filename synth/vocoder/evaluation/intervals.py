"""Intervals of a mean over clips that come in clusters: the clips of one speaker are alike.

Two methods. With many speakers, the bootstrap that draws whole speakers. With few, where it is
too narrow, a t interval on as many degrees of freedom as speakers less one, its standard error
from leaving one speaker out at a time (cluster jackknife, CV3), which is the most careful of the
cluster-robust ones. Source: MacKinnon, Nielsen, Webb 2023, J. Econometrics 232(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
FEW_CLUSTERS = 40  # with 20 speakers the bootstrap held 91 % of simulated means, with 30 94 %
DRAWS, SEED = 2000, 1
BOOTSTRAP, ROBUST_T, NONE = "bootstrap by speaker", "t, speakers - 1 df", "one speaker: no interval"
ONE_VOICE = "t over the clips of one voice"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over clips with its interval; ``low`` and ``high`` are None with one speaker."""

    mean: float
    low: float | None
    high: float | None
    method: str
    n_clips: int
    n_speakers: int

    @property
    def is_positive(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low is not None and self.low > 0

    @property
    def holds_zero(self) -> bool:
        """Whether zero lies in the interval, or there is none."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


def clustered_mean(values: Sequence[float], speakers: Sequence[str]) -> Estimate:
    """The mean over clips, its interval by the method that suits the number of speakers.

    Args:
        values: one per clip, no NaN.
        speakers: who speaks, one per clip.
    Raises:
        ValueError: without values, or if the lengths differ.
    """
    sums, counts = _by_cluster(values, speakers)
    low, high, method = _interval(sums, counts)
    mean = float(sums.sum() / counts.sum())
    return Estimate(mean, low, high, method, int(counts.sum()), len(counts))


def one_voice_mean(values: Sequence[float]) -> Estimate:
    """The mean over clips of one speaker, its interval over clips: it speaks for no other voice.

    Raises:
        ValueError: without values.
    """
    sums, counts = np.asarray(values, dtype=np.float64), np.ones(len(values))
    if not len(sums):
        raise ValueError("Expected at least one value, got none.")
    low, high = robust_interval(sums, counts) if len(sums) > 1 else (None, None)
    return Estimate(float(sums.mean()), low, high, ONE_VOICE, len(sums), 1)


def _interval(sums: Array, counts: Array) -> tuple[float | None, float | None, str]:
    if len(counts) == 1:
        return None, None, NONE
    if len(counts) < FEW_CLUSTERS:
        return *robust_interval(sums, counts), ROBUST_T
    return *bootstrap_interval(sums, counts), BOOTSTRAP


def _by_cluster(values: Sequence[float], speakers: Sequence[str]) -> tuple[Array, Array]:
    """Sums and counts (G,) of each speaker's clips."""
    if len(values) == 0 or len(values) != len(speakers):
        raise ValueError(f"Expected one speaker per value, got {len(speakers)} and {len(values)}.")
    _, codes = np.unique(np.asarray(speakers), return_inverse=True)
    sums = np.bincount(codes, weights=np.asarray(values, dtype=np.float64))
    return sums.astype(np.float64), np.bincount(codes).astype(np.float64)


def bootstrap_interval(sums: Array, counts: Array, *, seed: int = SEED) -> tuple[float, float]:
    """Percentile interval of the mean over clips, whole speakers drawn with replacement."""
    means = bootstrap_means(sums, counts, rng=np.random.default_rng(seed))
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def bootstrap_means(sums: Array, counts: Array, *, rng: np.random.Generator) -> Array:
    """Means over clips (DRAWS,) of resampled speakers."""
    drawn = rng.integers(len(counts), size=(DRAWS, len(counts)))
    return np.asarray(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))


def robust_interval(sums: Array, counts: Array) -> tuple[float, float]:
    """Student-t interval of the mean over clips from the leave-one-speaker-out means."""
    n = len(counts)
    mean = sums.sum() / counts.sum()
    left_out = (sums.sum() - sums) / (counts.sum() - counts)
    error = np.sqrt((n - 1) / n * np.sum((left_out - mean) ** 2))
    half = stats.t.ppf((1 + LEVEL) / 2, n - 1) * error
    return float(mean - half), float(mean + half)


@dataclass(frozen=True)
class Ratio:
    """A ratio of two mean gains with a bootstrap interval; None where the lower gain may be 0."""

    value: float | None
    low: float | None
    high: float | None
    n_clips: int
    n_speakers: int


def gain_ratio(
    upper: tuple[Sequence[float], Sequence[str]], lower: tuple[Sequence[float], Sequence[str]]
) -> Ratio:
    """mean(upper) / mean(lower) of two sets of (gains, speakers), speakers drawn in each apart.

    Not defined where more than 2.5 % of the lower draws are not positive: a ratio to no gain
    means nothing.
    """
    rng = np.random.default_rng(SEED)
    first, second = _by_cluster(*upper), _by_cluster(*lower)
    above, below = (bootstrap_means(*clusters, rng=rng) for clusters in (first, second))
    n_clips = int(first[1].sum() + second[1].sum())
    n_speakers = len(first[1]) + len(second[1])
    if np.mean(below <= 0) > (1 - LEVEL) / 2:
        return Ratio(None, None, None, n_clips, n_speakers)
    draws = above[below > 0] / below[below > 0]
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = (first[0].sum() / first[1].sum()) / (second[0].sum() / second[1].sum())
    return Ratio(float(value), float(low), float(high), n_clips, n_speakers)

"""What the phrases of one speaker say about a feature: sums per phrase, and how much they weigh.

Axes: J phrases, P phonemes of a phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .features import Prosody
from .segments import Array

SPREAD = ("log_f0", "energy", "log_duration")  # features that are normalized by their own spread


@dataclass(frozen=True, eq=False)
class Sample:
    """One feature over the phrases of one speaker, all (J,).

    weight: of the phrase: voiced frames for log F0, phonemes for the others; never 0.
    mean, square: weighted means over the phrase of the feature and of its square.
    count: phonemes that a phrase is worth, (sum w)^2 / sum w^2.
    """

    weight: Array
    mean: Array
    square: Array
    count: Array

    @property
    def n_phrases(self) -> int:
        """Number of phrases, J."""
        return len(self.weight)

    @property
    def shares(self) -> Array:
        """Weights that sum to one (J,)."""
        return self.weight / self.weight.sum()

    @property
    def pooled(self) -> tuple[float, float]:
        """Mean and variance over all phrases together."""
        mean = float(self.shares @ self.mean)
        return mean, max(0.0, float(self.shares @ self.square) - mean**2)

    def information(self, share: float) -> float:
        """Independent phonemes that the pooled mean is worth.

        Args:
            share: of the variance that phonemes of one phrase have in common, 0 to 1.
        Returns: 1 / sum_j W_j^2 (share + (1 - share) / n_j), W_j the phrases' shares of weight:
            n for one phrase of n unrelated phonemes, J for J phrases that each say one thing.
        """
        return float(1.0 / (self.shares**2 @ (share + (1.0 - share) / self.count)))

    def chosen(self, phrases: Sequence[int]) -> Sample:
        """The sample of some of the phrases."""
        index = np.asarray(phrases, dtype=np.intp)
        parts = (self.weight, self.mean, self.square, self.count)
        return Sample(*(part[index] for part in parts))


def sample_of(phrases: Sequence[Prosody], feature: str) -> Sample:
    """What phrases say about one of ``SPREAD``; a phrase without voice says nothing of pitch.

    Raises:
        ValueError: for another feature.
    """
    if feature not in SPREAD:
        raise ValueError(f"No spread is kept of {feature!r}; there are {', '.join(SPREAD)}.")
    rows = [_row(getattr(one, feature), _weights(one, feature)) for one in phrases]
    table = np.array([row for row in rows if row[0] > 0], dtype=np.float64).reshape(-1, 4)
    return Sample(*table.T)


def _weights(phrase: Prosody, feature: str) -> Array:
    if feature == "log_f0":
        return phrase.voiced_frames
    return (~phrase.is_pause).astype(np.float64)


def _row(values: Array, weights: Array) -> tuple[float, float, float, float]:
    total = float(weights.sum())
    if total == 0.0:
        return 0.0, 0.0, 0.0, 0.0
    mean, square = float(weights @ values) / total, float(weights @ values**2) / total
    return total, mean, square, total**2 / float(weights @ weights)

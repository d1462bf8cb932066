"""How often tests find what is not there: many simulated listening tests without a difference.

D[l, i] = listener[l] + item[i] + speaker[of i] + residual[l, i],    in whole points
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from mushra.stats.crossed import crossed_test
from mushra.stats.equivalence import DEFAULT_MARGIN, tost
from mushra.stats.mixed import fit_crossed

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

LEVEL = 0.05


@dataclass(frozen=True)
class Estimate:
    """A simulated test's mean difference."""

    mean: float
    se: float
    df: float
    p: float

    @property
    def holds_the_truth(self) -> bool:
        """Whether the 95 % interval holds 0."""
        return abs(self.mean) <= float(stats.t.ppf(1 - LEVEL / 2, self.df)) * self.se

    @property
    def shows_equivalence(self) -> bool:
        """Whether TOST would, had the true difference been as large as the margin."""
        shifted = self.mean + DEFAULT_MARGIN
        return tost(shifted, self.se, self.df, DEFAULT_MARGIN, alpha=LEVEL).is_shown


@dataclass(frozen=True)
class Design:
    """A simulated test. sd: listener, item, residual part of a difference, points.

    per_listener: how many items each listener hears, drawn for each; 0 for all. missing: the share
    of ratings lost at random. Items belong to `speakers` in turn, whose parts have `sd_speaker`.
    """

    listeners: int
    items: int
    sd: tuple[float, float, float]
    per_listener: int = 0
    missing: float = 0.0
    speakers: int = 0
    sd_speaker: float = 0.0

    @property
    def is_complete(self) -> bool:
        return not self.per_listener and not self.missing

    def draw(self, rng: np.random.Generator) -> Floats:
        """(L, I) whole-number differences, NaN where nothing was rated."""
        shape = (self.listeners, self.items)
        values = self.sd[0] * rng.standard_normal((shape[0], 1))
        values = values + self.sd[1] * rng.standard_normal(shape[1])
        values = values + self.sd[2] * rng.standard_normal(shape)
        if self.speakers:
            values += (self.sd_speaker * rng.standard_normal(self.speakers))[self.speaker_of()]
        return np.where(self._heard(rng), np.rint(values), np.nan)

    def speaker_of(self) -> Places:
        """(I,) each item's speaker."""
        return np.arange(self.items) % max(self.speakers, 1)

    def _heard(self, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        shape = (self.listeners, self.items)
        if self.per_listener:
            places = rng.permuted(np.tile(np.arange(self.items), (self.listeners, 1)), axis=1)
            return places < self.per_listener
        return rng.random(shape) >= self.missing


# A: much of everything; B: items differ most.
DESIGNS: Mapping[str, Design] = {
    "A 20 x 10": Design(20, 10, (7, 8, 14)),
    "A 60 x 10": Design(60, 10, (7, 8, 14)),
    "A 20 x 40": Design(20, 40, (7, 8, 14)),
    "B 60 x 10": Design(60, 10, (4, 14, 16)),
    "no item variance, 20 x 10": Design(20, 10, (7, 0, 14)),
    "A 20 x 10, 30 % missing": Design(20, 10, (7, 8, 14), missing=0.3),
    "A 60 x 10, 30 % missing": Design(60, 10, (7, 8, 14), missing=0.3),
    "A 40 x 40, 10 items each": Design(40, 40, (7, 8, 14), per_listener=10),
    "B 60 x 20, 5 items each": Design(60, 20, (4, 14, 16), per_listener=5),
    "no item variance, 20 x 10, 30 % missing": Design(20, 10, (7, 0, 14), missing=0.3),
}
SPOKEN: Mapping[str, Design] = {
    "20 x 20, 5 speakers": Design(20, 20, (7, 6, 14), speakers=5, sd_speaker=6),
    "20 x 40, 8 speakers": Design(20, 40, (7, 6, 14), speakers=8, sd_speaker=6),
    "30 x 40, 8 speakers, 10 items each": Design(
        30, 40, (7, 6, 14), per_listener=10, speakers=8, sd_speaker=6
    ),
    "20 x 40, 8 speakers alike": Design(20, 40, (7, 6, 14), speakers=8),
}


def rates(design: Design, *, runs: int, seed: int) -> dict[str, float]:
    """Shares of runs, in percent, with a significant difference where there is none, by test.

    And of the crossed test: how often its 95 % interval holds the truth, and the size of TOST: how
    often it shows equivalence where the true difference is as large as the margin.
    """
    rng = np.random.default_rng(seed)
    matrices = [design.draw(rng) for _ in range(runs)]
    estimates = [_crossed(matrix) for matrix in matrices]
    return {
        "pooled": _found([matrix[~np.isnan(matrix)] for matrix in matrices]),
        "listener_means": _found([_row_means(matrix) for matrix in matrices]),
        "item_means": _found([_row_means(matrix.T) for matrix in matrices]),
        **_crossed_rates(estimates),
    }


def spoken_rates(design: Design, *, runs: int, seed: int) -> dict[str, float]:
    """The same for a claim about new speakers, by what is done about them.

    Returns: the crossed test as if speakers did not matter and on speaker means, then the crossed
        model with speakers and its coverage and size of TOST.
    """
    rng = np.random.default_rng(seed)
    matrices = [design.draw(rng) for _ in range(runs)]
    estimates = [_fitted(matrix, design.speaker_of()) for matrix in matrices]
    means = [_speaker_means(matrix, design) for matrix in matrices]
    return {
        "speakers_ignored": _percent([_crossed(matrix).p < LEVEL for matrix in matrices]),
        "speaker_means": _percent([_crossed(matrix).p < LEVEL for matrix in means]),
        **_crossed_rates(estimates),
    }


def _crossed_rates(estimates: Sequence[Estimate]) -> dict[str, float]:
    return {
        "crossed": _percent([estimate.p < LEVEL for estimate in estimates]),
        "coverage": _percent([estimate.holds_the_truth for estimate in estimates]),
        "tost_size": _percent([estimate.shows_equivalence for estimate in estimates]),
    }


def _row_means(matrix: Floats) -> Floats:
    """The means of the rows that have a rating."""
    return np.asarray(np.nanmean(matrix[~np.isnan(matrix).all(axis=1)], axis=1))


def _found(samples: Sequence[Floats]) -> float:
    """How often Student's t of a sample is significant."""
    sizes = np.array([sample.size for sample in samples])
    means = np.array([sample.mean() for sample in samples])
    errors = np.array([sample.std(ddof=1) for sample in samples]) / np.sqrt(sizes)
    return _percent(np.abs(means) > stats.t.ppf(1 - LEVEL / 2, sizes - 1) * errors)


def _percent(happened: npt.ArrayLike) -> float:
    return 100 * float(np.asarray(happened, dtype=bool).mean())


def _crossed(matrix: Floats) -> Estimate:
    if np.isnan(matrix).any():
        return _fitted(matrix)
    test = crossed_test(matrix)
    return Estimate(test.difference, test.se, test.df, test.p)


def _fitted(matrix: Floats, speaker: Places | None = None) -> Estimate:
    listener, item = np.nonzero(~np.isnan(matrix))
    factors = [listener, item] if speaker is None else [listener, item, speaker[item]]
    fit = fit_crossed(matrix[listener, item], factors)
    return Estimate(fit.mean, fit.se, fit.df, fit.p)


def _speaker_means(matrix: Floats, design: Design) -> Floats:
    speaker = design.speaker_of()
    columns = [matrix[:, speaker == code] for code in range(design.speakers)]
    rated = [~np.isnan(column).all(axis=1) for column in columns]
    means = np.full((design.listeners, design.speakers), np.nan)
    for code, (column, rows) in enumerate(zip(columns, rated, strict=True)):
        means[rows, code] = np.nanmean(column[rows], axis=1)
    return means

"""Crossed means and differences of any design, complete or not.

    y = mean + listener + item (+ speaker) + residual,   all parts random

`CrossedModel` answers for the systems of a table and shares the work between them: the closed form
where listeners x items is complete, restricted maximum likelihood (REML) where it is not. No
rating is left out. `crossed_pair` is its shortest use, `fit_crossed` the model on plain arrays.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mushra.stats.crossed import (
    MIN_ITEMS,
    MIN_LISTENERS,
    NEW_SENTENCES,
    NEW_SPEAKERS,
    REML,
    THESE_SPEAKERS,
    CrossedMean,
    CrossedTest,
    VarianceComponents,
    as_test,
    crossed_mean,
)
from mushra.stats.describe import RelativeScore
from mushra.stats.distributions import student_tail
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.incidence import (
    Incidence,
    contiguous,
    count_levels,
    incidence,
    is_same_partition,
)
from mushra.stats.intervals import Interval, student_interval
from mushra.stats.reml import RemlFit, fit_mean
from mushra.stats.table import Codes, Floats, Mask, RatingTable

MAX_FACTORS = 3
MIN_SPEAKERS = 5  # below, the variance between speakers is not worth estimating
# A spread below this part of the largest value is rounding noise: all values are equal.
EQUAL = 1e-12
# Pairs mostly share one design; where each has its own, keeping all would fill the memory.
MAX_KEPT_DESIGNS = 3


@dataclass(frozen=True)
class MixedFit:
    """The mean of the intercept-only model with every factor random.

    components: the variance of each factor, in the order given, squared units of the values; a
    component of 0 was pooled with the residual. t and p test that the mean is 0, two-sided. With
    values all equal, se is 0 and df, t and p are NaN.
    """

    mean: float
    se: float
    df: float
    t: float
    p: float
    components: tuple[float, ...]
    residual: float
    n_ratings: int
    n_levels: tuple[int, ...]

    def interval(self, *, level: float = 0.95) -> Interval:
        """Student-t interval of the mean."""
        return student_interval(self.mean, se=self.se, df=self.df, level=level)


def fit_crossed(values: Floats, factors: Sequence[Codes]) -> MixedFit:
    """The REML mean of values under one to three crossed or nested random factors.

    Equals R lmerTest `value ~ 1 + (1 | factor1) + ...` (REML): standard error, Satterthwaite
    degrees of freedom, p, variance components; components at zero are pooled as there.

    Args:
        values: (n,) float, finite.
        factors: one to three (n,) whole-number codes of levels; any cell may be missing or
            repeated. A factor that nests in another has codes of its own (no code twice).
    Raises: ValueError for unequal lengths, NaN, no factor or more than three; TooFewRatings when a
        factor has one level or as many as there are values, or two factors divide them alike.
    Source: golden values in tests/data/golden/mixed.json (R lmerTest).
    """
    _check_values(values, factors)
    design = incidence(factors)
    _check_levels(design, [f"level of factor {k + 1}" for k in range(len(factors))])
    return _fit(values, design)


@dataclass(frozen=True, eq=False)
class Cells:
    """One value per (listener, item), ordered by these: (n,) places in the table's `listeners` and
    `items`, and (n,) values."""

    listener: Codes
    item: Codes
    value: Floats

    def where(self, mask: Mask) -> "Cells":
        """The cells where `mask` is true."""
        return Cells(self.listener[mask], self.item[mask], self.value[mask])


@dataclass(frozen=True, eq=False)
class PairedCells(Cells):
    """Differences of two systems, and the (n,) rows of the table that they were taken from."""

    rows: Codes
    others: Codes


def paired_differences(table: RatingTable, first: str, second: str) -> Cells:
    """First minus second system, points, where a listener rated both on an item."""
    return CrossedModel(table).differences(first, second)


def crossed_cells(cells: Cells, *, speaker: Codes | None = None) -> CrossedMean:
    """The mean of values by listener and item, complete or not, both random.

    Args:
        cells: at most one value for each listener and item.
        speaker: (n,) the speaker of each value's item; random too if there are at least five.
    Raises: as `CrossedModel.pair`.
    """
    return _design(cells.listener, cells.item, speaker).estimate(cells.value)


def crossed_pair(
    table: RatingTable,
    first: str,
    second: str,
    *,
    speaker_factor: str | None = None,
    level: float = 0.95,
) -> CrossedTest:
    """The crossed test that two systems' means are equal; for several pairs, a `CrossedModel`.

    Args: as `CrossedModel` and its `pair`.
    Raises: TooFewRatings, see `CrossedModel.pair`.
    """
    return CrossedModel(table, speaker_factor=speaker_factor).pair(first, second, level=level)


@dataclass(frozen=True)
class PairOutcome:
    """What came of one pair: the test, or the reason why there is none."""

    first: str
    second: str
    test: CrossedTest | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class CrossedModel:
    """The crossed model of a table's systems, their differences and their ratios.

    Args:
        table: the ratings.
        speaker_factor: the column that says whose voice an item is. Then speakers are random too
            (items nest in them) if there are at least five, and the claim is about new speakers;
            with fewer the claim is about these speakers only. None: speakers are not asked about.
    Raises: InvalidRatings for an unknown factor or an item with two speakers.
    """

    table: RatingTable
    speaker_factor: str | None = None
    _known: dict[str, "_Ratings"] = field(default_factory=dict)
    _designs: list[tuple[Cells, "_Design"]] = field(default_factory=list)

    def differences(self, first: str, second: str) -> PairedCells:
        """First minus second system, points, where a listener rated both on an item."""
        one, other = self._ratings(first), self._ratings(second)
        left = np.isin(one.cells, other.cells, assume_unique=True)
        right = np.isin(other.cells, one.cells, assume_unique=True)
        listener, item = np.divmod(one.cells[left], max(len(self.table.items), 1))
        return PairedCells(
            listener=listener,
            item=item,
            value=one.scores[left] - other.scores[right],
            rows=one.rows[left],
            others=other.rows[right],
        )

    def pair(self, first: str, second: str, *, level: float = 0.95) -> CrossedTest:
        """The crossed test of first minus second system.

        Raises: TooFewRatings when fewer than two listeners or items rated both, or when the
            ratings cannot tell listeners, items and chance apart.
        """
        return self.test(self.differences(first, second), level=level)

    def test(self, differences: Cells, *, level: float = 0.95) -> CrossedTest:
        """The same of differences that are at hand: places are those of this model's table."""
        return as_test(self._estimate(differences), level=level)

    def pairs(
        self, pairs: Sequence[tuple[str, str]], *, level: float = 0.95
    ) -> tuple[PairOutcome, ...]:
        """The crossed test of each pair, or the reason why it has none."""
        return tuple(self._outcome(first, second, level) for first, second in pairs)

    def pair_by_speaker_means(self, first: str, second: str, *, level: float = 0.95) -> CrossedTest:
        """The crossed test on each listener's mean difference per speaker.

        Speakers take the part of the items, so the test is about new listeners and new speakers. It
        needs no variance between the sentences of a speaker, and a listener's own taste in voices
        counts; with unequal numbers of sentences every speaker still counts the same.

        Raises: as `pair`; ValueError without a speaker factor; TooFewRatings below five speakers.
        """
        speakers = self._item_speakers()
        if speakers is None:
            raise ValueError("Speaker means need to know the factor that holds the speakers.")
        cells = self.differences(first, second)
        speaker = speakers[cells.item]
        n_speakers = np.unique(speaker).size
        if n_speakers < MIN_SPEAKERS or (speaker < 0).any():
            raise TooFewRatings(
                f"A claim about new speakers needs at least {MIN_SPEAKERS} named speakers; "
                f"there are {np.unique(speaker[speaker >= 0]).size}."
            )
        place = contiguous(cells.listener * (speakers.max() + 1) + speaker)
        means = np.bincount(place, weights=cells.value) / np.bincount(place)
        _, one_each = np.unique(place, return_index=True)
        design = _design(cells.listener[one_each], speaker[one_each], None)
        estimate = design.estimate(means)
        components = replace(estimate.components, item=0.0, speaker=estimate.components.item)
        spoken = replace(
            estimate,
            components=components,
            n_items=np.unique(cells.item).size,
            n_speakers=n_speakers,
            claim=NEW_SPEAKERS,
        )
        return as_test(spoken, level=level)

    def mean(self, system: str) -> CrossedMean:
        """The mean of one system, points. Raises: as `pair`."""
        ratings = self._ratings(system)
        listener, item = np.divmod(ratings.cells, max(len(self.table.items), 1))
        return self._estimate(Cells(listener, item, ratings.scores))

    def relative(self, system: str, reference: str, *, level: float = 0.95) -> RelativeScore:
        """Relative MUSHRA in percent of the reference, over the cells rated with both.

        The ratio r is linearized as in `relative_score`: it varies as the crossed mean of
        `system - r * reference` over the mean of the reference. With gaps, that crossed mean also
        corrects r, so that listeners and items count in it as they do in the means.

        Raises: as `pair`; ValueError when the reference's mean is 0.
        """
        cells = self.differences(system, reference)
        scores, base = self.table.score[cells.rows], self.table.score[cells.others]
        if not base.any():
            raise ValueError("The reference's mean is 0, so no score can be relative to it.")
        ratio = float(scores.mean() / base.mean())
        spread = self._estimate(replace(cells, value=scores - ratio * base))
        percent = 100 * (ratio + spread.mean / float(base.mean()))
        se = 100 * spread.se / float(base.mean())
        return RelativeScore(percent, student_interval(percent, se=se, df=spread.df, level=level))

    def _outcome(self, first: str, second: str, level: float) -> PairOutcome:
        try:
            return PairOutcome(first, second, self.pair(first, second, level=level))
        except TooFewRatings as reason:
            return PairOutcome(first, second, None, str(reason))

    def _ratings(self, system: str) -> "_Ratings":
        if system not in self._known:
            rows = self.table.rows_of(system)
            cells = self.table.listener_codes[rows] * len(self.table.items)
            cells += self.table.item_codes[rows]
            order = np.argsort(cells, kind="stable")
            rows = rows[order]
            self._known[system] = _Ratings(rows, cells[order], self.table.score[rows])
        return self._known[system]

    def _estimate(self, cells: Cells) -> CrossedMean:
        return self._design(cells).estimate(cells.value)

    def _design(self, cells: Cells) -> "_Design":
        for known, design in self._designs:
            if np.array_equal(known.item, cells.item) and np.array_equal(
                known.listener, cells.listener
            ):
                return design
        speakers = self._item_speakers()
        design = _design(
            cells.listener, cells.item, None if speakers is None else speakers[cells.item]
        )
        self._designs[:] = [(cells, design), *self._designs[: MAX_KEPT_DESIGNS - 1]]
        return design

    def _item_speakers(self) -> Codes | None:
        """(n_items,) the place of each item's speaker among the levels; -1 where it is not said."""
        if self.speaker_factor is None:
            return None
        column = self.table.coded(self.speaker_factor)
        named = [code if level else -1 for code, level in enumerate(column.levels)]
        codes = np.array(named, dtype=np.intp)[column.codes]
        speakers = np.full(len(self.table.items), -1, dtype=np.intp)
        speakers[self.table.item_codes] = codes
        wrong = np.flatnonzero(speakers[self.table.item_codes] != codes)
        if wrong.size:
            item = self.table.items[self.table.item_codes[wrong[0]]]
            raise InvalidRatings(f"Item {item} has more than one {self.speaker_factor}.")
        return speakers


@dataclass(frozen=True, eq=False)
class _Ratings:
    """One system's rows of the table by listener and item, the cell of each (listener * n_items +
    item), and their scores."""

    rows: Codes
    cells: Codes
    scores: Floats


@dataclass(frozen=True, eq=False)
class _Design:
    """The cells of one system or pair: how their mean is estimated, and what it speaks for.

    incidence is None where the block is complete and the closed form does it.
    """

    shape: tuple[int, int]
    n_speakers: int
    claim: str
    factors: tuple[str, ...]
    incidence: Incidence | None

    def estimate(self, values: Floats) -> CrossedMean:
        if self.incidence is None:
            complete = crossed_mean(values.reshape(self.shape))
            return replace(complete, n_speakers=self.n_speakers, claim=self.claim)
        fit = _fit(values, self.incidence)
        components = dict(zip(self.factors, fit.components, strict=True))
        return CrossedMean(
            mean=fit.mean,
            se=fit.se,
            df=fit.df,
            components=VarianceComponents(
                listener=components["listener"],
                item=components.get("item", 0.0),
                residual=fit.residual,
                speaker=components.get("speaker", 0.0),
            ),
            n_listeners=self.shape[0],
            n_items=self.shape[1],
            n_ratings=fit.n_ratings,
            n_speakers=self.n_speakers,
            method=REML,
            claim=self.claim,
        )


def _design(listener: Codes, item: Codes, speaker: Codes | None) -> _Design:
    shape = count_levels(listener), count_levels(item)
    _check_shape(shape)
    n_speakers = 0 if speaker is None else np.unique(speaker[speaker >= 0]).size
    factors, claim = {"listener": listener, "item": item}, NEW_SENTENCES
    if speaker is not None:
        is_random = n_speakers >= MIN_SPEAKERS and bool((speaker >= 0).all())
        claim = NEW_SPEAKERS if is_random else THESE_SPEAKERS
        factors |= {"speaker": speaker} if is_random else {}
    if "speaker" in factors and is_same_partition(contiguous(item), contiguous(factors["speaker"])):
        del factors["item"]  # one sentence each: a new sentence comes with a new speaker
    is_complete = listener.size == shape[0] * shape[1] and "speaker" not in factors
    design = None if is_complete else incidence(list(factors.values()))
    if design is not None:
        _check_levels(design, tuple(factors))
    return _Design(shape, n_speakers, claim, tuple(factors), design)


def _fit(values: Floats, design: Incidence) -> MixedFit:
    n_factors = len(design.n_levels)
    if np.ptp(values) <= EQUAL * float(np.abs(values).max()):
        mean, se, df = float(values.mean()), 0.0, math.nan
        components, residual = (0.0,) * n_factors, 0.0
    else:
        fit = _computed(design, values)
        mean, se, df = fit.mean, math.sqrt(fit.variance), fit.df
        components, residual = fit.components, fit.residual
    t = mean / se if se > 0 else math.nan
    return MixedFit(
        mean=mean,
        se=se,
        df=df,
        t=t,
        p=2 * student_tail(abs(t), df),
        components=components,
        residual=residual,
        n_ratings=values.size,
        n_levels=design.n_levels,
    )


def _computed(design: Incidence, values: Floats) -> RemlFit:
    try:
        return fit_mean(design, values)
    except ArithmeticError as reason:  # never met outside of a handful of ratings
        raise TooFewRatings(
            f"The crossed model cannot be computed on these {values.size} ratings: {reason}"
        ) from reason


def _check_values(values: Floats, factors: Sequence[Codes]) -> None:
    if not 1 <= len(factors) <= MAX_FACTORS:
        raise ValueError(f"A mixed model takes one to three factors, not {len(factors)}.")
    sizes = {values.size, *(factor.size for factor in factors)}
    if len(sizes) > 1 or values.ndim != 1:
        raise ValueError(f"Values and factors must be equally long; they have {sorted(sizes)}.")
    if not values.size:
        raise TooFewRatings("There are no ratings to fit a mixed model to.")
    if not np.isfinite(values).all():
        raise ValueError("A mixed model takes finite values only; leave missing ratings out.")


def _check_shape(shape: tuple[int, int]) -> None:
    if shape[0] < MIN_LISTENERS or shape[1] < MIN_ITEMS:
        raise TooFewRatings(
            f"The crossed model needs at least {MIN_LISTENERS} listeners and {MIN_ITEMS} items "
            f"rated in common; there are {shape[0]} and {shape[1]}."
        )


def _check_levels(design: Incidence, names: Sequence[str]) -> None:
    """What no likelihood can tell apart is refused, as by lmer."""
    for name, n_levels in zip(names, design.n_levels, strict=True):
        if n_levels < 2:
            raise TooFewRatings(f"All ratings have the same {name}; it takes two to vary.")
        if n_levels >= design.n_ratings:
            raise TooFewRatings(
                f"Each {name} has one rating only, so that its part cannot be told from chance; "
                "let listeners rate more items in common."
            )
    for j, first in enumerate(names):
        for k in range(j):
            if is_same_partition(design.codes[j], design.codes[k]):
                raise TooFewRatings(f"Nothing tells {names[k]} from {first}: they go together.")

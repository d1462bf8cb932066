"""Rows of pairs: the crossed test of a difference, and what other tests would say of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mushra.reports.rows import (
    EquivalenceRow,
    ListenerMeanTests,
    PairRow,
    PooledRow,
    SpeakersRow,
    SuperiorityRow,
)
from mushra.reports.trials import belongs_to_items, count_distinct, means_by
from mushra.stats.crossed import THESE_SPEAKERS, CrossedTest
from mushra.stats.effects import cohen_dz, hedges_g, hodges_lehmann_interval
from mushra.stats.equivalence import tost
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import paired_t, signed_rank
from mushra.stats.mixed import Cells, CrossedModel
from mushra.stats.multiplicity import holm
from mushra.stats.pooled import pooled_t
from mushra.stats.signflip import sign_flip
from mushra.stats.superiority import superiority
from mushra.stats.table import Floats, RatingTable

LEVEL = 0.95
SPEAKER = "speaker"


@dataclass(frozen=True)
class PairModel:
    """The models that the pairs of one table share.

    headline: listeners and items random; voices: speakers too, None where the table has none.
    margin: of equivalence, points.
    """

    headline: CrossedModel
    voices: CrossedModel | None
    margin: float

    @classmethod
    def of(cls, table: RatingTable, *, margin: float) -> "PairModel":
        """The models of a table; speakers count where the table says whose voice each item is."""
        is_told = belongs_to_items(table, SPEAKER)
        voices = CrossedModel(table, speaker_factor=SPEAKER) if is_told else None
        return cls(CrossedModel(table), voices, margin)


def pair_rows(model: PairModel, pairs: Sequence[tuple[str, str]]) -> tuple[PairRow, ...]:
    """One row per pair, every p-value corrected by Holm within this family."""
    rows = [_row(model, first, second) for first, second in pairs]
    means = [row.listener_means for row in rows]
    voices = [row.speakers for row in rows]
    crossed = holm([row.p for row in rows])
    ranked = holm([one.wilcoxon_p if one else math.nan for one in means])
    student = holm([one.t_p if one else math.nan for one in means])
    heard = holm([one.p if one else math.nan for one in voices])
    return tuple(
        replace(
            row,
            p_holm=crossed[place],
            listener_means=row.listener_means
            and replace(row.listener_means, wilcoxon_p_holm=ranked[place], t_p_holm=student[place]),
            speakers=row.speakers and replace(row.speakers, p_holm=heard[place]),
        )
        for place, row in enumerate(rows)
    )


def _row(model: PairModel, first: str, second: str) -> PairRow:
    cells = model.headline.differences(first, second)
    row = _untested(first, second, cells)
    try:
        test = model.headline.test(cells, level=LEVEL)
    except TooFewRatings as reason:
        return replace(row, note=str(reason))
    speakers = _speakers(model.voices, cells)
    return replace(
        row,
        difference=test.difference,
        se=test.se,
        df=test.df,
        t=test.t,
        p=test.p,
        low=test.interval.low,
        high=test.interval.high,
        method=test.method,
        # What is known to be said by few speakers speaks for them alone.
        claim=THESE_SPEAKERS if speakers and speakers.claim == THESE_SPEAKERS else test.claim,
        components=test.components,
        equivalence=_equivalence(test, model.margin),
        superiority=_superiority(cells),
        speakers=speakers,
        note=_note(test),
    )


def _untested(first: str, second: str, cells: Cells) -> PairRow:
    """A row without the crossed test: what the ratings alone say."""
    values = cells.value
    return PairRow(
        first=first,
        second=second,
        difference=float(values.mean()) if values.size else math.nan,
        se=math.nan,
        df=math.nan,
        t=math.nan,
        p=math.nan,
        p_holm=math.nan,
        low=math.nan,
        high=math.nan,
        n_listeners=count_distinct(cells.listener),
        n_items=count_distinct(cells.item),
        n_ratings=int(values.size),
        method="",
        claim="",
        components=None,
        listener_means=_listener_mean_tests(means_by(cells.listener, values)),
        equivalence=None,
        superiority=None,
        speakers=None,
        pooled=_pooled(values),
        note="",
    )


def _listener_mean_tests(means: Floats) -> ListenerMeanTests | None:
    if means.size < 2:
        return None
    ranks, student, flips = signed_rank(means), paired_t(means), sign_flip(means)
    pseudomedian = hodges_lehmann_interval(means, level=LEVEL)
    return ListenerMeanTests(
        n_listeners=int(means.size),
        wilcoxon_p=ranks.p,
        wilcoxon_p_holm=math.nan,
        wilcoxon_is_exact=ranks.is_exact,
        n_zero=ranks.n_zero,
        sign_flip_p=flips.p,
        sign_flip_is_exact=flips.is_exact,
        t=student.t,
        t_p=student.p,
        t_p_holm=math.nan,
        cohen_dz=cohen_dz(means),
        hedges_g=hedges_g(means),
        rank_biserial=ranks.rank_biserial,
        hodges_lehmann=pseudomedian.estimate,
        hodges_lehmann_low=pseudomedian.interval.low,
        hodges_lehmann_high=pseudomedian.interval.high,
    )


def _equivalence(test: CrossedTest, margin: float) -> EquivalenceRow:
    found = tost(test.difference, test.se, test.df, margin)
    return EquivalenceRow(
        margin=found.margin,
        p=found.p,
        low=found.interval90.low,
        high=found.interval90.high,
        smallest_margin=found.smallest_margin,
        is_shown=found.is_shown,
    )


def _superiority(cells: Cells) -> SuperiorityRow | None:
    try:
        found = superiority(cells.value, cells.listener, cells.item, level=LEVEL)
    except TooFewRatings:
        return None
    return SuperiorityRow(found.probability, found.interval.low, found.interval.high)


def _speakers(voices: CrossedModel | None, cells: Cells) -> SpeakersRow | None:
    if voices is None:
        return None
    try:
        test = voices.test(cells, level=LEVEL)
    except TooFewRatings:
        return None
    return SpeakersRow(
        n_speakers=test.n_speakers,
        difference=test.difference,
        se=test.se,
        df=test.df,
        p=test.p,
        p_holm=math.nan,
        low=test.interval.low,
        high=test.interval.high,
        claim=test.claim,
    )


def _pooled(values: Floats) -> PooledRow | None:
    if values.size < 2:
        return None
    found = pooled_t(values, np.zeros_like(values))
    return PooledRow(found.statistic, found.p, found.sentence)


def _note(test: CrossedTest) -> str:
    return "All differences are equal, so no test can be computed." if math.isnan(test.p) else ""

"""Analyses of opinion scores, preferences and ABX answers: what `analyze --method` says of a file.

Names of fields are an interface: `--json` prints them.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np

from mushra.reports.answers import ABX, PREFERENCE, PairAnswers, read_answers
from mushra.reports.csv_columns import UnreadableRatings
from mushra.reports.document import software_versions
from mushra.reports.readers import RatingsFile, read_ratings
from mushra.stats.abx import AbxResult, BetaBinomial, abx_test, fit_beta_binomial
from mushra.stats.crossed import CrossedMean, as_test
from mushra.stats.errors import TooFewRatings
from mushra.stats.mixed import CrossedModel, crossed_cells
from mushra.stats.multiplicity import holm
from mushra.stats.opinion import (
    CATEGORIES,
    ORDINAL_WARNING,
    P808_WARNING,
    PooledOpinion,
    p808_opinion,
    vote_histogram,
)
from mushra.stats.preference import (
    POOLING_WARNING,
    BinomialTest,
    PreferenceCounts,
    listener_majorities,
    pooled_preference,
    preference_counts,
)
from mushra.stats.table import Floats

SCHEMA = "earshot-answers/1"
MOS = "mos"
TITLES = {
    MOS: "Mean opinion scores",
    PREFERENCE: "Preference test",
    ABX: "ABX test",
}
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A crossed mean, listeners and items random, with its 95 % Student-t interval, not cut.

    Figures are NaN where note says why there is none.
    """

    mean: float
    se: float = math.nan
    df: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    n_listeners: int = 0
    n_items: int = 0
    method: str = ""
    note: str = ""


@dataclass(frozen=True)
class OpinionRow:
    """One system's votes. histogram: votes in each category, lowest first."""

    system: str
    n_votes: int
    median: float
    histogram: tuple[int, ...]
    estimate: Estimate
    p808: PooledOpinion | None


@dataclass(frozen=True)
class OpinionPair:
    """first minus second system, in categories; p_holm corrects over all pairs."""

    first: str
    second: str
    estimate: Estimate
    p_holm: float = math.nan


@dataclass(frozen=True)
class PreferenceRow:
    """One pair. estimate: of the mean choice, 1 always the first and -1 always the second system;
    share_first and its ends: the same as a share, no preference counted half to each."""

    first: str
    second: str
    counts: PreferenceCounts
    share_first: float
    share_low: float
    share_high: float
    estimate: Estimate
    majorities: BinomialTest
    pooled: BinomialTest
    p_holm: float = math.nan


@dataclass(frozen=True)
class AbxRow:
    """One pair. answers: exact tests against guessing; p_holm corrects the one over all answers
    over all pairs; estimate: of the share of right answers for new listeners and new items;
    spread: how listeners differ, None where they have too few answers."""

    first: str
    second: str
    listeners: tuple[str, ...]
    answers: AbxResult
    estimate: Estimate
    spread: BetaBinomial | None
    p_holm: float = math.nan


Row: TypeAlias = OpinionRow | PreferenceRow | AbxRow


@dataclass(frozen=True)
class AnswersReport:
    """What a file of votes, choices or answers shows. rows are by system (MOS) or by pair; pairs
    are those of opinion scores."""

    schema: str
    title: str
    method: str
    method_title: str
    n_listeners: int
    n_items: int
    n_answers: int
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    pairs: tuple[OpinionPair, ...]
    sha256: str
    software: dict[str, str]


def report_on_answers(content: bytes, method: str, *, title: str) -> AnswersReport:
    """The analysis of a file's bytes.

    Args:
        method: `mos` (columns listener, item, system, score), `preference` or `abx` (see
            `mushra.reports.answers.COLUMNS`).
    Raises: UnreadableRatings naming every broken line; TooFewRatings where nothing can be said.
    """
    if method == MOS:
        return _on_opinions(content, title)
    found = read_answers(content, method)
    row = _preference_row if method == PREFERENCE else _abx_row
    rows = [row(pair) for pair in found.pairs]
    p_values = [one.estimate.p if isinstance(one, PreferenceRow) else one.answers.p for one in rows]
    corrected = holm(p_values)
    return AnswersReport(
        schema=SCHEMA,
        title=title,
        method=method,
        method_title=TITLES[method],
        n_listeners=found.n_listeners,
        n_items=found.n_items,
        n_answers=found.n_answers,
        warnings=(POOLING_WARNING,) if method == PREFERENCE else (),
        notes=(),
        rows=tuple(replace(one, p_holm=p) for one, p in zip(rows, corrected, strict=True)),
        pairs=(),
        sha256=found.sha256,
        software=software_versions(),
    )


def _on_opinions(content: bytes, title: str) -> AnswersReport:
    source = read_ratings(content)
    _check_votes(source)
    table, model = source.table, CrossedModel(source.table)
    pairs = [
        OpinionPair(first, second, _difference(model, first, second))
        for first, second in combinations(table.systems, 2)
    ]
    corrected = holm([pair.estimate.p for pair in pairs])
    return AnswersReport(
        schema=SCHEMA,
        title=title,
        method=MOS,
        method_title=TITLES[MOS],
        n_listeners=len(table.listeners),
        n_items=len(table.items),
        n_answers=len(table),
        warnings=(ORDINAL_WARNING, P808_WARNING),
        notes=source.notes,
        rows=tuple(_opinion_row(model, system) for system in table.systems),
        pairs=tuple(replace(one, p_holm=p) for one, p in zip(pairs, corrected, strict=True)),
        sha256=hashlib.sha256(content).hexdigest(),
        software=software_versions(),
    )


def _check_votes(source: RatingsFile) -> None:
    """Votes are categories, one of each listener on each stimulus. Raises: InvalidRatings."""
    if source.repeats.score.size:
        raise UnreadableRatings(
            "A listener's vote on a stimulus counts once; votes given again cannot be averaged "
            f"into a category. {source.notes[-1]}"
        )
    vote_histogram(source.table.score)


def _opinion_row(model: CrossedModel, system: str) -> OpinionRow:
    votes = model.table.scores_of(system)
    try:
        estimate = _estimate(model.mean(system))
    except TooFewRatings as reason:
        estimate = Estimate(float(votes.mean()), note=str(reason))
    return OpinionRow(
        system=system,
        n_votes=int(votes.size),
        median=float(np.median(votes)),
        histogram=vote_histogram(votes, categories=CATEGORIES),
        estimate=estimate,
        p808=p808_opinion(votes) if votes.size > 1 else None,
    )


def _difference(model: CrossedModel, first: str, second: str) -> Estimate:
    values = model.differences(first, second).value
    try:
        test = model.pair(first, second, level=LEVEL)
    except TooFewRatings as reason:
        return Estimate(float(values.mean()) if values.size else math.nan, note=str(reason))
    return Estimate(
        mean=test.difference,
        se=test.se,
        df=test.df,
        low=test.interval.low,
        high=test.interval.high,
        p=test.p,
        n_listeners=test.n_listeners,
        n_items=test.n_items,
        method=test.method,
    )


def _estimate(found: CrossedMean) -> Estimate:
    """With the test that the mean is 0."""
    interval = found.interval(level=LEVEL)
    return Estimate(
        mean=found.mean,
        se=found.se,
        df=found.df,
        low=interval.low,
        high=interval.high,
        p=as_test(found).p,
        n_listeners=found.n_listeners,
        n_items=found.n_items,
        method=found.method,
    )


def _preference_row(pair: PairAnswers) -> PreferenceRow:
    estimate = _crossed(pair)
    choices = _padded(pair.by_listener())
    share, low, high = ((1 + one) / 2 for one in (estimate.mean, estimate.low, estimate.high))
    return PreferenceRow(
        first=pair.first,
        second=pair.second,
        counts=preference_counts(choices),
        share_first=share,
        share_low=low,
        share_high=high,
        estimate=estimate,
        majorities=listener_majorities(choices, level=LEVEL),
        pooled=pooled_preference(choices, level=LEVEL),
    )


def _abx_row(pair: PairAnswers) -> AbxRow:
    by_listener = pair.by_listener()
    n_correct = [int(answers.sum()) for answers in by_listener]
    n_trials = [answers.size for answers in by_listener]
    try:
        spread = fit_beta_binomial(n_correct, n_trials)
    except TooFewRatings:
        spread = None
    # That a share is 0 is no question; whether it is chance is that of the exact test.
    estimate = replace(_crossed(pair), p=math.nan)
    return AbxRow(
        first=pair.first,
        second=pair.second,
        listeners=pair.listeners,
        answers=abx_test(n_correct, n_trials, level=LEVEL),
        estimate=estimate,
        spread=spread,
    )


def _crossed(pair: PairAnswers) -> Estimate:
    try:
        return _estimate(crossed_cells(pair.cells()))
    except TooFewRatings as reason:
        return Estimate(float(pair.value.mean()), note=str(reason))


def _padded(rows: Sequence[Floats]) -> Floats:
    """Rows of different lengths as a matrix, NaN where a row has ended."""
    matrix = np.full((len(rows), max(row.size for row in rows)), np.nan)
    for place, row in enumerate(rows):
        matrix[place, : row.size] = row
    return matrix

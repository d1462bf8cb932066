"""The report's numbers: rows per system, per pair of systems and per scenario."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mushra.design.conditions import title_of
from mushra.reports.design import ReportDesign, ScenarioEntry
from mushra.stats.crossed import CompleteBlock, complete_block, crossed_mean, crossed_test
from mushra.stats.describe import describe, relative_score
from mushra.stats.effects import cohen_dz, hedges_g, hodges_lehmann, rank_biserial
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import Friedman, friedman, paired_t, signed_rank
from mushra.stats.intervals import student_interval
from mushra.stats.multiplicity import holm
from mushra.stats.table import Floats, RatingTable
from synth.audio.conditions import CLEAN

LEVEL = 0.95


@dataclass(frozen=True)
class MeanInterval:
    """The interval beside a system's mean, and what it is an interval of.

    kind is `crossed` (new listeners and items) or `listeners` (these sentences only). mean is
    that of the complete block of n_listeners x n_items; note says what was left out for it.
    """

    kind: str
    mean: float
    se: float
    df: float
    low: float
    high: float
    n_listeners: int
    n_items: int
    note: str


@dataclass(frozen=True)
class RelativeRow:
    """Relative MUSHRA in percent of the reference, with its interval."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class SystemRow:
    """One system's line in a table of results, points."""

    system: str
    title: str
    role: str
    n_ratings: int
    median: float
    q1: float
    q3: float
    iqr: float
    mean: float
    sd: float
    minimum: float
    maximum: float
    interval: MeanInterval | None
    relative: RelativeRow | None


@dataclass(frozen=True)
class ListenerMeanTests:
    """Tests and effects on listener means: they hold for these sentences only."""

    n_listeners: int
    wilcoxon_p: float
    wilcoxon_p_holm: float
    n_zero: int
    t: float
    t_p: float
    cohen_dz: float
    hedges_g: float
    rank_biserial: float
    hodges_lehmann: float


@dataclass(frozen=True)
class PairRow:
    """First minus second system: the crossed test, and beside it the tests on listener means.

    Where the crossed test cannot be computed its figures are NaN and the note says why.
    """

    first: str
    second: str
    difference: float
    se: float
    df: float
    t: float
    p: float
    p_holm: float
    low: float
    high: float
    n_listeners: int
    n_items: int
    listener_means: ListenerMeanTests | None
    note: str


@dataclass(frozen=True)
class Results:
    """Everything computed on one set of ratings."""

    n_listeners: int
    n_items: int
    n_ratings: int
    systems: tuple[SystemRow, ...]
    pairs: tuple[PairRow, ...]
    against_reference: tuple[PairRow, ...]
    friedman: Friedman | None


@dataclass(frozen=True)
class ScenarioResults:
    """The results within one scenario, or within one condition."""

    code: str
    title: str
    results: Results


def compute_results(table: RatingTable, design: ReportDesign) -> Results:
    """All rows for one set of ratings; without ratings, no rows.

    Pairs among the systems under test and pairs against the reference are two families, each
    with its own Holm correction.
    """
    shown = [code for code in design.codes if code in set(table.system)]
    under_test = [code for code in design.under_test if code in shown]
    among = [(a, b) for index, a in enumerate(under_test) for b in under_test[index + 1 :]]
    reference = design.reference if design.reference in shown else None
    against = [(code, reference) for code in under_test] if reference else []
    return Results(
        n_listeners=len(table.listeners),
        n_items=len(table.items),
        n_ratings=len(table),
        systems=tuple(_system_row(table, design, code, reference) for code in shown),
        pairs=_family(table, among),
        against_reference=_family(table, against),
        friedman=_friedman(table, under_test),
    )


def compute_scenarios(
    table: RatingTable, design: ReportDesign, scenarios: Sequence[ScenarioEntry]
) -> tuple[ScenarioResults, ...]:
    """The results within each scenario that has ratings."""
    present = set(table.levels("scenario"))
    return tuple(
        ScenarioResults(
            scenario.code,
            scenario.title,
            compute_results(table.having("scenario", scenario.code), design),
        )
        for scenario in scenarios
        if scenario.code in present
    )


def compute_conditions(table: RatingTable, design: ReportDesign) -> tuple[ScenarioResults, ...]:
    """The results within each condition, clean first; none unless there are two to compare."""
    present = table.levels("condition")
    if len(present) < 2:
        return ()
    return tuple(
        ScenarioResults(
            code, title_of(code), compute_results(table.having("condition", code), design)
        )
        for code in sorted(present, key=lambda code: (code != CLEAN, code))
    )


def _system_row(
    table: RatingTable, design: ReportDesign, code: str, reference: str | None
) -> SystemRow:
    description = describe(table.scores_of(code))
    return SystemRow(
        system=code,
        title=design.title_of(code),
        role=design.role_of(code),
        n_ratings=description.n,
        median=description.median,
        q1=description.q1,
        q3=description.q3,
        iqr=description.iqr,
        mean=description.mean,
        sd=description.sd,
        minimum=description.minimum,
        maximum=description.maximum,
        interval=_mean_interval(table, code),
        relative=_relative(table, code, reference) if reference else None,
    )


def _mean_interval(table: RatingTable, code: str) -> MeanInterval | None:
    try:
        block = _block(table, table.matrix(code))
    except TooFewRatings as reason:
        return _listener_interval(table.matrix(code), str(reason))
    estimate = crossed_mean(block.values)
    interval = estimate.interval(level=LEVEL)
    return MeanInterval(
        kind="crossed",
        mean=estimate.mean,
        se=estimate.se,
        df=estimate.df,
        low=interval.low,
        high=interval.high,
        n_listeners=estimate.n_listeners,
        n_items=estimate.n_items,
        note=_dropped_note(block),
    )


def _listener_interval(scores: Floats, reason: str) -> MeanInterval | None:
    """The interval over listener means when the crossed one is out of reach; None below two."""
    means = _complete_listener_means(scores)
    if means.size < 2:
        return None
    se = float(means.std(ddof=1)) / math.sqrt(means.size)
    mean = float(means.mean())
    interval = student_interval(mean, se=se, df=means.size - 1, level=LEVEL)
    return MeanInterval(
        kind="listeners",
        mean=mean,
        se=se,
        df=float(means.size - 1),
        low=interval.low,
        high=interval.high,
        n_listeners=int(means.size),
        n_items=_n_shown(scores),
        note=f"These sentences only. {reason}",
    )


def _relative(table: RatingTable, code: str, reference: str) -> RelativeRow | None:
    """Relative MUSHRA over the listeners and items that have both ratings without gaps."""
    system, base = table.matrix(code), table.matrix(reference)
    try:
        block = _block(table, np.where(np.isnan(base), np.nan, system))
        rows = [table.listeners.index(listener) for listener in block.listeners]
        columns = [table.items.index(item) for item in block.items]
        score = relative_score(block.values, base[np.ix_(rows, columns)], level=LEVEL)
    except ValueError:  # too few ratings, or a reference whose mean is 0
        return None
    return RelativeRow(score.percent, score.interval.low, score.interval.high)


def _family(table: RatingTable, pairs: Sequence[tuple[str, str]]) -> tuple[PairRow, ...]:
    """One row per pair, p-values corrected by Holm within this family."""
    rows = [_pair_row(table, first, second) for first, second in pairs]
    crossed = holm([row.p for row in rows])
    ranked = holm(
        [row.listener_means.wilcoxon_p if row.listener_means else math.nan for row in rows]
    )
    return tuple(
        replace(
            row,
            p_holm=p_crossed,
            listener_means=row.listener_means
            and replace(row.listener_means, wilcoxon_p_holm=p_ranked),
        )
        for row, p_crossed, p_ranked in zip(rows, crossed, ranked, strict=True)
    )


def _pair_row(table: RatingTable, first: str, second: str) -> PairRow:
    differences = table.matrix(first) - table.matrix(second)
    try:
        block = _block(table, differences)
    except TooFewRatings as reason:
        return _untested_pair(first, second, differences, str(reason))
    test = crossed_test(block.values, level=LEVEL)
    note = _dropped_note(block)
    if math.isnan(test.p):
        note = f"All differences are equal, so no test can be computed. {note}".strip()
    return PairRow(
        first=first,
        second=second,
        difference=test.difference,
        se=test.se,
        df=test.df,
        t=test.t,
        p=test.p,
        p_holm=math.nan,
        low=test.interval.low,
        high=test.interval.high,
        n_listeners=test.n_listeners,
        n_items=test.n_items,
        listener_means=_listener_mean_tests(block.values.mean(axis=1)),
        note=note,
    )


def _untested_pair(first: str, second: str, differences: Floats, reason: str) -> PairRow:
    means = _complete_listener_means(differences)
    return PairRow(
        first=first,
        second=second,
        difference=float(means.mean()) if means.size else math.nan,
        se=math.nan,
        df=math.nan,
        t=math.nan,
        p=math.nan,
        p_holm=math.nan,
        low=math.nan,
        high=math.nan,
        n_listeners=int(means.size),
        n_items=_n_shown(differences),
        listener_means=_listener_mean_tests(means),
        note=reason,
    )


def _listener_mean_tests(means: Floats) -> ListenerMeanTests | None:
    if means.size < 2:
        return None
    ranks, student = signed_rank(means), paired_t(means)
    return ListenerMeanTests(
        n_listeners=int(means.size),
        wilcoxon_p=ranks.p,
        wilcoxon_p_holm=math.nan,
        n_zero=ranks.n_zero,
        t=student.t,
        t_p=student.p,
        cohen_dz=cohen_dz(means),
        hedges_g=hedges_g(means),
        rank_biserial=rank_biserial(means),
        hodges_lehmann=hodges_lehmann(means),
    )


def _friedman(table: RatingTable, systems: Sequence[str]) -> Friedman | None:
    if len(systems) < 3:
        return None
    scores = np.stack([table.matrix(code) for code in systems], axis=2)
    shown = ~np.isnan(scores).any(axis=2).all(axis=0)  # items on which someone rated them all
    complete = scores[:, shown][~np.isnan(scores[:, shown]).any(axis=(1, 2))]
    if not complete.size or complete.shape[0] < 2:
        return None
    return friedman(complete.mean(axis=1))


def _block(table: RatingTable, values: Floats) -> CompleteBlock:
    """The complete block over the items that were shown at all."""
    shown = np.flatnonzero(~np.isnan(values).all(axis=0))
    items = [table.items[column] for column in shown]
    return complete_block(values[:, shown], table.listeners, items)


def _complete_listener_means(values: Floats) -> Floats:
    """Means of the listeners who have no gap in the items that were shown at all."""
    shown = values[:, ~np.isnan(values).all(axis=0)]
    complete = shown[~np.isnan(shown).any(axis=1)]
    return complete.mean(axis=1) if complete.size else np.empty(0)


def _n_shown(values: Floats) -> int:
    return int((~np.isnan(values).all(axis=0)).sum())


def _dropped_note(block: CompleteBlock) -> str:
    if block.is_whole:
        return ""
    left_out = [
        f"{kind} {', '.join(codes)}"
        for kind, codes in (("listeners", block.dropped_listeners), ("items", block.dropped_items))
        if codes
    ]
    return (
        f"Computed on {len(block.listeners)} listeners x {len(block.items)} items without gaps; "
        f"left out because ratings are missing: {' and '.join(left_out)} "
        f"({block.n_unused} ratings unused)."
    )

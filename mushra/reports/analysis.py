"""The report's numbers: rows per system and per pair of systems, on any part of the ratings."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from mushra.reports.design import ReportDesign
from mushra.reports.pairs import LEVEL as LEVEL
from mushra.reports.pairs import PairModel, pair_rows
from mushra.reports.rows import ListenerMeanTests as ListenerMeanTests
from mushra.reports.rows import MeanInterval as MeanInterval
from mushra.reports.rows import PairRow as PairRow
from mushra.reports.rows import RelativeRow as RelativeRow
from mushra.reports.rows import Results as Results
from mushra.reports.rows import ScenarioResults as ScenarioResults
from mushra.reports.rows import SystemRow as SystemRow
from mushra.reports.trials import Trials, means_by
from mushra.stats.describe import describe
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import Friedman, friedman
from mushra.stats.intervals import student_interval
from mushra.stats.letters import compact_letters
from mushra.stats.mixed import CrossedModel
from mushra.stats.ranks import RankSummary, summarize_ranks
from mushra.stats.shape import describe_shape
from mushra.stats.table import RatingTable

ALPHA = 0.05  # BS.1534-3 9


def compute_results(table: RatingTable, design: ReportDesign) -> Results:
    """All rows for one set of ratings; without ratings, no rows.

    Pairs among the systems under test and pairs against the reference are two families, each
    with its own Holm correction.
    """
    present = set(table.systems)
    shown = [code for code in design.codes if code in present]
    under_test = [code for code in design.under_test if code in present]
    among = [(a, b) for index, a in enumerate(under_test) for b in under_test[index + 1 :]]
    reference = design.reference if design.reference in present else None
    against = [(code, reference) for code in under_test] if reference else []
    model = PairModel.of(table, margin=design.margin)
    pairs = pair_rows(model, among)
    systems = _system_rows(model.headline, design, shown, reference)
    return Results(
        n_listeners=len(table.listeners),
        n_items=len(table.items),
        n_ratings=len(table),
        systems=systems,
        pairs=pairs,
        against_reference=pair_rows(model, against),
        friedman=_friedman(table, under_test),
        letters=_letters([row for row in systems if row.system in under_test], pairs),
    )


def _system_rows(
    model: CrossedModel, design: ReportDesign, shown: Sequence[str], reference: str | None
) -> tuple[SystemRow, ...]:
    ranks = _ranks(model.table, shown)
    return tuple(
        _system_row(
            model, design, code, reference, (ranks.mean[k], ranks.median[k]) if ranks else None
        )
        for k, code in enumerate(shown)
    )


def _system_row(
    model: CrossedModel,
    design: ReportDesign,
    code: str,
    reference: str | None,
    ranks: tuple[float, float] | None,
) -> SystemRow:
    scores = model.table.scores_of(code)
    description = describe(scores)
    mean_rank, median_rank = ranks or (math.nan, math.nan)
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
        interval=_mean_interval(model, code),
        relative=_relative(model, code, reference) if reference else None,
        mean_rank=mean_rank,
        median_rank=median_rank,
        shape=describe_shape(scores),
    )


def _mean_interval(model: CrossedModel, code: str) -> MeanInterval | None:
    try:
        estimate = model.mean(code)
    except TooFewRatings as reason:
        return _listener_interval(model.table, code, str(reason))
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
        note="",
    )


def _listener_interval(table: RatingTable, code: str, reason: str) -> MeanInterval | None:
    """The interval over listener means when the crossed one is out of reach; None below two."""
    rows = table.rows_of(code)
    means = means_by(table.listener_codes[rows], table.score[rows])
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
        n_items=int(np.unique(table.item_codes[rows]).size),
        note=f"These sentences only. {reason}",
    )


def _relative(model: CrossedModel, code: str, reference: str) -> RelativeRow | None:
    """Relative MUSHRA over the trials that have both ratings."""
    try:
        score = model.relative(code, reference, level=LEVEL)
    except ValueError:  # too few ratings, or a reference whose mean is 0
        return None
    return RelativeRow(score.percent, score.interval.low, score.interval.high)


def _ranks(table: RatingTable, systems: Sequence[str]) -> RankSummary | None:
    try:
        return summarize_ranks(Trials.of(table, systems).complete().scores)
    except TooFewRatings:
        return None


def _friedman(table: RatingTable, systems: Sequence[str]) -> Friedman | None:
    """On listener means over the trials in which a listener rated all of the systems."""
    means = Trials.of(table, systems).complete().listener_means()
    try:
        return friedman(means)
    except TooFewRatings:
        return None


def _letters(systems: Sequence[SystemRow], pairs: Sequence[PairRow]) -> Mapping[str, str]:
    """The compact letter display, `a` for the best mean; empty unless all pairs were tested."""
    if not pairs or any(math.isnan(pair.p_holm) for pair in pairs):
        return {}
    place = {row.system: index for index, row in enumerate(systems)}
    differs = np.zeros((len(place), len(place)), dtype=bool)
    for pair in pairs:
        first, second = place[pair.first], place[pair.second]
        differs[first, second] = differs[second, first] = pair.p_holm < ALPHA
    order = sorted(range(len(systems)), key=lambda index: -systems[index].mean)
    try:
        letters = compact_letters(differs, order=order)
    except ValueError:  # more letters than there are
        return {}
    return {row.system: letters[index] for index, row in enumerate(systems)}

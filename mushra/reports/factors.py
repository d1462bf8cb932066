"""Everything by factor: the results within each level, and whether differences depend on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from mushra.design.conditions import title_of
from mushra.reports.analysis import compute_results
from mushra.reports.design import ReportDesign
from mushra.reports.rows import PairRow, RelativeRow, ScenarioResults, SystemRow
from mushra.stats.contrasts import Contrast, LevelMean, level_contrast
from mushra.stats.errors import TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.mixed import CrossedModel, PairedCells
from mushra.stats.multiplicity import holm
from mushra.stats.table import Codes, RatingTable
from synth.audio.conditions import CLEAN

LEVEL = 0.95
MAX_LEVELS = 24  # of a factor that is tabulated; as many scenarios as a batch may have
# Columns that the report breaks results down by, if they are there and vary.
FACTORS = {
    "scenario": "Scenario",
    "condition": "Condition",
    "speaker_seen": "Speaker heard in training",
    "language_seen": "Language heard in training",
    "topic_seen": "Topic heard in training",
    "style_seen": "Style heard in training",
    "condition_seen": "Condition heard in training",
    "language": "Language",
    "style": "Style",
    "topic": "Topic",
    "speaker": "Speaker",
    "device": "Playback",
}
SEEN_TITLES = {"yes": "In training", "no": "Never heard"}


_NOTHING = math.nan
NO_CONTRAST = Contrast(
    difference=_NOTHING,
    se=_NOTHING,
    df=_NOTHING,
    t=_NOTHING,
    p=_NOTHING,
    interval=Interval(_NOTHING, _NOTHING, LEVEL),
    method="",
)


@dataclass(frozen=True)
class InteractionRow:
    """Does the difference of two systems depend on a factor? One level against all others.

    difference: (first - second within the level) - (first - second elsewhere), points; low, high:
    95 %. p_holm corrects over all rows of the factor. Figures are NaN where note says why.
    """

    first: str
    second: str
    level: str
    difference: float
    se: float
    df: float
    t: float
    p: float
    p_holm: float
    low: float
    high: float
    method: str
    note: str


@dataclass(frozen=True)
class LayoutCell:
    """One system in one level: mean with its 95 % interval, and percent of the reference."""

    system: str
    mean: float
    low: float
    high: float
    relative: RelativeRow | None


@dataclass(frozen=True)
class LayoutRow:
    """One line of the vocoder paper's table: a level, and every system shown in it."""

    code: str
    title: str
    n_items: int
    cells: tuple[LayoutCell, ...]


@dataclass(frozen=True)
class FactorResults:
    """One factor: its levels, the table level x system, and the interactions.

    levels hold full results (those of `scenario` and `condition` are also the document's
    `scenarios` and `conditions`). layout is the paper's table: condition x (baseline, universal,
    natural, relative %). note says what is not tabulated.
    """

    factor: str
    title: str
    levels: tuple[ScenarioResults, ...]
    layout: tuple[LayoutRow, ...]
    interactions: tuple[InteractionRow, ...]
    note: str = ""


def varying_factors(table: RatingTable, design: ReportDesign) -> list[str]:
    """Every factor of the table that varies, in the order of `FACTORS`, then those asked for."""
    names = [*FACTORS, *(name for name in design.factors if name not in FACTORS)]
    return [name for name in names if len(table.levels(name)) > 1]


@dataclass(frozen=True)
class LevelOutcome:
    """What is computed of one level.

    against_others: for each pair of systems under test, whether its difference depends on the
    level; None where the pair has fewer than two levels, or the other one of two tells the same.
    """

    results: ScenarioResults
    against_others: tuple[InteractionRow | None, ...]


def levels_of(table: RatingTable, design: ReportDesign, factor: str) -> dict[str, str]:
    """Code and title of each level of a factor that varies; scenarios as the design has them."""
    present = table.levels(factor)
    if factor == "scenario" and len(design.scenarios) > 1:
        return {one.code: one.title for one in design.scenarios if one.code in present}
    if not 1 < len(present) <= MAX_LEVELS:
        return {}
    return {level: _level_title(factor, level) for level in _ordered(factor, present)}


def compute_level(
    table: RatingTable, design: ReportDesign, factor: str, level: str
) -> LevelOutcome:
    """The results within one level of a factor, and the pairs' contrasts with its other levels."""
    title = levels_of(table, design, factor)[level]
    results = compute_results(part_of(table, factor, level), design)
    model, rows = CrossedModel(table), _RowLevels.of(table, factor)
    known = {(row.first, row.second): row for row in results.pairs}
    present = [code for code in design.under_test if code in set(table.systems)]
    pairs = list(combinations(present, 2)) if len(rows.names) <= MAX_LEVELS else []
    return LevelOutcome(
        ScenarioResults(level, title, results),
        tuple(_interaction(model, rows, pair, level, known.get(pair)) for pair in pairs),
    )


def factor_results(
    factor: str, table: RatingTable, outcomes: Sequence[LevelOutcome]
) -> FactorResults:
    """One factor's part of the report, from what was computed of each of its levels."""
    title, names = FACTORS.get(factor, factor), table.levels(factor)
    if len(names) > MAX_LEVELS:
        note = f"{len(names)} levels are too many to tabulate (at most {MAX_LEVELS})."
        return FactorResults(factor, title, (), (), (), note)
    levels = tuple(one.results for one in outcomes)
    layout = tuple(_layout_row(level) for level in levels)
    return FactorResults(factor, title, levels, layout, _interactions(outcomes))


def _interactions(outcomes: Sequence[LevelOutcome]) -> tuple[InteractionRow, ...]:
    """Of every pair with every level, pair by pair, corrected over the factor."""
    ordered = sorted(outcomes, key=lambda one: one.results.code)
    of_pairs = zip(*(one.against_others for one in ordered), strict=True)
    rows = [row for of_levels in of_pairs for row in of_levels if row]
    corrected = holm([row.p for row in rows])
    return tuple(replace(row, p_holm=p) for row, p in zip(rows, corrected, strict=True))


def part_of(table: RatingTable, factor: str, level: str) -> RatingTable:
    """The rows of one level of a factor.

    A claim about one system's training (speaker_seen) says nothing of systems without training:
    their rows come along on the trials of those that have it.
    """
    codes, place = _codes(table, factor)
    wanted = codes == place[level]
    if "" not in place:
        return table.where(wanted)
    trial = table.listener_codes.astype(np.int64) * len(table.items) + table.item_codes
    return table.where(wanted | ((codes == place[""]) & np.isin(trial, trial[wanted])))


def _ordered(factor: str, levels: Sequence[str]) -> list[str]:
    if factor.endswith("_seen"):
        return sorted(levels, reverse=True)  # yes before no
    return sorted(levels, key=lambda code: (factor == "condition" and code != CLEAN, code))


def _level_title(factor: str, level: str) -> str:
    if factor == "condition":
        return title_of(level)
    return SEEN_TITLES.get(level, level) if factor.endswith("_seen") else level


def _layout_row(level: ScenarioResults) -> LayoutRow:
    cells = tuple(_cell(row) for row in level.results.systems)
    return LayoutRow(level.code, level.title, level.results.n_items, cells)


def _cell(row: SystemRow) -> LayoutCell:
    found = row.interval
    low, high = (found.low, found.high) if found else (math.nan, math.nan)
    return LayoutCell(row.system, row.mean, low, high, row.relative)


@dataclass(frozen=True, eq=False)
class _RowLevels:
    """The level of each row, its place in the names; -1 where the column is empty."""

    names: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, table: RatingTable, factor: str) -> "_RowLevels":
        names = table.levels(factor)
        column, place = _codes(table, factor)
        level = np.full(len(place), -1)
        level[[place[name] for name in names]] = np.arange(len(names))
        return cls(names, level[column])

    def of_pair(self, cells: PairedCells) -> Codes:
        """The level of each trial of two systems; -1 where they say different ones, or none."""
        found = self.codes[cells.rows], self.codes[cells.others]
        differ = (found[0] != found[1]) & (np.minimum(*found) >= 0)
        return np.where(differ, -1, np.maximum(*found))


def _interaction(
    model: CrossedModel,
    levels: _RowLevels,
    pair: tuple[str, str],
    level: str,
    within: PairRow | None,
) -> InteractionRow | None:
    """A pair's contrast of one level with the others.

    Args:
        within: the pair's row of that level, whose figures are not computed again.
    """
    pair_cells = model.differences(*pair)
    at = levels.of_pair(pair_cells)
    kept = at >= 0
    at, cells = at[kept], pair_cells.where(kept)
    present = np.flatnonzero(np.bincount(at, minlength=len(levels.names)))
    place = levels.names.index(level)
    # With two levels the second contrast is the first with the sign changed.
    if place not in present or present.size < 2 or (present.size == 2 and place != present[0]):
        return None
    is_first = at == place
    mean = _level_mean(within, int(is_first.sum()))
    try:
        return _contrast_row(pair, level, level_contrast(cells, is_first, first=mean, level=LEVEL))
    except TooFewRatings as reason:
        return _contrast_row(pair, level, NO_CONTRAST, note=str(reason))


def _contrast_row(
    pair: tuple[str, str], level: str, found: Contrast, *, note: str = ""
) -> InteractionRow:
    return InteractionRow(
        *pair,
        level,
        difference=found.difference,
        se=found.se,
        df=found.df,
        t=found.t,
        p=found.p,
        p_holm=math.nan,
        low=found.interval.low,
        high=found.interval.high,
        method=found.method,
        note=note,
    )


def _level_mean(row: PairRow | None, n_cells: int) -> LevelMean | None:
    """A level's mean difference, if a row has it on just so many cells."""
    if row is None or not row.method or row.n_ratings != n_cells:
        return None
    return LevelMean(row.difference, row.se, row.df)


def _codes(table: RatingTable, factor: str) -> tuple[Codes, dict[str, int]]:
    """Each row's place among the distinct texts of a factor, and the places by text."""
    column = table.coded(factor)
    return column.codes.astype(np.intp), {text: code for code, text in enumerate(column.levels)}

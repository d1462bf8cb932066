"""Everything by factor: the results within each level, and whether differences depend on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from mushra.design.conditions import title_of
from mushra.reports.analysis import compute_results
from mushra.reports.design import ReportDesign
from mushra.reports.rows import RelativeRow, ScenarioResults, SystemRow
from mushra.stats.contrasts import level_contrast
from mushra.stats.errors import TooFewRatings
from mushra.stats.mixed import Cells, CrossedModel
from mushra.stats.multiplicity import holm
from mushra.stats.table import Codes, Mask, RatingTable
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


def compute_levels(
    table: RatingTable, design: ReportDesign, factor: str
) -> tuple[ScenarioResults, ...]:
    """The results within each level of a factor that varies; scenarios as the design has them."""
    return tuple(
        ScenarioResults(code, title, compute_results(part_of(table, factor, code), design))
        for code, title in _levels(table, design, factor)
    )


def compute_interactions(
    table: RatingTable, design: ReportDesign, factor: str
) -> tuple[InteractionRow, ...]:
    """Of every pair of systems under test with every level; none of a factor with too many."""
    if len(table.levels(factor)) > MAX_LEVELS:
        return ()
    model = CrossedModel(table)
    present = [code for code in design.under_test if code in set(table.systems)]
    levels = _LevelsOfTrials.of(table, factor)
    rows = [
        row for pair in combinations(present, 2) for row in _pair_interactions(model, pair, levels)
    ]
    corrected = holm([row.p for row in rows])
    return tuple(replace(row, p_holm=p) for row, p in zip(rows, corrected, strict=True))


def factor_results(
    factor: str,
    table: RatingTable,
    levels: tuple[ScenarioResults, ...],
    interactions: tuple[InteractionRow, ...],
) -> FactorResults:
    """One factor's part of the report, from what was computed of it."""
    title, count = FACTORS.get(factor, factor), len(table.levels(factor))
    if count > MAX_LEVELS:
        note = f"{count} levels are too many to tabulate (at most {MAX_LEVELS})."
        return FactorResults(factor, title, (), (), (), note)
    layout = tuple(_layout_row(level) for level in levels)
    return FactorResults(factor, title, levels, layout, interactions)


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


def _levels(table: RatingTable, design: ReportDesign, factor: str) -> list[tuple[str, str]]:
    """Code and title of each level."""
    present = table.levels(factor)
    if factor == "scenario" and len(design.scenarios) > 1:
        return [(one.code, one.title) for one in design.scenarios if one.code in present]
    if not 1 < len(present) <= MAX_LEVELS:
        return []
    return [(level, _level_title(factor, level)) for level in _ordered(factor, present)]


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
class _LevelsOfTrials:
    """The level of each (listener, item) for each system; -1 where the column is empty.

    Where two systems of a trial say different levels, the trial belongs to none.
    """

    names: tuple[str, ...]
    n_items: int
    codes: dict[str, tuple[npt.NDArray[np.int64], Codes]]

    @classmethod
    def of(cls, table: RatingTable, factor: str) -> "_LevelsOfTrials":
        names = table.levels(factor)
        column, place = _codes(table, factor)
        level = np.full(len(place), -1)
        level[[place[name] for name in names]] = np.arange(len(names))
        trial = table.listener_codes.astype(np.int64) * len(table.items) + table.item_codes
        codes = {}
        for system in table.systems:
            rows = table.rows_of(system)
            rows = rows[np.argsort(trial[rows])]
            codes[system] = trial[rows], level[column[rows]]
        return cls(names, len(table.items), codes)

    def at(self, cells: Cells, first: str, second: str) -> Codes:
        wanted = cells.listener.astype(np.int64) * self.n_items + cells.item
        found = [
            codes[np.searchsorted(trial, wanted)]
            for trial, codes in (self.codes[first], self.codes[second])
        ]
        differ = (found[0] != found[1]) & (np.minimum(*found) >= 0)
        return np.where(differ, -1, np.maximum(*found))


def _pair_interactions(
    model: CrossedModel, pair: tuple[str, str], levels: _LevelsOfTrials
) -> list[InteractionRow]:
    cells = model.differences(*pair)
    at = levels.at(cells, *pair)
    kept = at >= 0
    cells = Cells(cells.listener[kept], cells.item[kept], cells.value[kept])
    present = sorted(set(at[kept].tolist()))
    if len(present) < 2:
        return []
    # With two levels the second contrast is the first with the sign changed.
    chosen = present[:1] if len(present) == 2 else present
    return [_interaction(pair, levels.names[one], cells, at[kept] == one) for one in chosen]


def _interaction(pair: tuple[str, str], level: str, cells: Cells, is_first: Mask) -> InteractionRow:
    nothing = math.nan
    row = InteractionRow(
        *pair, level, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, "", ""
    )
    try:
        found = level_contrast(cells, is_first, level=LEVEL)
    except TooFewRatings as reason:
        return replace(row, note=str(reason))
    return replace(
        row,
        difference=found.difference,
        se=found.se,
        df=found.df,
        t=found.t,
        p=found.p,
        low=found.interval.low,
        high=found.interval.high,
        method=found.method,
    )


def _codes(table: RatingTable, factor: str) -> tuple[Codes, dict[str, int]]:
    """Each row's place among the distinct texts of a factor, and the places by text."""
    column = table.coded(factor)
    return column.codes.astype(np.intp), {text: code for code, text in enumerate(column.levels)}

"""Do the listeners agree with each other and with themselves?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.reports.trials import renumbered
from mushra.stats.errors import TooFewRatings
from mushra.stats.reliability import Icc, icc_a1, icc_ak, krippendorff_alpha, repeat_rmse
from mushra.stats.screening import RepeatedScores
from mushra.stats.table import Floats, RatingTable


@dataclass(frozen=True)
class Reliability:
    """How far ratings can be relied on; NaN (None for intervals) where it cannot be told.

    What is rated is one system's rendering of one item, the hidden reference and anchors included;
    `alpha_under_test` leaves those out, and is low too when the systems are much alike. ICC needs
    listeners who rated the same things: `note` says on how many it rests.
    repeat_rmse: root mean square difference of a rating and its repeat, points.
    """

    krippendorff_alpha: float
    alpha_under_test: float
    icc_a1: Icc | None
    icc_ak: Icc | None
    repeat_rmse: float
    n_repeats: int
    note: str


def compute_reliability(
    table: RatingTable, under_test: Sequence[str], repeats: RepeatedScores | None
) -> Reliability:
    """The agreement of the listeners of a table.

    Args:
        under_test: the systems that are neither reference nor anchor.
        repeats: ratings of what was rated more than once, of any listener.
    """
    block, note = _complete_block(table)
    first, second = _repeated_pairs(repeats, table)
    return Reliability(
        krippendorff_alpha=_alpha(table),
        alpha_under_test=_alpha(table.of_systems(set(under_test))),
        icc_a1=icc_a1(block) if block is not None else None,
        icc_ak=icc_ak(block) if block is not None else None,
        repeat_rmse=repeat_rmse(first, second) if first.size else math.nan,
        n_repeats=int(first.size),
        note=note,
    )


def _targets(table: RatingTable) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    codes = table.system_codes.astype(np.int64) * len(table.items) + table.item_codes
    return renumbered(codes, len(table.systems) * len(table.items))[1].astype(np.int64)


def _alpha(table: RatingTable) -> float:
    if not len(table):
        return math.nan
    try:
        return krippendorff_alpha(table.score, _targets(table)).value
    except TooFewRatings:
        return math.nan


def _complete_block(table: RatingTable) -> tuple[Floats | None, str]:
    """(targets, listeners) without gaps: all targets of the listeners who rated all, or, where
    that is fewer than two, all listeners on the targets that everybody rated."""
    if not len(table):
        return None, ""
    targets = _targets(table)
    n_targets, n_listeners = int(targets.max()) + 1, len(table.listeners)
    if len(table) == n_targets * n_listeners:
        who, note = np.arange(n_listeners), ""
        rated = np.arange(n_targets)
    else:
        per_listener = np.bincount(table.listener_codes, minlength=n_listeners)
        per_target = np.bincount(targets, minlength=n_targets)
        who, rated = np.flatnonzero(per_listener == n_targets), np.arange(n_targets)
        if who.size < 2:
            who, rated = np.arange(n_listeners), np.flatnonzero(per_target == n_listeners)
        note = (
            f"Intraclass correlations rest on {who.size} of {n_listeners} listeners and "
            f"{rated.size} of {n_targets} signals, where no rating is missing."
        )
    if min(who.size, rated.size) < 2:
        return None, "No two listeners rated the same two signals without gaps: no ICC."
    return _filled(table, targets, who, rated), note


def _filled(
    table: RatingTable,
    targets: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    who: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    rated: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> Floats:
    row = np.full(int(targets.max()) + 1, -1)
    column = np.full(len(table.listeners), -1)
    row[rated], column[who] = np.arange(rated.size), np.arange(who.size)
    places = row[targets], column[table.listener_codes]
    kept = (places[0] >= 0) & (places[1] >= 0)
    values = np.empty((rated.size, who.size))
    values[places[0][kept], places[1][kept]] = table.score[kept]
    return values


def _repeated_pairs(repeats: RepeatedScores | None, table: RatingTable) -> tuple[Floats, Floats]:
    """Each rating and the next one of the same cell, of the table's listeners."""
    if repeats is None or not len(repeats):
        return np.empty(0), np.empty(0)
    known = set(table.listeners)
    kept = np.fromiter(map(known.__contains__, repeats.listener), dtype=bool, count=len(repeats))
    cell, score = repeats.cell[kept], repeats.score[kept]
    order = np.argsort(cell, kind="stable")
    cell, score = cell[order], score[order]
    again = np.flatnonzero(cell[1:] == cell[:-1])
    return score[again], score[again + 1]

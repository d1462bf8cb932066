"""Post-screening of listeners: who is left out, by which rule, on which figures.

R1, R2 and R2x are those of BS.1534-3 4.1.2. The rules on listening, repeats, equal scores and speed
are this product's own, for tests without the standard's reference or anchors; their limits are
conventions, stated with each verdict. Rules give verdicts; nobody is removed here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mushra.stats.table import Floats, Mask, RatingTable

MIN_HIDDEN_REFERENCE_SCORE = 90.0  # BS.1534-3 4.1.2
MAX_MID_ANCHOR_SCORE = 90.0  # BS.1534-3 4.1.2
MAX_BAD_ITEMS_PERCENT = 15  # BS.1534-3 4.1.2: "more than 15 %"
MAX_AMBIGUOUS_LISTENERS_PERCENT = 25  # BS.1534-3 4.1.2: an item that fools more does not count

# What an anchor needs of a recording's bandwidth, in cutoffs; below, it is nearly the reference.
MIN_BANDWIDTH_RATIO = 1.3
MID_ANCHOR_CUTOFF_HZ = 7000.0  # BS.1534-3 5.1

MIN_HEARD_S = 1.0  # half of the shortest excerpt a batch takes; what is heard less is guessed
MAX_REPEAT_DIFFERENCE = 20.0  # one of the scale's five intervals (BS.1534-3 5.4)
MAX_INCONSISTENT_PERCENT = 50  # repeats off by more than an interval, more often than not
MIN_REPEATS = 3  # fewer say nothing about a listener
MAX_FLAT_RANGE = 1.0  # points between the highest and lowest score of a page
MIN_FLAT_SIGNALS = 3  # two signals may well be equal
MAX_FLAT_PERCENT = 50
MIN_SECONDS_A_SIGNAL = 1.0  # of a page's time, for every signal rated on it

RULES: Mapping[str, str] = {
    "R1": "rated the hidden reference below 90 on more than 15 % of the items (BS.1534-3, 4.1.2)",
    "R2": "rated the mid anchor above 90 on more than 15 % of the items (BS.1534-3, 4.1.2)",
    "heard": "rated more than 15 % of the signals after hearing less than 1 s of them",
    "speed": "spent less than 1 s for each signal on more than 15 % of the pages",
    "flat": "gave all signals the same score on more than half of the pages",
    "repeats": "changed a repeated rating by more than 20 points more often than not",
}

# What a test can be screened by without the standard's reference or anchors.
LISTENING_RULES = ("heard", "speed", "flat", "repeats")

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one listener.

    share is n_bad / n_items, NaN for a listener who rated no item the rule looks at (who is kept).
    threshold is the figure the rule compares with (points, or seconds for `heard` and `speed`);
    more than max_percent bad items excludes. An item is a page, but for `heard` a rating and for
    `repeats` a repeated rating. at is when the last rating that the verdict rests on was given, as
    text; None where no time is known.
    """

    listener: str
    rule: str
    n_items: int
    n_bad: int
    share: float
    excluded: bool
    threshold: float
    max_percent: int
    at: str | None = None


@dataclass(frozen=True)
class Override:
    """A researcher's decision about a listener against (or in support of) the rules.

    Args:
        excluded: what the researcher decides; None takes an earlier decision back.
        reason: why, in words; never empty.
        by, at: who decided and when, as text.
    Raises: ValueError without a reason.
    """

    listener: str
    excluded: bool | None
    reason: str
    by: str = ""
    at: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(f"Overriding the verdict on {self.listener} needs a written reason.")


@dataclass(frozen=True, eq=False)
class ListeningEvidence:
    """What is known of the listening behind each row of a table; None where nothing was recorded.

    heard_s: (n,) seconds of the signal heard before its rating; page_s: (n,) seconds that the
    rating's page was open. NaN where one is unknown.
    """

    heard_s: Floats | None = None
    page_s: Floats | None = None


@dataclass(frozen=True, eq=False)
class RepeatedScores:
    """Ratings of cells (listener, item, system) that were rated more than once.

    cell: (n,) whole numbers, equal within a cell; listener: (n,) codes; score: (n,) points, the
    earlier before the later.
    """

    cell: npt.NDArray[np.int64]
    listener: tuple[str, ...]
    score: Floats

    def __len__(self) -> int:
        return len(self.cell)


def screen_hidden_reference(
    table: RatingTable,
    *,
    reference: str,
    threshold: float = MIN_HIDDEN_REFERENCE_SCORE,
    max_percent: int = MAX_BAD_ITEMS_PERCENT,
) -> tuple[Verdict, ...]:
    """Rule R1: exclude who rates the hidden reference below 90 on more than 15 % of items.

    Both comparisons are strict: a score of 90 passes, and so do exactly 15 % of the items.

    Returns: one verdict per listener of the table, sorted by listener.
    """
    rows = table.rows_of(reference)
    rule = _Rule("R1", threshold, max_percent)
    return rule.verdicts(table, rows, bad=table.score[rows] < threshold)


def screen_mid_anchor(
    table: RatingTable,
    *,
    mid_anchor: str,
    items: Collection[str] | None = None,
    threshold: float = MAX_MID_ANCHOR_SCORE,
    max_percent: int = MAX_BAD_ITEMS_PERCENT,
) -> tuple[Verdict, ...]:
    """Rule R2: exclude who rates the mid anchor above 90 on more than 15 % of items.

    Items whose mid anchor fools more than 25 % of their listeners do not count (R2x).

    Args:
        items: those on which the mid anchor is valid (`items_for_mid_anchor`); None for all.
    Returns: one verdict per listener of the table, sorted by listener.
    """
    unclear = ambiguous_items(table, mid_anchor=mid_anchor, threshold=threshold)
    counted = set(table.items if items is None else items) - set(unclear)
    rows = table.rows_of(mid_anchor)
    rows = rows[_codes_in(table.items, counted)[table.item_codes[rows]]]
    rule = _Rule("R2", threshold, max_percent)
    return rule.verdicts(table, rows, bad=table.score[rows] > threshold)


def ambiguous_items(
    table: RatingTable, *, mid_anchor: str, threshold: float = MAX_MID_ANCHOR_SCORE
) -> tuple[str, ...]:
    """R2x: the items whose mid anchor more than 25 % of their listeners rate above 90, sorted."""
    rows = table.rows_of(mid_anchor)
    item, fooled = table.item_codes[rows], table.score[rows] > threshold
    n_rated = np.bincount(item, minlength=len(table.items))
    n_fooled = np.bincount(item[fooled], minlength=len(table.items))
    unclear = 100 * n_fooled > MAX_AMBIGUOUS_LISTENERS_PERCENT * n_rated
    return tuple(table.items[place] for place in np.flatnonzero(unclear))


def items_for_mid_anchor(
    bandwidth_hz: Mapping[str, float], *, cutoff_hz: float = MID_ANCHOR_CUTOFF_HZ
) -> tuple[str, ...]:
    """The items whose bandwidth is at least 1.3 times the anchor's cutoff, sorted.

    On the others the anchor is nearly the reference, and rating it above 90 is no mistake.
    """
    least = MIN_BANDWIDTH_RATIO * cutoff_hz
    return tuple(sorted(item for item, bandwidth in bandwidth_hz.items() if bandwidth >= least))


def screen_heard(
    table: RatingTable, heard_s: Floats, *, max_percent: int = MAX_BAD_ITEMS_PERCENT
) -> tuple[Verdict, ...]:
    """Rule `heard`: exclude who rates more than 15 % of the signals after less than 1 s of them.

    Args:
        heard_s: (n,) seconds heard, row by row of the table; NaN (unknown) does not count.
    """
    rows = np.flatnonzero(~np.isnan(heard_s))
    rule = _Rule("heard", MIN_HEARD_S, max_percent)
    return rule.verdicts(table, rows, bad=heard_s[rows] < MIN_HEARD_S)


def screen_speed(
    table: RatingTable, page_s: Floats, *, max_percent: int = MAX_BAD_ITEMS_PERCENT
) -> tuple[Verdict, ...]:
    """Rule `speed`: exclude who leaves more than 15 % of the pages in under 1 s for each signal.

    Args:
        page_s: (n,) seconds that each row's page was open; NaN (unknown) does not count.
    """
    rows = np.flatnonzero(~np.isnan(page_s))
    pages = _Pages.of(table, rows)
    seconds = (
        np.maximum.reduceat(page_s[pages.rows], pages.start) if len(pages.start) else page_s[:0]
    )
    rule = _Rule("speed", MIN_SECONDS_A_SIGNAL, max_percent)
    too_fast = seconds < MIN_SECONDS_A_SIGNAL * pages.size
    return rule.verdicts(table, pages.first, bad=too_fast)


def screen_flat(table: RatingTable, *, max_percent: int = MAX_FLAT_PERCENT) -> tuple[Verdict, ...]:
    """Rule `flat`: exclude who gives all signals one score (within 1 point) on most pages.

    Pages with fewer than three signals do not count.
    """
    pages = _Pages.of(table, np.arange(len(table)))
    if not len(pages.start):
        return ()
    score = table.score[pages.rows]
    reach = np.maximum.reduceat(score, pages.start) - np.minimum.reduceat(score, pages.start)
    large = pages.size >= MIN_FLAT_SIGNALS
    rule = _Rule("flat", MAX_FLAT_RANGE, max_percent)
    return rule.verdicts(table, pages.first[large], bad=reach[large] <= MAX_FLAT_RANGE)


def screen_repeats(
    table: RatingTable, repeats: RepeatedScores, *, max_percent: int = MAX_INCONSISTENT_PERCENT
) -> tuple[Verdict, ...]:
    """Rule `repeats`: exclude who is off by more than 20 points in most repeated ratings.

    A repeated rating is bad when its scores span more than 20 points; below three repeated ratings
    nobody is excluded.
    """
    if not len(repeats):
        return ()
    order = np.argsort(repeats.cell, kind="stable")
    start = _starts(repeats.cell[order])
    score = repeats.score[order]
    span = np.maximum.reduceat(score, start) - np.minimum.reduceat(score, start)
    place = {listener: index for index, listener in enumerate(table.listeners)}
    who = np.array([place.get(repeats.listener[row], -1) for row in order[start]])
    known = who >= 0
    rule = _Rule("repeats", MAX_REPEAT_DIFFERENCE, max_percent)
    verdicts = rule.of_listeners(table, who[known], bad=(span > MAX_REPEAT_DIFFERENCE)[known])
    return tuple(
        replace(one, excluded=one.excluded and one.n_items >= MIN_REPEATS) for one in verdicts
    )


def excluded_listeners(
    verdicts: Sequence[Verdict], overrides: Sequence[Override] = ()
) -> tuple[str, ...]:
    """Codes of the listeners whom any rule excludes, sorted; a researcher's last override decides.

    Args:
        overrides: in the order in which they were made.
    """
    excluded = {verdict.listener for verdict in verdicts if verdict.excluded}
    decided = {override.listener: override.excluded for override in overrides}
    kept = {listener for listener, out in decided.items() if out is False}
    added = {listener for listener, out in decided.items() if out}
    return tuple(sorted((excluded - kept) | added))


@dataclass(frozen=True)
class _Rule:
    name: str
    threshold: float
    max_percent: int

    def verdicts(self, table: RatingTable, rows: Places, *, bad: Mask) -> tuple[Verdict, ...]:
        """Verdicts on the given rows of the table, each of them one item of the rule."""
        return self.of_listeners(table, table.listener_codes[rows], bad=bad)

    def of_listeners(self, table: RatingTable, who: Places, *, bad: Mask) -> tuple[Verdict, ...]:
        n_items = np.bincount(who, minlength=len(table.listeners))
        n_bad = np.bincount(who[bad], minlength=len(table.listeners))
        return tuple(
            self._verdict(listener, count, wrong)
            for listener, count, wrong in zip(
                table.listeners, n_items.tolist(), n_bad.tolist(), strict=True
            )
        )

    def _verdict(self, listener: str, n_items: int, n_bad: int) -> Verdict:
        return Verdict(
            listener=listener,
            rule=self.name,
            n_items=n_items,
            n_bad=n_bad,
            share=n_bad / n_items if n_items else float("nan"),
            # In whole numbers, so that exactly 15 % is never more than 15 %.
            excluded=100 * n_bad > self.max_percent * n_items,
            threshold=self.threshold,
            max_percent=self.max_percent,
        )


@dataclass(frozen=True, eq=False)
class _Pages:
    """Some rows of a table by page (listener, item): sorted rows, where each page begins."""

    rows: Places
    start: Places
    first: Places
    size: Places

    @classmethod
    def of(cls, table: RatingTable, rows: Places) -> "_Pages":
        page = table.listener_codes[rows] * len(table.items) + table.item_codes[rows]
        order = np.argsort(page, kind="stable")
        start = _starts(page[order])
        ordered = rows[order]
        return cls(ordered, start, ordered[start], np.diff(np.append(start, len(rows))))


def _starts(ordered: npt.NDArray[np.int64]) -> Places:
    """The places at which a new value begins."""
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(new)


def _codes_in(codes: Sequence[str], wanted: Collection[str]) -> Mask:
    return np.array([code in wanted for code in codes], dtype=bool)

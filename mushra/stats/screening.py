"""Post-screening of listeners: who is left out, by which rule, on which figures.

Source: BS.1534-3 4.1.2. Rules give verdicts; nobody is removed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mushra.stats.table import Floats, Mask, RatingTable

MIN_HIDDEN_REFERENCE_SCORE = 90.0  # BS.1534-3 4.1.2
MAX_MID_ANCHOR_SCORE = 90.0  # BS.1534-3 4.1.2
MAX_BAD_ITEMS_PERCENT = 15  # BS.1534-3 4.1.2: "more than 15 %"
MAX_AMBIGUOUS_LISTENERS_PERCENT = 25  # BS.1534-3 4.1.2: an item that fools more does not count


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one listener.

    share is n_bad / n_items, NaN for a listener who rated no item the rule looks at (who is kept).
    threshold is the score the rule compares with; more than max_percent bad items excludes.
    """

    listener: str
    rule: str
    n_items: int
    n_bad: int
    share: float
    excluded: bool
    threshold: float
    max_percent: int


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
    scores = table.matrix(reference)
    rule = _Rule("R1", threshold, max_percent)
    return rule.verdicts(table.listeners, scores, bad=scores < threshold)


def screen_mid_anchor(
    table: RatingTable,
    *,
    mid_anchor: str,
    threshold: float = MAX_MID_ANCHOR_SCORE,
    max_percent: int = MAX_BAD_ITEMS_PERCENT,
) -> tuple[Verdict, ...]:
    """Rule R2: exclude who rates the mid anchor above 90 on more than 15 % of items.

    An item whose mid anchor more than 25 % of its listeners rate above 90 does not count (R2x).
    The rule is made for the 7 kHz anchor; whether a test's mid anchor is valid is for the design
    to say.

    Returns: one verdict per listener of the table, sorted by listener.
    """
    scores = table.matrix(mid_anchor)
    fooled = (scores > threshold).sum(axis=0)
    rated = (~np.isnan(scores)).sum(axis=0)
    ambiguous = 100 * fooled > MAX_AMBIGUOUS_LISTENERS_PERCENT * rated
    counted = np.where(ambiguous, np.nan, scores)
    rule = _Rule("R2", threshold, max_percent)
    return rule.verdicts(table.listeners, counted, bad=counted > threshold)


def excluded_listeners(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Codes of the listeners whom any rule excludes, sorted."""
    return tuple(sorted({verdict.listener for verdict in verdicts if verdict.excluded}))


@dataclass(frozen=True)
class _Rule:
    name: str
    threshold: float
    max_percent: int

    def verdicts(
        self, listeners: Sequence[str], scores: Floats, *, bad: Mask
    ) -> tuple[Verdict, ...]:
        n_items = (~np.isnan(scores)).sum(axis=1)
        return tuple(
            self._verdict(listener, int(count), int(n_bad))
            for listener, count, n_bad in zip(listeners, n_items, bad.sum(axis=1), strict=True)
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

"""How an open test stands: who came, who is screened, and what may be said so far.

Looking at ordinary intervals while listeners come in makes false findings likelier, so pairs are
shown by a confidence sequence where its conditions hold, and otherwise by the crossed interval
under the label that it is not for stopping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mushra.reports.design import ReportDesign
from mushra.reports.screening import ScreeningFacts
from mushra.stats.crossed import CrossedTest
from mushra.stats.intervals import Interval
from mushra.stats.mixed import CrossedModel
from mushra.stats.sequential import ConfidenceSequence, confidence_sequence
from mushra.stats.table import Floats, RatingTable

ALPHA = 0.05
SEQUENCE, CROSSED = "sequence", "crossed"
# Findings about a pair so far.
FIRST_HIGHER, SECOND_HIGHER, EQUIVALENT, NOT_EQUIVALENT, UNDECIDED = (
    "first_higher",
    "second_higher",
    "equivalent",
    "not_equivalent",
    "undecided",
)


@dataclass(frozen=True)
class Condition:
    """Something that the confidence sequence, or stopping by it, needs.

    for_stopping: needed only before anybody may stop, not for the interval to hold.
    """

    sentence: str
    holds: bool
    for_stopping: bool = False


@dataclass(frozen=True)
class StoppingRule:
    """What was registered about looking; without a registration nobody may stop early.

    Args:
        margin: of equivalence, points.
        may_look: whether looking by the sequence was registered.
        predictions: the pairs that decide, with what is predicted; empty: all pairs, that they
            differ.
    """

    margin: float
    may_look: bool = False
    predictions: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class PairStatus:
    """One pair of systems under test so far, first minus second, points.

    Args:
        kind: `sequence` (these sentences, valid at any time) or `crossed` (not for stopping).
        interval: None where there are too few ratings; `reason` says so.
        n_listeners: that the interval rests on.
        finding: what the interval says; of a sequence only, `undecided` otherwise.
        is_predicted: whether the stopping rule waits for it.
    """

    first: str
    second: str
    kind: str
    interval: Interval | None
    middle: float
    n_listeners: int
    finding: str
    is_predicted: bool
    reason: str = ""


@dataclass(frozen=True)
class Monitoring:
    """How a test stands, for its researchers.

    Args:
        conditions: of the sequence and of stopping by it.
        may_stop: all of them hold and every awaited pair is decided.
        screening: None while nobody has finished.
    """

    n_listeners: int
    screening: ScreeningFacts | None
    conditions: tuple[Condition, ...]
    pairs: tuple[PairStatus, ...]
    may_stop: bool

    @property
    def is_sequence(self) -> bool:
        return all(one.holds for one in self.conditions if not one.for_stopping)


def monitor(
    table: RatingTable,
    design: ReportDesign,
    screening: ScreeningFacts,
    *,
    finished: Sequence[str],
    rule: StoppingRule,
) -> Monitoring:
    """How a test with at least one finished sitting stands.

    Args:
        table: the ratings of finished sittings, before screening.
        finished: the listeners in the order of finishing.
        rule: what was registered.
    """
    kept = table.without_listeners(screening.excluded)
    conditions = stopping_conditions(table, design, screening, rule)
    is_sequence = all(one.holds for one in conditions if not one.for_stopping)
    order = [code for code in finished if code in set(kept.listeners)]
    pairs = tuple(_pairs(kept, design, order if is_sequence else None, rule))
    awaited = [pair for pair in pairs if pair.is_predicted]
    decided = bool(awaited) and all(pair.finding != UNDECIDED for pair in awaited)
    return Monitoring(
        n_listeners=len(kept.listeners),
        screening=screening,
        conditions=conditions,
        pairs=pairs,
        may_stop=decided and all(one.holds for one in conditions),
    )


def stopping_conditions(
    table: RatingTable, design: ReportDesign, screening: ScreeningFacts, rule: StoppingRule
) -> tuple[Condition, ...]:
    """What the sequence and stopping by it need, and whether this test has it."""
    cells = table.item_codes.astype(np.intp) * len(table.systems) + table.system_codes
    n_wanted = len(np.unique(cells)) * len(table.listeners)
    return (
        Condition(
            "Every listener who finished rated the same sentences in the same systems.",
            len(table) == n_wanted,
        ),
        Condition(
            "Screening was fixed by the protocol before the test opened.",
            bool(design.protocol_hash),
        ),
        Condition(
            "Screening judges each listener by that listener’s own ratings (rule R2 looks at what "
            "others rated).",
            "R2" not in design.screening,
        ),
        Condition("No verdict was overridden by hand.", not screening.overrides),
        Condition(
            "Looking by the confidence sequence was registered before the test opened.",
            rule.may_look,
            for_stopping=True,
        ),
    )


def _pairs(
    table: RatingTable, design: ReportDesign, order: Sequence[str] | None, rule: StoppingRule
) -> list[PairStatus]:
    """Every pair of systems under test; by the sequence where `order` is given."""
    pairs = list(combinations(design.under_test, 2))
    awaited = {(first, second): said for first, second, said in rule.predictions}
    if not awaited:
        awaited = dict.fromkeys(pairs, "different")
    model = CrossedModel(table)
    if order is None:
        outcomes = model.pairs(pairs)
        return [
            _by_crossed(outcome.first, outcome.second, outcome.test, outcome.reason, awaited)
            for outcome in outcomes
        ]
    return [
        _by_sequence(
            pair,
            _listener_means(model, pair, order),
            n_pairs=len(pairs),
            prediction=awaited.get(pair),
            margin=rule.margin,
        )
        for pair in pairs
    ]


def _listener_means(model: CrossedModel, pair: tuple[str, str], order: Sequence[str]) -> Floats:
    """(n,) mean differences of the listeners, in the order of finishing."""
    cells = model.differences(*pair)
    n = len(model.table.listeners)
    counts = np.bincount(cells.listener, minlength=n)
    sums = np.bincount(cells.listener, weights=cells.value, minlength=n)
    place = {code: index for index, code in enumerate(model.table.listeners)}
    rows = [place[code] for code in order if counts[place[code]]]
    means: Floats = sums[rows] / counts[rows]
    return means


def _by_sequence(
    pair: tuple[str, str],
    means: Floats,
    *,
    n_pairs: int,
    prediction: str | None,
    margin: float,
) -> PairStatus:
    sequence = confidence_sequence(means, alpha=ALPHA, n_pairs=n_pairs)
    return PairStatus(
        first=pair[0],
        second=pair[1],
        kind=SEQUENCE,
        interval=sequence.now,
        middle=float(means.mean()) if means.size else 0.0,
        n_listeners=means.size,
        finding=_finding(sequence, prediction, margin),
        is_predicted=prediction is not None,
    )


def _by_crossed(
    first: str,
    second: str,
    test: CrossedTest | None,
    reason: str,
    awaited: dict[tuple[str, str], str],
) -> PairStatus:
    return PairStatus(
        first=first,
        second=second,
        kind=CROSSED,
        interval=None if test is None else test.interval,
        middle=0.0 if test is None else test.difference,
        n_listeners=0 if test is None else test.n_listeners,
        finding=UNDECIDED,
        is_predicted=(first, second) in awaited,
        reason=reason,
    )


def _finding(sequence: ConfidenceSequence, prediction: str | None, margin: float) -> str:
    """What the sequence says of what was asked about the pair."""
    now = sequence.now
    if prediction == "equivalent":
        if sequence.lies_within(margin):
            return EQUIVALENT
        return NOT_EQUIVALENT if now.low > margin or now.high < -margin else UNDECIDED
    if now.low > 0:
        return FIRST_HIGHER
    return SECOND_HIGHER if now.high < 0 else UNDECIDED

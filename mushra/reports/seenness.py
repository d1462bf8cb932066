"""What the networks had heard of the material, as it was when the batch was frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mushra.reports.design import ReportDesign, ScenarioEntry
from mushra.stats.table import RatingTable

# Columns of the table: what a network's training set may hold of an item.
CLAIMS = {
    "speaker_seen": "Speaker",
    "language_seen": "Language",
    "topic_seen": "Topic",
    "style_seen": "Style",
    "condition_seen": "Condition",
}


@dataclass(frozen=True)
class SeenCount:
    """On how many items a property was in training, and on how many not; the rest is unknown."""

    n_seen: int
    n_unseen: int


@dataclass(frozen=True)
class SeenRow:
    """One network in one scenario. `claims`: column -> counts of items."""

    scenario: str
    scenario_title: str
    system: str
    title: str
    n_items: int
    claims: Mapping[str, SeenCount]


def seen_rows(
    table: RatingTable, design: ReportDesign, scenarios: Sequence[ScenarioEntry]
) -> tuple[SeenRow, ...]:
    """A row for each scenario and system that claims anything; none for systems without training.

    Args:
        scenarios: in the order of the rows; empty for a test that has one only.
    """
    parts = [(one, table.having("scenario", one.code)) for one in scenarios] or [
        (ScenarioEntry("", ""), table)
    ]
    rows = [
        _row(scenario, part.of_systems({code}), design)
        for scenario, part in parts
        for code in design.under_test
        if code in part.systems
    ]
    return tuple(row for row in rows if row.claims)


def _row(scenario: ScenarioEntry, part: RatingTable, design: ReportDesign) -> SeenRow:
    (system,) = part.systems
    counts = {claim: _count(part, claim) for claim in CLAIMS if part.levels(claim)}
    return SeenRow(
        scenario=scenario.code,
        scenario_title=scenario.title,
        system=system,
        title=design.title_of(system),
        n_items=len(part.items),
        claims=counts,
    )


def _count(part: RatingTable, claim: str) -> SeenCount:
    counts = [len(part.having(claim, answer).items) for answer in ("yes", "no")]
    return SeenCount(*counts)

"""What may be said of an open test, and when anybody may stop."""

from dataclasses import replace

import numpy as np
import pytest

from mushra.reports.design import ReportDesign, SystemEntry
from mushra.reports.monitoring import CROSSED, SEQUENCE, Monitoring, StoppingRule, monitor
from mushra.reports.screening import NOTHING_KNOWN, screen
from mushra.stats.screening import Override
from mushra.stats.simulate import SimulationModel, simulate_ratings
from mushra.stats.table import RatingTable

MODEL = SimulationModel(
    means={"natural": 99.0, "a": 40.0, "b": 62.0, "c": 62.0},
    sd_listener=2.0,
    sd_item=3.0,
    sd_listener_system=3.0,
    sd_item_system=2.0,
    sd_residual=5.0,
    spread={"natural": 0.05},
)
RULE = StoppingRule(margin=15.0, may_look=True, predictions=[("a", "b", "second_better")])


def ratings(n_listeners: int = 60, n_items: int = 8) -> RatingTable:
    items = [f"i{n}" for n in range(n_items)]
    return simulate_ratings(MODEL, n_listeners=n_listeners, items=items, seed=9)


def design_of(**changes) -> ReportDesign:
    design = ReportDesign(
        title="Test",
        method="mushra_like",
        attribute="basic audio quality",
        systems=tuple(SystemEntry(code, code.upper()) for code in ("natural", "a", "b", "c")),
        reference="natural",
        low_anchor=None,
        mid_anchor=None,
        deviations=("No anchors.",),
        screening=("R1",),
        mid_anchor_valid=False,
        simulated=False,
        seed=1,
        protocol_hash="f" * 64,
    )
    return replace(design, **changes)


def monitored(table: RatingTable, rule: StoppingRule = RULE, **changes) -> Monitoring:
    design = design_of(**changes)
    screening = screen(table, design, NOTHING_KNOWN)
    return monitor(table, design, screening, finished=table.listeners, rule=rule)


def pair(found: Monitoring, first: str, second: str):
    return next(one for one in found.pairs if (one.first, one.second) == (first, second))


def test_a_decided_prediction_may_stop_the_test():
    found = monitored(ratings())

    assert pair(found, "a", "b").finding == "second_higher"
    assert found.may_stop


def test_nobody_may_stop_while_a_prediction_is_open():
    found = monitored(ratings(8))

    assert pair(found, "a", "b").finding == "undecided"
    assert not found.may_stop


def test_the_sequence_is_shown_but_does_not_stop_what_was_not_registered():
    found = monitored(ratings(), StoppingRule(margin=5.0))

    assert {one.kind for one in found.pairs} == {SEQUENCE}
    assert all(one.is_predicted for one in found.pairs)
    assert not found.may_stop


def test_a_prediction_of_equivalence_is_held_against_the_margin():
    rule = replace(RULE, predictions=[("b", "c", "equivalent"), ("a", "c", "equivalent")])
    found = monitored(ratings(120), rule)

    assert pair(found, "b", "c").finding == "equivalent"
    assert pair(found, "a", "c").finding == "not_equivalent"
    assert found.may_stop


def test_alpha_is_split_over_all_pairs():
    found = monitored(ratings(20))

    assert {round(one.interval.level, 4) for one in found.pairs} == {round(1 - 0.05 / 3, 4)}


def with_a_gap() -> RatingTable:
    table = ratings(20)
    return table.where(np.arange(len(table)) != 5)


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (with_a_gap(), {}),
        (ratings(20), {"protocol_hash": ""}),
    ],
    ids=["a missing rating", "no protocol"],
)
def test_where_a_condition_fails_the_crossed_interval_is_not_for_stopping(table, changes):
    found = monitored(table, **changes)

    assert {one.kind for one in found.pairs} == {CROSSED}
    assert not found.is_sequence
    assert not found.may_stop
    assert {one.finding for one in found.pairs} == {"undecided"}


def test_a_verdict_overridden_by_hand_ends_looking_early():
    table, design = ratings(20), design_of()
    override = Override("S01", excluded=True, reason="Was interrupted.", by="ada", at="today")
    screening = screen(table, design, replace(NOTHING_KNOWN, overrides=(override,)))
    found = monitor(table, design, screening, finished=table.listeners, rule=RULE)

    assert not found.is_sequence
    assert not found.may_stop


def test_excluded_listeners_do_not_count():
    table = ratings(20)
    careless = [
        10.0 if (who, system) == ("S03", "natural") else score
        for who, system, score in zip(table.listener, table.system, table.score, strict=True)
    ]
    found = monitored(
        RatingTable(table.listener, table.item, table.system, np.array(careless), table.factors)
    )

    assert found.n_listeners == 19
    assert {one.n_listeners for one in found.pairs} == {19}


def test_one_listener_is_no_reason_for_anything():
    found = monitored(ratings(1))

    assert not found.may_stop
    assert pair(found, "a", "b").interval.contains(0)


def opinions_that_turned() -> RatingTable:
    """The first half of the listeners, by code, likes a much better than b, the rest less."""
    table = ratings(30)
    keys = zip(table.listener, table.system, strict=True)
    better = {"a": 90.0, "b": 30.0, "c": 50.0, "natural": 100.0}
    worse = better | {"a": 30.0, "b": 50.0}
    scores = [(better if who <= "S15" else worse)[system] for who, system in keys]
    return RatingTable(table.listener, table.item, table.system, np.array(scores))


def test_the_order_of_finishing_counts_not_that_of_codes():
    table, design = opinions_that_turned(), design_of()
    screening = screen(table, design, NOTHING_KNOWN)
    early, late = (
        pair(monitor(table, design, screening, finished=order, rule=RULE), "a", "b")
        for order in (table.listeners, table.listeners[::-1])
    )

    assert early.middle == late.middle == pytest.approx(20)
    assert early.interval.low > late.interval.low

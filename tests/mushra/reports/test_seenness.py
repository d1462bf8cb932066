"""The report says in which condition items were heard, and what the networks knew of them."""

import json

import pytest

from mushra.reports.document import build_report
from mushra.reports.export import to_json
from mushra.reports.html import render_page
from mushra.stats.table import RatingTable


@pytest.fixture
def conditioned(table: RatingTable) -> RatingTable:
    """The unseen scenario is in babble; only `universal` has a training set."""
    is_unseen = [scenario == "unseen" for scenario in table.column("scenario")]
    is_network = [system == "universal" for system in table.system]
    condition = ["babble_10db" if unseen else "clean" for unseen in is_unseen]
    pairs = list(zip(is_network, is_unseen, strict=True))
    speaker = [("no" if unseen else "yes") if network else "" for network, unseen in pairs]
    style = [
        ("yes" if item in ("u05", "u06") else "no") if network else ""
        for network, item in zip(is_network, table.item, strict=True)
    ]
    for name, values in (
        ("condition", condition),
        ("speaker_seen", speaker),
        ("style_seen", style),
    ):
        table = table.with_factor(name, values)
    return table


def test_systems_with_a_network_have_a_row_for_each_scenario(conditioned, design):
    rows = build_report(conditioned, design).seen
    assert [(row.scenario, row.system) for row in rows] == [
        ("seen", "universal"),
        ("unseen", "universal"),
    ]
    speaker = [row.claims["speaker_seen"] for row in rows]
    assert [(one.n_seen, one.n_unseen) for one in speaker] == [(5, 0), (0, 5)]


def test_a_property_heard_on_some_items_is_counted(conditioned, design):
    page = render_page(build_report(conditioned, design), ())
    assert "in training for 2 of 5" in page
    assert "never heard" in page


def test_results_are_given_within_each_condition_clean_first(conditioned, design):
    clean, babble = build_report(conditioned, design).conditions
    assert (clean.code, babble.title) == ("clean", "Babble, 10 dB")
    assert babble.results.n_items == 5
    seen, unseen = build_report(conditioned, design).scenarios
    assert (clean.results, babble.results) == (seen.results, unseen.results)


def test_one_condition_alone_is_not_a_comparison(table, design):
    document = build_report(table.with_factor("condition", ["clean"] * len(table)), design)
    assert document.conditions == document.seen == ()
    assert document.design.conditions == ("clean",)


def test_the_json_holds_both(conditioned, design):
    plain = json.loads(to_json(build_report(conditioned, design)))
    assert plain["seen"][0]["claims"]["speaker_seen"] == {"n_seen": 5, "n_unseen": 0}
    assert [one["code"] for one in plain["conditions"]] == ["clean", "babble_10db"]

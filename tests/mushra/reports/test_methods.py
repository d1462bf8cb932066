from dataclasses import replace

import pytest

from mushra.reports.design import Registration
from mushra.reports.document import build_report
from mushra.reports.html import render_page
from mushra.reports.numbers import numbers_of
from mushra.reports.screening import Listening
from mushra.stats.screening import Override


def test_the_paragraph_is_made_of_the_reports_numbers(human_document):
    text = human_document.methods

    assert text.startswith("13 listeners took a MUSHRA-like test rating basic audio quality")
    assert "1 of 13 was excluded, leaving 12" in text
    assert "Each of 10 items was presented with 3 systems under test" in text
    assert f"gave {human_document.headline.n_ratings} ratings" in text
    assert "the 3 comparisons among systems under test" in text
    assert "deviates from BS.1534-3: There is no mid anchor" in text


def test_without_rules_nobody_is_said_to_be_excluded(human_table, human_design):
    text = build_report(human_table, replace(human_design, screening=())).methods

    assert "No listener was excluded by screening." in text
    assert "Post-screening" not in text


def test_one_comparison_is_one(human_table, human_design):
    two = human_table.of_systems({"natural", "universal", "anchor35"})

    assert "the 1 comparison with the reference" in build_report(two, human_design).methods


@pytest.mark.parametrize(("count", "verb"), [(1, "is"), (4, "are")])
def test_those_who_did_not_finish_are_counted(human_table, human_design, count, verb):
    text = build_report(human_table, replace(human_design, n_unfinished=count)).methods

    assert f" {count} more began but did not finish and {verb} not analyzed." in text


def test_when_all_finished_nothing_is_said_of_the_others(human_document):
    assert "did not finish" not in human_document.methods


def test_simulated_listeners_are_not_said_to_have_listened(document):
    text = document.methods

    assert "no person heard or rated anything" in text
    for claim in ("took", "listened", "presented", "extend to new listeners"):
        assert claim not in text


def test_few_speakers_narrow_the_claim(human_table, human_design):
    few = human_table.with_factor("speaker", ["ann" for _ in human_table.item])

    assert (
        "extend to new listeners and new sentences of these speakers only"
        in build_report(few, human_design).methods
    )


def test_decisions_by_hand_are_counted(human_table, human_design):
    listening = Listening(
        overrides=(
            Override("S01", excluded=True, reason="Fell asleep."),
            Override("S05", excluded=False, reason="The reference clipped."),
        )
    )

    text = build_report(human_table, human_design, listening).methods

    assert "1 of 13 was excluded, leaving 12" in text
    assert "with the reason stated, 1 was excluded and 1 kept" in text


def test_excluding_everybody_is_not_hidden(human_table, human_design):
    everybody = tuple(
        Override(one, excluded=True, reason="All of them.") for one in human_table.listeners
    )

    text = build_report(human_table, human_design, Listening(overrides=everybody)).methods

    assert "13 of 13 were excluded; as this leaves nobody" in text


def test_a_pre_registration_is_named_with_its_day_and_hash(table, design):
    registered = replace(design, registration=Registration("2025-11-04T10:00:00+00:00", "ab" * 32))

    document = build_report(table, registered)

    assert "registered on 2025-11-04, before the test opened (sha256 abababababab…)" in (
        document.methods
    )
    assert numbers_of(document)["design"]["registration"] == registered.registration
    assert "ab" * 32 in render_page(document, ())

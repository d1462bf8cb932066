"""Results by factor: what belongs to a level, and whether a difference depends on it."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from mushra.reports.analysis import compute_results
from mushra.reports.document import build_report
from mushra.reports.factors import MAX_LEVELS, part_of
from mushra.stats import contrasts
from mushra.stats.crossed import NEW_SPEAKERS, THESE_SPEAKERS
from mushra.stats.mixed import fit_crossed
from mushra.stats.table import RatingTable


def factor_of(document, name):
    return next(factor for factor in document.factors if factor.factor == name)


def test_every_factor_that_varies_is_broken_down(document):
    assert [factor.factor for factor in document.factors] == ["scenario", "speaker"]


def test_scenarios_are_not_computed_twice(document):
    assert factor_of(document, "scenario").levels == document.scenarios


def test_a_level_s_results_are_those_of_its_rows(document, table, design):
    kept = table.without_listeners(set(document.screening.excluded))
    level = factor_of(document, "speaker").levels[2]

    own = compute_results(kept.having("speaker", level.code), design)

    assert level.code == "voice2"
    assert [row.mean for row in level.results.systems] == [row.mean for row in own.systems]


def test_the_table_gives_means_and_percent_of_the_reference(document):
    row = factor_of(document, "scenario").layout[0]
    level = document.scenarios[0].results

    assert (row.code, row.n_items) == ("seen", 5)
    assert [cell.system for cell in row.cells] == [one.system for one in level.systems]
    assert row.cells[0].relative.percent == 100.0
    assert row.cells[1].relative.percent == level.systems[1].relative.percent


def test_an_interaction_is_the_difference_of_the_differences(document):
    rows = factor_of(document, "scenario").interactions
    seen, unseen = (scenario.results.pairs[0] for scenario in document.scenarios)

    assert len(rows) == 3
    assert rows[0].difference == pytest.approx(seen.difference - unseen.difference)
    assert (rows[0].first, rows[0].second, rows[0].level) == ("universal", "world", "seen")
    assert rows[0].low < rows[0].difference < rows[0].high


def test_with_gaps_an_interaction_takes_its_level_s_figures_over(table, design, monkeypatch):
    gaps = table.where(np.arange(len(table)) % 7 > 0)
    fit = Mock(wraps=fit_crossed)
    monkeypatch.setattr(contrasts, "fit_crossed", fit)

    factor = factor_of(build_report(gaps, design), "scenario")

    first, second = (level.results.pairs[0] for level in factor.levels)
    assert factor.interactions[0].method == contrasts.SEPARATE
    assert factor.interactions[0].difference == pytest.approx(first.difference - second.difference)
    # Three pairs, outside of one scenario and of each of the four speakers with two items.
    assert fit.call_count == 3 * (1 + 4)


def shifted(table: RatingTable, by: float) -> RatingTable:
    """The table with one system better by so much in one scenario only."""
    rows = zip(table.system, table.factors["scenario"], strict=True)
    better = np.array([system == "world" and level == "seen" for system, level in rows])
    scores = np.clip(table.score + by * better, 0, 100)
    return RatingTable(table.listener, table.item, table.system, scores, table.factors)


def test_a_planted_interaction_is_found_and_holm_corrects_over_the_factor(table, design):
    rows = factor_of(build_report(shifted(table, 20), design), "scenario").interactions
    found = {(row.first, row.second): row for row in rows}

    assert found["universal", "world"].p_holm < 0.01
    assert found["world", "griffin_lim"].p_holm < 0.01
    assert all(row.p_holm >= row.p for row in rows)


def test_three_levels_are_each_set_against_the_rest(document):
    rows = factor_of(document, "speaker").interactions

    assert len(rows) == 3 * 6
    assert {row.level for row in rows} == {f"voice{number}" for number in range(6)}
    assert all("2 items in each" in row.note for row in rows if np.isnan(row.p))


def test_a_claim_about_one_system_takes_the_others_along(table):
    claims = [
        ("yes" if item < "u05" else "no") if system == "universal" else ""
        for item, system in zip(table.item, table.system, strict=True)
    ]

    part = part_of(table.with_factor("speaker_seen", claims), "speaker_seen", "no")

    assert set(part.systems) == set(table.systems)
    assert set(part.items) == {f"u{number:02d}" for number in range(5, 10)}


def test_claims_of_two_systems_that_differ_are_not_compared_within_a_level(table, design):
    claims = []
    for item, system in zip(table.item, table.system, strict=True):
        seen = {"universal": True, "world": item < "u05"}.get(system)
        claims.append({True: "yes", False: "no", None: ""}[seen])

    factor = factor_of(
        build_report(table.with_factor("speaker_seen", claims), design), "speaker_seen"
    )

    pairs = {(row.first, row.second) for row in factor.interactions}
    assert ("universal", "world") not in pairs
    assert ("world", "griffin_lim") in pairs


def test_too_many_levels_are_counted_not_tabulated(table, design):
    many = table.with_factor("topic", [f"t{hash_of(who, item)}" for who, item in keys(table)])

    factor = factor_of(build_report(many, design), "topic")

    assert factor.levels == ()
    assert "too many to tabulate" in factor.note


def keys(table):
    return zip(table.listener, table.item, strict=True)


def hash_of(listener: str, item: str) -> int:
    return (int(listener[1:]) * 10 + int(item[1:])) % (MAX_LEVELS + 6)


def test_six_speakers_speak_for_new_ones_and_three_only_for_themselves(document, table, design):
    few = table.with_factor("speaker", [f"voice{int(item[1:]) % 3}" for item in table.item])

    many_row, few_row = document.headline.pairs[0], build_report(few, design).headline.pairs[0]

    assert many_row.speakers.claim == NEW_SPEAKERS
    assert many_row.speakers.n_speakers == 6
    assert few_row.claim == THESE_SPEAKERS
    assert few_row.speakers.se == few_row.se


def test_speakers_that_contradict_themselves_are_left_alone(table, design):
    unclear = table.with_factor("speaker", [f"voice{listener}" for listener in table.listener])

    document = build_report(unclear, design)

    assert document.headline.pairs[0].speakers is None
    assert "unclear_speakers" in {caution.code for caution in document.cautions}


def test_a_column_asked_for_is_broken_down_too(table, design):
    genres = ["news" if item < "u04" else "novel" for item in table.item]

    document = build_report(table.with_factor("genre", genres), replace(design, factors=("genre",)))

    assert [level.code for level in factor_of(document, "genre").levels] == ["news", "novel"]

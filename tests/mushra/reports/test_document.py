import json
from dataclasses import replace

import numpy as np
import pytest

from mushra.reports.analysis import MeanInterval, SystemRow, compute_results
from mushra.reports.design import SystemEntry
from mushra.reports.document import build_report
from mushra.reports.export import to_json
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.table import RatingTable


def interval_of(row: SystemRow) -> MeanInterval:
    assert row.interval is not None
    return row.interval


def test_the_same_input_gives_the_same_bytes(table, design):
    order = np.random.default_rng(1).permutation(len(table))
    shuffled = RatingTable(
        listener=tuple(table.listener[k] for k in order),
        item=tuple(table.item[k] for k in order),
        system=tuple(table.system[k] for k in order),
        score=table.score[order],
        factors={name: tuple(v[k] for k in order) for name, v in table.factors.items()},
    )

    assert to_json(build_report(table, design)) == to_json(build_report(shuffled, design))


def test_systems_stand_in_the_order_of_the_design(document):
    assert [row.system for row in document.headline.systems] == [
        "natural",
        "universal",
        "world",
        "griffin_lim",
        "anchor35",
    ]


def test_only_systems_under_test_are_paired(document):
    pairs = {(pair.first, pair.second) for pair in document.headline.pairs}

    assert pairs == {("universal", "world"), ("universal", "griffin_lim"), ("world", "griffin_lim")}
    assert {pair.second for pair in document.headline.against_reference} == {"natural"}


def test_results_are_given_with_and_without_exclusions(document):
    assert document.screening.excluded == ("S05",)
    assert document.after_screening.n_listeners == 12
    assert document.everyone.n_listeners == 13


def test_without_screening_nobody_is_excluded(table, design):
    document = build_report(table, replace(design, screening=()))

    assert document.screening.verdicts == ()
    assert document.after_screening == document.everyone


def test_excluding_everybody_leaves_the_results_of_everyone(table, design):
    scores = np.where([system == "natural" for system in table.system], 50.0, table.score)
    poor = RatingTable(table.listener, table.item, table.system, scores, table.factors)

    document = build_report(poor, design)

    assert document.after_screening.n_listeners == 0
    assert document.headline is document.everyone
    assert "all_excluded" in {caution.code for caution in document.cautions}


def test_a_listener_who_has_not_finished_is_not_lost(table, design):
    unfinished = table.where(
        not (listener == "S02" and item in ("u08", "u09"))
        for listener, item in zip(table.listener, table.item, strict=True)
    )

    document = build_report(unfinished, design)

    pair = document.headline.pairs[0]
    assert (pair.n_listeners, pair.n_items, pair.n_ratings) == (12, 10, 118)
    assert pair.method == "restricted maximum likelihood"
    assert (pair.n_missing, pair.note) == (2, "")
    assert document.design.n_missing == 10
    assert "incomplete" in {caution.code for caution in document.cautions}


def test_a_system_shown_in_one_scenario_only_is_compared_there(table, design):
    partly = table.where(
        not (system == "world" and scenario == "seen")
        for system, scenario in zip(table.system, table.factors["scenario"], strict=True)
    )

    document = build_report(partly, design)

    pair = document.headline.pairs[0]
    assert (pair.second, pair.n_items, pair.n_listeners, pair.note) == ("world", 5, 12, "")
    assert document.design.n_missing == 0


def test_one_listener_one_item_two_systems_give_a_labelled_partial_report(human_design):
    tiny = RatingTable(("L1",) * 2, ("u00",) * 2, ("natural", "world"), np.array([100.0, 60.0]))

    document = build_report(tiny, replace(human_design, scenarios=()))

    row = document.headline.systems[1]
    assert (row.mean, row.interval) == (60.0, None)
    assert {"few_listeners", "few_items", "untested"} <= {c.code for c in document.cautions}
    assert "at least 2 listeners" in document.headline.against_reference[0].note


def test_one_item_gives_an_interval_over_listeners_that_says_so(table, design):
    document = build_report(table.of_items({"u00"}), design)

    interval = interval_of(document.headline.systems[1])
    assert interval.kind == "listeners"
    assert interval.note.startswith("These sentences only")


def test_references_that_are_all_100_do_not_crash(table, design):
    scores = np.where([system == "natural" for system in table.system], 100.0, table.score)
    perfect = RatingTable(table.listener, table.item, table.system, scores, table.factors)

    row = build_report(perfect, design).headline.systems[0]

    interval = interval_of(row)
    assert (interval.low, interval.high, row.sd) == (100.0, 100.0, 0.0)


def test_two_systems_that_are_always_equal_have_no_test_and_say_why(table, design):
    keys = list(zip(table.listener, table.item, table.system, strict=True))
    world = {key[:2]: s for key, s in zip(keys, table.score, strict=True) if key[2] == "world"}
    scores = np.array(
        [
            world[key[:2]] if key[2] == "griffin_lim" else s
            for key, s in zip(keys, table.score, strict=True)
        ]
    )
    same = RatingTable(table.listener, table.item, table.system, scores, table.factors)

    pair = build_report(same, design).headline.pairs[2]

    assert np.isnan(pair.p_holm)
    assert "All differences are equal" in pair.note
    assert pair.listener_means is not None
    assert pair.listener_means.wilcoxon_p == 1.0


def test_no_ratings_are_refused(design):
    empty = RatingTable((), (), (), np.array([]))

    with pytest.raises(TooFewRatings, match="no ratings yet"):
        build_report(empty, design)


def test_a_system_the_design_lacks_is_refused(table, design):
    with pytest.raises(InvalidRatings, match="griffin_lim"):
        build_report(
            table, replace(design, systems=tuple(s for s in design.systems if "g" not in s.code[0]))
        )


def test_simulated_ratings_never_pass_as_those_of_people(table, human_design):
    with pytest.raises(InvalidRatings, match="listeners are human"):
        build_report(table, human_design)


def test_a_simulated_test_says_so(document, human_document):
    assert document.listeners == "simulated"
    assert human_document.listeners == "human"
    assert document.methods.startswith("The ratings of 13 simulated listeners in a MUSHRA-like")
    assert document.cautions[0].code == "simulated"


def test_recovery_is_reported_for_simulations_only(document, human_document):
    assert len(document.recovery) == 5
    assert sum(bool(row.inside) for row in document.recovery) >= 4
    assert human_document.recovery == ()


def test_results_can_be_computed_for_any_part_of_the_table(table, design):
    results = compute_results(table.having("scenario", "seen"), design)

    assert results.n_items == 5


def test_devices_are_counted_by_listener(document):
    assert document.design.devices == {"headphones": 13}


def test_a_title_may_repeat_but_a_code_may_not(design):
    twice = (*design.systems, SystemEntry("world", "WORLD again"))

    with pytest.raises(ValueError, match="listed once"):
        replace(design, systems=twice)


def test_who_did_not_finish_and_how_the_level_was_set_are_in_the_json(human_table, human_design):
    design = replace(human_design, n_unfinished=3, level="Set once.", playback="In step.")

    facts = json.loads(to_json(build_report(human_table, design)))["design"]

    assert (facts["n_listeners"], facts["n_unfinished"]) == (13, 3)
    assert (facts["level"], facts["playback"]) == ("Set once.", "In step.")


def test_simulated_listeners_use_no_devices_to_warn_of(table, design):
    halves = ["headphones" if int(who[1:]) % 2 else "loudspeakers" for who in table.listener]
    mixed = table.with_factor("device", halves)
    people = mixed.with_factor("listener_kind", ["human"] * len(mixed))
    human_design = replace(design, simulated=False, simulation=None)

    assert "mixed_devices" in {c.code for c in build_report(people, human_design).cautions}
    assert "mixed_devices" not in {c.code for c in build_report(mixed, design).cautions}

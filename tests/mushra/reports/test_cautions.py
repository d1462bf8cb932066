from dataclasses import replace

import numpy as np
import pytest

from mushra.reports.document import build_report
from mushra.stats.table import RatingTable


def codes(table, design) -> set[str]:
    return {caution.code for caution in build_report(table, design).cautions}


def changed(table: RatingTable, scores: np.ndarray) -> RatingTable:
    return RatingTable(table.listener, table.item, table.system, scores, table.factors)


def test_a_sound_test_of_people_is_only_small(human_table, human_design):
    assert codes(human_table, human_design) == {"few_listeners"}


def test_saturated_scores_are_pointed_out(human_table, human_design):
    high = np.clip(human_table.score + 25, 0, 100)

    assert "saturated" in codes(changed(human_table, high), human_design)


def test_four_items_are_few_and_five_are_not(human_table, human_design):
    items = [f"u{number:02d}" for number in range(5)]

    assert "few_items" in codes(human_table.of_items(items[:4]), human_design)
    assert "few_items" not in codes(human_table.of_items(items), human_design)


@pytest.mark.parametrize(("n_speakers", "few"), [(4, True), (5, False)])
def test_fewer_than_five_speakers_mean_these_speakers_only(
    human_table, human_design, n_speakers, few
):
    speakers = [f"voice{int(item[1:]) % n_speakers}" for item in human_table.item]
    document = build_report(human_table.with_factor("speaker", speakers), human_design)

    texts = [caution.text for caution in document.cautions if caution.code == "few_speakers"]
    assert bool(texts) is few
    assert all("these speakers only" in text for text in texts)


def test_headphones_and_loudspeakers_do_not_mix(human_table, human_design):
    devices = ["loudspeakers" if who == "S01" else "headphones" for who in human_table.listener]

    assert "mixed_devices" in codes(human_table.with_factor("device", devices), human_design)


def test_a_reference_nobody_recognizes_is_pointed_out(human_table, human_design):
    scores = np.where([s == "natural" for s in human_table.system], 72.0, human_table.score)

    assert "weak_reference" in codes(
        changed(human_table, scores), replace(human_design, screening=())
    )


def test_many_exclusions_are_pointed_out(human_table, human_design):
    careless = {f"S{number:02d}" for number in range(1, 7)}
    scores = np.where(
        [
            s == "natural" and who in careless
            for s, who in zip(human_table.system, human_table.listener, strict=True)
        ],
        60.0,
        human_table.score,
    )

    assert "many_excluded" in codes(changed(human_table, scores), human_design)

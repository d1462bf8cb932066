"""The figures on features and metrics in docs/prosody.md are those that were measured."""

import copy

import pytest

from benchmarks.prosody_doc import PAGE, TABLES, generated_parts, read_results
from synth.datasets.tables import replace_generated

TEXT = PAGE.read_text(encoding="utf-8")
RESULTS = read_results()


def row(part, **wanted):
    benchmark, title = TABLES[part]
    rows = RESULTS[benchmark]["tables"][title]
    return next(one for one in rows if all(one[key] == value for key, value in wanted.items()))


def test_every_figure_is_that_of_the_results():
    assert replace_generated(TEXT, generated_parts(RESULTS)) == TEXT, (
        "Run: python benchmarks/prosody_doc.py"
    )


def test_another_result_is_another_page():
    changed = copy.deepcopy(RESULTS)
    changed["prosody_pitch"]["tables"]["Against a known pitch"][0]["clips"] = -1
    assert replace_generated(TEXT, generated_parts(changed)) != TEXT


@pytest.mark.parametrize("error", ["GPE_percent", "FPE_cents", "VDE_percent"])
def test_the_tracker_of_the_features_is_nearer_the_truth_than_harvest(error):
    part = "trackers, known pitch"
    assert row(part, tracker="swift-f0")[error] < row(part, tracker="world")[error]


def test_the_smoothest_line_keeps_most():
    names = ("the smoothest line with the features", "a straight piece per phoneme")
    smooth, pieces = (row("rebuilt lines", rebuilt_as=name) for name in names)
    assert smooth["RMSE_cents"] < pieces["RMSE_cents"]
    assert smooth["correlation"] > 0.99


@pytest.mark.parametrize("part", ["F0 from few phrases", "energy from few phrases"])
def test_the_prior_helps_where_there_is_one_phrase_and_does_not_matter_with_thirty(part):
    one, thirty = row(part, phrases=1), row(part, phrases=30)
    assert one["mean_shrunk"] < one["mean_plain"]
    assert one["sd_shrunk_percent"] < one["sd_plain_percent"]
    assert thirty["mean_shrunk"] == pytest.approx(thirty["mean_plain"], rel=0.05)


def test_an_aligner_that_saw_labels_agrees_with_them_better_than_one_that_did_not():
    labels, text = (
        row("alignment", learned_from=name, phones_from="text", classes="folded")
        for name in ("labels", "text alone")
    )
    assert labels["median_ms"] <= 10
    assert labels["p90_ms"] <= text["p90_ms"]


def test_wrong_texts_are_refused_and_right_ones_are_not():
    right, wrong = (row("wrong texts", text=name) for name in ("right", "another sentence's"))
    assert right["refused_percent"] < wrong["refused_percent"]

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


def test_learning_betters_the_first_guesses_and_labels_better_it_still():
    warped, learned, labeled = (
        row("alignment", aligned_by=name)
        for name in ("warping to espeak-ng", "network, no labels", "network, labels")
    )
    assert warped["mean_ms"] > learned["mean_ms"] > labeled["mean_ms"]
    assert warped["p90_ms"] > learned["p90_ms"] >= labeled["p90_ms"]
    assert learned["median_ms"] <= 10


@pytest.mark.parametrize("speech", ["espeak-ng cs", "espeak-ng ru", "flite slt en", "flite rms en"])
def test_true_times_are_found(speech):
    assert row("true times", speech=speech)["median_ms"] <= 20


@pytest.mark.parametrize("speaker", ["ru_nsh", "tux_ru", "cs_fish_small", "cs_fish_big"])
def test_wrong_texts_are_refused_and_right_ones_are_not(speaker):
    found = row("wrong texts", speaker=speaker, aligner_for="everybody")
    assert found["wrong_refused_percent"] > 90
    assert found["right_accepted_percent"] > 50

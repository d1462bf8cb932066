"""Tables and the bar, from scores that were made up."""

import numpy as np
import pytest

from synth.prosody.evaluation.bar import bar_rows
from synth.prosody.evaluation.references import ALIGNER, LABELS, Source
from synth.prosody.evaluation.scoring import Observation
from synth.prosody.evaluation.summary import (
    cells,
    differences,
    equivalences,
    few,
    of_network,
    tabled,
)

OWN, OTHER = Source("made", LABELS), Source("other", ALIGNER)
N = 40


def observed(system, source=OWN, *, n=N, **centers):
    """As many utterances whose scores lie around these."""
    rng = np.random.default_rng(3)  # the same utterances deviate alike in every system
    common = rng.normal(size=n)
    return [
        Observation(
            source,
            f"{k:03d}",
            system,
            {name: value + 0.02 * common[k] for name, value in centers.items()},
        )
        for k in range(n)
    ]


def test_a_cell_has_means_with_intervals():
    (cell,) = cells("made", tabled(observed("agg", f0_r=0.9)))
    found = cell["metrics"]["f0_r"]
    assert found["low"] < found["mean"] < found["high"]
    assert found["mean"] == pytest.approx(0.9, abs=0.01)
    assert (cell["speaker"], cell["cut"], cell["n"]) == ("made", "labels", N)


def test_an_utterance_without_a_figure_is_left_out_of_it_alone():
    rows = [*observed("agg", f0_r=0.9, ffe=0.1), Observation(OWN, "x", "agg", {"ffe": 0.1})]
    (cell,) = cells("made", tabled(rows))
    assert cell["metrics"]["f0_r"]["n"] == N
    assert cell["metrics"]["ffe"]["n"] == N + 1


def test_phone_errors_weigh_utterances_by_their_phones():
    rows = [
        Observation(OWN, "a", "agg", {"phone_edits": 1.0, "phones": 10.0}),
        Observation(OWN, "b", "agg", {"phone_edits": 30.0, "phones": 30.0}),
    ]
    (cell,) = cells("made", tabled(rows))
    assert cell["metrics"]["phone_error"]["mean"] == pytest.approx(31 / 40)


def test_similarity_is_a_share_of_the_target_s_own_vocoded_speech():
    rows = [
        *observed("copy", target_similarity=0.8),
        *observed("agg", OTHER, target_similarity=0.6),
    ]
    found = {row["system"]: row["metrics"] for row in cells("made", tabled(rows))}
    assert found["agg"]["similarity_ratio"]["mean"] == pytest.approx(0.75, abs=0.02)
    assert found["copy"]["similarity_ratio"]["mean"] == pytest.approx(1.0)


def test_differences_are_paired():
    rows = [*observed("agg", f0_r=0.9, ffe=0.05), *observed("base_timed", f0_r=0.6, ffe=0.2)]
    found = {row["metric"]: row for row in differences("made", tabled(rows))}
    assert found["f0_r"]["mean"] == pytest.approx(0.3)
    assert found["f0_r"]["high"] - found["f0_r"]["low"] < 1e-6  # they deviate alike
    assert found["ffe"]["mean"] == pytest.approx(-0.15)


def test_phone_errors_are_compared_too():
    def heard(system, edits):
        return [
            Observation(OWN, str(k), system, {"phone_edits": edits + k % 2, "phones": 20.0})
            for k in range(6)
        ]

    rows = [*heard("agg", 3.0), *heard("copy", 1.0)]
    (row,) = [r for r in differences("made", tabled(rows)) if r["metric"] == "phone_error"]
    assert row["mean"] == pytest.approx(0.1)


@pytest.mark.parametrize(("gap", "is_shown"), [(0.01, True), (0.04, False)])
def test_equivalence_is_shown_within_the_margin_alone(gap, is_shown):
    rows = [*observed("agg", f0_r=0.9), *observed("agg_textless", f0_r=0.9 - gap)]
    rows += observed("agg_textless", OTHER, f0_r=0.9)
    rng = np.random.default_rng(4)
    noisy = [
        Observation(o.source, o.utterance, o.system, {"f0_r": o.scores["f0_r"] + e})
        for o, e in zip(rows, 0.01 * rng.normal(size=len(rows)), strict=True)
    ]
    (row,) = equivalences("made", tabled(noisy))
    assert row["metric"] == "f0_r"
    assert row["is_shown"] is is_shown


def test_small_cells_are_named():
    rows = list(cells("made", tabled(observed("agg", n=5, f0_r=0.9))))
    assert few(rows) == ["made from made (labels), agg: 5"]
    assert few(list(cells("made", tabled(observed("agg", f0_r=0.9))))) == []


def test_a_card_shows_its_network_its_controls_and_copies():
    names = ("copy", "agg", "agg_zeroed", "base", "base_timed")
    rows = list(cells("made", tabled([o for n in names for o in observed(n, f0_r=0.9)])))
    assert [row["system"] for row in of_network(rows, "made", "base")] == [
        "copy",
        "base",
        "base_timed",
    ]
    assert of_network(rows, "anna", "base") == []


def bar_of(*observations):
    table = tabled([one for rows in observations for one in rows])
    found = list(cells("made", table)), list(differences("made", table))
    rows = bar_rows(*found, list(equivalences("made", table)))
    return {(row["what"], row["speaker"]): row for row in rows}


def test_the_bar_is_lower_for_unseen_speakers():
    good = {"f0_r": 0.91, "ffe": 0.1}
    found = bar_of(observed("agg", **good), observed("agg", OTHER, **good))
    assert not found["F0 correlation", "made"]["is_met"]
    assert found["F0 correlation", "other"]["is_met"]
    assert not found["FFE", "made"]["is_met"]
    assert found["FFE", "other"]["is_met"]


def test_what_a_copy_reaches_stands_beside():
    found = bar_of(observed("agg", duration_r=0.7), observed("copy", duration_r=0.76))
    row = found["duration correlation", "made"]
    assert not row["is_met"]
    assert row["copy"] == pytest.approx(0.76, abs=0.01)


def test_a_gain_must_be_large_enough_and_off_zero():
    far = bar_of(observed("agg", f0_r=0.9), observed("base_timed", f0_r=0.6))
    near = bar_of(observed("agg", f0_r=0.9), observed("base_timed", f0_r=0.75))
    assert far["F0 correlation over base", "made"]["is_met"]
    assert not near["F0 correlation over base", "made"]["is_met"]


def test_a_zeroed_control_that_still_follows_fails():
    assert not bar_of(observed("agg_zeroed", f0_r=0.5))["F0 correlation, F0 zeroed", "made"][
        "is_met"
    ]

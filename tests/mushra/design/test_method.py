"""The name a test may bear (BS.1534-3 §1, §5.1)."""

import pytest

from mushra.design.attributes import (
    ATTRIBUTES,
    BASIC_QUALITY,
    NATURALNESS_ALONE,
    PROSODY_SIMILARITY,
    SPEAKER_SIMILARITY,
)
from mushra.design.method import (
    MAX_RATED_SIGNALS,
    check_composition,
    declare_method,
    role_of,
    unite,
)
from mushra.errors import MushraError


def declare(systems, attribute=BASIC_QUALITY):
    return declare_method(systems, ATTRIBUTES[attribute])


def test_reference_and_both_anchors_make_it_mushra():
    declared = declare({"natural", "anchor35", "anchor70", "world"})
    assert (declared.method, declared.deviations) == ("mushra", ())


def test_a_speech_anchor_is_declared_as_a_deviation():
    declared = declare({"natural", "anchor35", "anchor20", "world"})
    assert declared.method == "mushra_like"
    assert "2 kHz speech anchor" in declared.deviations[0]


def test_without_an_anchor_it_is_only_mushra_like_and_says_why():
    declared = declare({"natural", "anchor35", "world"})
    assert declared.method == "mushra_like"
    assert declared.deviations == ("No mid anchor is presented (BS.1534-3 §1).",)


def test_a_test_is_mushra_only_if_all_its_pages_are():
    whole = declare({"natural", "anchor35", "anchor70", "world"})
    bare = declare({"natural", "world"})
    assert unite([whole, whole]) == whole
    assert unite([whole, bare]).method == "mushra_like"
    assert unite([bare, bare]).deviations == bare.deviations


def test_a_deviation_of_some_pages_is_not_said_of_all():
    with_anchors = declare({"natural", "anchor35", "anchor20", "world"})
    without = declare({"natural", "world"})
    united = unite([with_anchors, without]).deviations
    assert "In some scenarios only: No 3.5 kHz low anchor is presented (BS.1534-3 §1)." in united
    assert all(deviation.startswith("In some scenarios only: ") for deviation in united)


def test_roles():
    codes = ["natural", "anchor35", "anchor70", "anchor20", "universal"]
    codes += ["flat_prosody", "target_voice"]
    expected = ["reference", "low_anchor", "mid_anchor", "mid_anchor", "system", "flat", "target"]
    assert [role_of(code) for code in codes] == expected


TRANSFER = {"natural", "transferred", "flat_prosody", "target_voice"}


def test_without_a_labelled_reference_it_is_mushra_like_and_says_so():
    declared = declare(TRANSFER | {"anchor35", "anchor70"}, NATURALNESS_ALONE)
    assert declared.method == "mushra_like"
    assert [said[:21] for said in declared.deviations] == ["No labelled reference"]


def test_prosody_has_a_hidden_reference_and_an_anchor_of_its_own():
    deviations = declare(TRANSFER, PROSODY_SIMILARITY).deviations
    assert not any("reference" in said for said in deviations)
    assert "No 3.5 kHz low anchor is presented (BS.1534-3 §1)." in deviations
    assert any("flat pitch and even tempo" in said for said in deviations)


def test_band_limited_anchors_are_not_rated_for_prosody():
    everything = TRANSFER | {"anchor35", "anchor20"}
    assert declare(everything, PROSODY_SIMILARITY) == declare(TRANSFER, PROSODY_SIMILARITY)


def test_a_reference_that_says_another_sentence_is_no_hidden_one():
    deviations = declare(TRANSFER, SPEAKER_SIMILARITY).deviations
    assert "another sentence" in deviations[0]
    assert not any("flat pitch" in said for said in deviations)


@pytest.mark.parametrize(
    ("systems", "code"),
    [
        ({"natural", "anchor35"}, "nothing_under_test"),
        ({"natural", "anchor20", "anchor70", "world"}, "two_mid_anchors"),
        ({f"system{number}" for number in range(MAX_RATED_SIGNALS + 1)}, "too_many_signals"),
    ],
)
def test_what_is_no_comparison_is_refused(systems, code):
    with pytest.raises(MushraError) as refusal:
        check_composition("Noisy speech", systems)
    assert (refusal.value.code, refusal.value.field) == (code, "systems")


def test_twelve_signals_are_not_too_many():
    check_composition("Noisy speech", {f"system{number}" for number in range(MAX_RATED_SIGNALS)})

"""The split every network shares."""

import pytest

from synth.datasets.splits import (
    CONDITION,
    HEARD,
    TEST,
    TRAIN,
    UNSEEN,
    VALIDATION,
    normalize_prompt,
    split_of,
)

EXPECTED = {TEST: [55], VALIDATION: [34, 41, 46, 48, 53]}


def test_the_split_of_known_prompts_never_changes():
    """A change here moves utterances between training and test: never do it silently."""
    splits = [split_of(speaker="ru_nsh", language="ru", prompt=f"sentence {n}") for n in range(60)]
    found = {
        name: [n for n, split in enumerate(splits) if split == name] for name in (TEST, VALIDATION)
    }
    assert found == EXPECTED


def test_about_a_twentieth_is_held_out_for_each_use():
    splits = [split_of(speaker="s", language="ru", prompt=f"text {n}") for n in range(4000)]
    for name in (TEST, VALIDATION):
        assert 0.04 < splits.count(name) / len(splits) < 0.06
    assert splits.count(TRAIN) + splits.count(TEST) + splits.count(VALIDATION) == 4000


@pytest.mark.parametrize(
    ("first", "second"),
    [("Hello, world!", "hello  world"), ("STRASSE", "straße"), ("e\u0301te", "\u00e9te")],
)
def test_a_text_read_twice_stays_on_one_side(first, second):
    assert normalize_prompt(first) == normalize_prompt(second)


@pytest.mark.parametrize("speaker", ["june", "carlo", "librivox_austen"])
def test_the_speakers_of_the_demo_that_must_stay_unseen_are(speaker):
    splits = {split_of(speaker=speaker, language="en", prompt=str(n)) for n in range(200)}
    assert splits == {UNSEEN}


def test_a_whole_language_can_stay_unseen():
    assert split_of(speaker="klettres_it", language="it", prompt="a") == UNSEEN


@pytest.mark.parametrize("speaker", ["ktuberling_en", "qabcs_en", "tux_ru"])
def test_speakers_once_kept_apart_stay_apart(speaker):
    assert split_of(speaker=speaker, language="en", prompt="a") == UNSEEN


@pytest.mark.parametrize("condition", ["telephone", "gsm", "low-rate-11k", "sung", "processed"])
def test_a_recording_condition_is_never_trained_on(condition):
    splits = {
        split_of(speaker="hedgewars_en", language="en", prompt=str(n), condition=condition)
        for n in range(200)
    }
    assert splits == {CONDITION}


def test_a_voice_heard_elsewhere_is_neither_trained_on_nor_unseen():
    assert split_of(speaker="hedgewars_uk", language="uk", prompt="Hello") == HEARD

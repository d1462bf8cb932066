"""The speaker check: how it judges, and that what it found stands in the splits."""

import json

import numpy as np
import pytest

from synth.datasets.records import Utterance
from synth.datasets.speaker_check import RESULT, THRESHOLD, describe_voices, leaking
from synth.datasets.splits import (
    HEARD,
    HEARD_SPEAKERS,
    TRAIN,
    UNSEEN,
    UNSEEN_SPEAKERS,
    split_of,
)

FOUND = json.loads(RESULT.read_text(encoding="utf-8"))
VOICES = FOUND["voices"]


def utterance(speaker, language):
    return Utterance(
        code=speaker,
        speaker=speaker,
        language=language,
        style="read",
        condition="clean",
        prompt="p",
        text="",
        licence="",
        package="",
        source_path="",
        duration_s=30.0,
        original_rate_hz=16_000,
        bandwidth_hz=8000.0,
        sha256="",
        split="",
    )


def towards(cosine):
    """Two equal unit vectors that lie at this cosine to the first axis."""
    return [np.array([cosine, np.sqrt(1 - cosine**2)])] * 2


def described(cosine):
    """What is found of an unseen speaker this close to the one trained on."""
    utterances = [utterance("allison", "en"), utterance("june", "fr")]
    embeddings = {"allison en": towards(1.0), "june fr": towards(cosine)}
    embeddings |= {"tux_bg bg": towards(0.0)}
    return describe_voices([*utterances, utterance("tux_bg", "bg")], embeddings)


def test_a_voice_is_compared_with_the_closest_of_the_training_set():
    found = described(0.8)["voices"]["june fr"]
    assert (found["split"], found["closest"], found["cosine"]) == (UNSEEN, "allison en", 0.8)


@pytest.mark.parametrize(("cosine", "expected"), [(0.99, ["june fr"]), (0.8, [])])
def test_only_a_voice_above_the_threshold_leaks(cosine, expected):
    assert leaking(described(cosine)) == expected


def test_pairs_that_sound_alike_are_listed():
    assert ("allison en", "june fr", 0.99) in described(0.99)["alike"]
    assert described(0.8)["alike"] == []


def test_no_unseen_voice_of_the_corpora_is_heard_in_training():
    assert FOUND["threshold"] == THRESHOLD
    assert leaking(FOUND) == []


def test_the_figures_belong_to_today_s_splits():
    for voice, entry in VOICES.items():
        speaker, language, *condition = voice.split()
        split = split_of(
            speaker=speaker,
            language=language,
            prompt="",
            condition=condition[0] if condition else "clean",
        )
        held_out = entry["split"] if entry["split"] != TRAIN else split
        assert split == held_out, voice


def test_every_named_speaker_that_was_read_was_measured():
    measured = {voice.split()[0] for voice in VOICES}
    assert UNSEEN_SPEAKERS - measured <= {"tux_en_gb"}  # in no package that is read
    assert measured >= HEARD_SPEAKERS


def test_voices_set_aside_as_heard_are_above_the_threshold():
    heard = [entry["cosine"] for entry in VOICES.values() if entry["split"] == HEARD]
    assert heard
    assert min(heard) > THRESHOLD

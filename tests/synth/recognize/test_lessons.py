"""Lessons: whom they come from, and which sound each frame has."""

import numpy as np
import pytest

from synth.align.sounds import SOUNDS, places_of
from synth.align.store import StoredAlignment
from synth.recognize.lessons import (
    ESPEAK,
    lessons,
    log_prior,
    read_lessons,
    strings_of,
    targets_of,
    write_lessons,
)
from tests.synth.align.made_corpus import made_corpus, made_sources

from .made import lesson


def stored(symbols, durations, *, ok=True, sha256="", speaker="made", phone_set="ipa"):
    return StoredAlignment(
        sha256, speaker, "nl", phone_set, tuple(symbols), tuple(durations),
        (0.0,) * len(symbols), 0.0, 0.0, ok, "", taught=False,
    )  # fmt: skip


def test_every_frame_has_the_sound_of_its_phone():
    targets = targets_of(stored(["pau", "t", "ɛi", "pau"], [2, 3, 5, 1]))
    expected = ["pau"] * 2 + ["t"] * 3 + ["e"] * 3 + ["i"] * 2 + ["pau"]
    assert [SOUNDS[place] for place in targets] == expected


def test_a_string_has_each_sound_once_and_the_prior_counts_frames():
    one = lesson(1)
    (string,) = strings_of([one])
    assert (np.diff(string) != 0).all()
    found = np.exp(log_prior([one], len(SOUNDS)))
    assert found.sum() == pytest.approx(1.0, rel=1e-5)
    assert found.argmax() == np.bincount(one.targets).argmax()


def test_lessons_come_back_from_disk(tmp_path):
    made = [lesson(1), lesson(2, "another")]
    write_lessons(tmp_path / "lessons.npz", made)
    for one, found in zip(made, read_lessons(tmp_path / "lessons.npz"), strict=True):
        assert one.speaker == found.speaker
        np.testing.assert_array_equal(one.mel, found.mel)
        np.testing.assert_array_equal(one.targets, found.targets)


def test_neither_references_nor_whom_one_leaves_out_teach(tmp_path):
    corpus = made_corpus()
    alignments = {}
    for place, one in enumerate(corpus.utterances):
        n_frames = 1 + len(corpus.samples_of(place)) // 160
        alignments[one.sha256] = stored(["pau", "a", "pau"], [2, n_frames - 4, 2])
    found = lessons(corpus, made_sources(tmp_path), alignments, without=["nl_fish_small"])
    assert {one.speaker for one in found} == {"nl_fish_big", ESPEAK}
    spoken = [one for one in found if one.speaker == ESPEAK]
    assert all(len(one.mel) == len(one.targets) for one in spoken)
    assert set(places_of(["pau", "a", "t"])) <= set(np.concatenate([o.targets for o in spoken]))

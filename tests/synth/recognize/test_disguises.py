"""Disguises: the words stay, what they sound like does not."""

from dataclasses import replace

import numpy as np
import pytest

from synth.align.features import normalize
from synth.recognize.disguises import Disguises, disguised

from .made import PLAIN, lesson

LESSON = lesson(1)
EACH = {
    "throat": {"throat": 0.2},
    "room": {"room_share": 1.0},
    "noise": {"noise_share": 1.0, "snr_db": (5.0, 5.0)},
    "channel": {"narrow_share": 1.0},
    "blanks": {"hidden_frames": 8, "hidden_bands": 12},
}


def drawn(disguises, seed=1):
    return disguised(LESSON.mel, LESSON.targets, disguises, np.random.default_rng(seed))


def test_without_any_it_is_the_recording():
    features, targets = drawn(PLAIN)
    np.testing.assert_allclose(features, normalize(LESSON.mel.astype(float)), atol=1e-5)
    np.testing.assert_array_equal(targets, LESSON.targets)


@pytest.mark.parametrize("name", EACH)
def test_each_changes_the_features_and_no_target(name):
    features, targets = drawn(replace(PLAIN, **EACH[name]))
    plain, _ = drawn(PLAIN)
    assert np.isfinite(features).all()
    assert np.abs(features - plain).mean() > 1e-3
    np.testing.assert_array_equal(targets, LESSON.targets)


def test_another_pace_moves_features_and_targets_alike():
    lengths = set()
    for seed in range(5):
        features, targets = drawn(replace(PLAIN, pace=0.3), seed)
        assert len(features) == len(targets)
        assert (np.unique(targets) == np.unique(LESSON.targets)).all()
        lengths.add(len(targets))
    assert len(lengths) > 3


def test_a_room_rings_after_the_last_sound():
    wet, _ = drawn(replace(PLAIN, room_share=1.0, wet_db=(0.0, 0.0), t60_s=(0.8, 0.8)))
    plain, _ = drawn(PLAIN)
    assert wet[-8:].mean() > plain[-8:].mean()


def test_the_generator_decides_all():
    np.testing.assert_array_equal(drawn(Disguises(), 3)[0], drawn(Disguises(), 3)[0])
    first, other = drawn(Disguises(), 3)[0], drawn(Disguises(), 4)[0]
    assert first.shape != other.shape or not np.array_equal(first, other)

"""Recordings in simulated conditions: reproducible, of one length, from other people's noise."""

import numpy as np
import pytest

from synth.vocoder.evaluation.clips import Choice, choose_clips, samples_of
from synth.vocoder.evaluation.recordings import Recordings
from synth.vocoder.evaluation.scoring import Case

from .observed import record, voices_of

UTTERANCES = [
    *(record("june", k) for k in range(6)),
    *(record("a", k, split="validation") for k in range(2)),
    record("b", 1, split="validation"),
]
CORPUS = voices_of(UTTERANCES)
NOISES = voices_of([record("noise", k, language="zxx") for k in range(3)])
CLIP = choose_clips(CORPUS, Choice())[0]


def test_a_clip_as_it_is_is_not_touched():
    assert np.array_equal(Recordings(CORPUS)(Case(CLIP, "clean")), samples_of(CORPUS, CLIP))


@pytest.mark.parametrize("code", sorted(Recordings(CORPUS, NOISES).conditions()))
def test_every_simulated_condition_changes_the_clip_the_same_way_twice(code):
    case = Case(CLIP, code, simulation="1")
    first, second = (Recordings(CORPUS, NOISES)(case) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == samples_of(CORPUS, CLIP).shape
    assert not np.array_equal(first, samples_of(CORPUS, CLIP))
    assert np.abs(first).max() <= 1.0


def test_without_noises_no_condition_asks_for_them():
    missing = (
        Recordings(CORPUS, NOISES).conditions().keys() - Recordings(CORPUS).conditions().keys()
    )
    assert missing
    assert all(code.startswith("noise_") for code in missing)

"""Decoding: what the frames say, unless it is too short or too unlikely."""

from itertools import pairwise

import numpy as np
import pytest

from synth.recognize.decoding import LEAST_FRAMES, Loop, likeliest_sounds, pairs_of

from .made import sharp

FREE = np.zeros((5, 5))


def frames(*runs):
    return np.repeat([place for place, _ in runs], [n for _, n in runs])


def decoded(places, steps=FREE):
    sounds, durations = likeliest_sounds(sharp(places, 5), steps)
    return list(zip(sounds.tolist(), durations.tolist(), strict=True))


def test_runs_of_frames_become_sounds():
    runs = [(0, 5), (3, 7), (1, 3), (0, 6)]
    assert decoded(frames(*runs)) == runs


def test_a_flicker_is_no_sound():
    assert decoded(frames((2, 8), (4, 1), (2, 8))) == [(2, 17)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 40])
def test_durations_fill_the_recording(n):
    rng = np.random.default_rng(n)
    sounds, durations = likeliest_sounds(np.log(rng.dirichlet(np.ones(5), n)), FREE)
    assert durations.sum() == n
    assert len(sounds) == len(durations)
    assert n < LEAST_FRAMES or (durations >= LEAST_FRAMES).all()


def test_no_other_string_is_likelier():
    rng = np.random.default_rng(3)
    likelihoods = np.log(rng.dirichlet(np.full(3, 0.3), 7))
    steps = np.log(rng.dirichlet(np.ones(3), 3))
    sounds, durations = likeliest_sounds(likelihoods, steps)

    def worth(string, lengths):
        said = np.repeat(string, lengths)
        emitted = likelihoods[np.arange(len(said)), said].sum()
        return emitted + sum(steps[pair] for pair in pairwise(string))

    one = [worth((s,), (7,)) for s in range(3)]
    two = [worth((a, b), (n, 7 - n)) for a in range(3) for b in range(3) for n in (3, 4)]
    assert worth(sounds, durations) == pytest.approx(max(one + two))


def test_what_costs_more_is_said_less():
    rng = np.random.default_rng(1)
    likelihoods = np.log(rng.dirichlet(np.full(5, 0.5), 200))
    counts = [len(likeliest_sounds(likelihoods, FREE - cost)[0]) for cost in (0.0, 2.0, 8.0)]
    assert counts[0] > counts[1] > counts[2]


def test_pairs_that_were_heard_are_likelier():
    pairs = pairs_of([[0, 1, 0, 1, 2]], 3)
    np.testing.assert_allclose(np.exp(pairs).sum(axis=1), 1.0, rtol=1e-6)
    assert pairs[0, 1] > pairs[0, 2]
    loop = Loop(pairs, weight=2.0, cost=0.5)
    np.testing.assert_allclose(loop.steps, 2.0 * pairs - 0.5, rtol=1e-6)

"""Intervals of clustered means: closed forms, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats

from synth.vocoder.evaluation.intervals import (
    BOOTSTRAP,
    ONE_VOICE,
    ROBUST_T,
    bootstrap_interval,
    clustered_mean,
    gain_ratio,
    one_voice_mean,
    robust_interval,
)


def draw_clusters(rng, n_speakers, *, spread=1.0):
    """Values of mean 0 of speakers with 2 to 8 clips each, half their variance the speaker's."""
    counts = rng.integers(2, 9, size=n_speakers)
    means = rng.normal(0, spread, size=n_speakers)
    values = np.concatenate([m + rng.normal(0, 1, n) for m, n in zip(means, counts, strict=True)])
    return values, np.repeat([f"s{k}" for k in range(n_speakers)], counts)


def coverage(n_speakers, method=None, *, repetitions=1000):
    """Share of intervals that hold the true mean of 0."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(repetitions):
        values, speakers = draw_clusters(rng, n_speakers)
        if method is None:
            found = clustered_mean(values, speakers)
            low, high = found.low or 0.0, found.high or 0.0
        else:
            _, codes = np.unique(speakers, return_inverse=True)
            low, high = method(np.bincount(codes, values), np.bincount(codes).astype(float))
        held += low <= 0 <= high
    return held / repetitions


@pytest.mark.parametrize("n_speakers", [3, 5, 8, 20])
def test_with_few_speakers_the_printed_interval_covers_as_it_says(n_speakers):
    assert 0.93 <= coverage(n_speakers) <= 0.985


def test_with_many_speakers_the_printed_interval_covers_as_it_says():
    assert 0.92 <= coverage(45, repetitions=400) <= 0.98


def test_the_bootstrap_is_too_narrow_for_few_speakers():
    assert coverage(5, bootstrap_interval, repetitions=400) < 0.9


def test_taking_clips_for_independent_would_promise_too_much():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        values, _ = draw_clusters(rng, 8)
        half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
        held += abs(values.mean()) <= half
    assert held / 400 < 0.85


def test_with_one_clip_a_speaker_it_is_the_plain_t_interval():
    values = np.array([1.0, 2.0, 4.0, 3.5])
    low, high = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert robust_interval(values, np.ones(4)) == pytest.approx((low, high))


def test_clips_that_repeat_their_speaker_add_nothing():
    once = clustered_mean([1.0, 2.0, 4.0], ["a", "b", "c"])
    thrice = clustered_mean([1.0, 2.0, 4.0] * 3, ["a", "b", "c"] * 3)
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))
    assert thrice.n_clips == 9


def test_the_order_of_clips_changes_nothing():
    values, speakers = draw_clusters(np.random.default_rng(1), 25)
    order = np.random.default_rng(2).permutation(len(values))
    first, second = clustered_mean(values, speakers), clustered_mean(values[order], speakers[order])
    assert (first.low, first.high) == pytest.approx((second.low, second.high))


def test_the_method_says_which_it_was():
    rng = np.random.default_rng(3)
    assert clustered_mean(*draw_clusters(rng, 39)).method == ROBUST_T
    assert clustered_mean(*draw_clusters(rng, 40)).method == BOOTSTRAP


def test_one_speaker_gives_a_mean_and_no_interval():
    found = clustered_mean([1.0, 2.0], ["a", "a"])
    assert (found.mean, found.low, found.high) == (1.5, None, None)
    assert not found.is_positive


def test_the_clips_of_one_voice_have_student_s_interval_and_say_so():
    values = [0.1, 0.4, 0.2, 0.6, 0.3]
    found = one_voice_mean(values)
    low, high = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.method, found.n_speakers) == (ONE_VOICE, 1)


def test_one_clip_has_no_interval_and_none_no_mean():
    assert one_voice_mean([1.0]).holds_zero
    with pytest.raises(ValueError, match="at least one"):
        one_voice_mean([])


def test_a_value_without_its_speaker_is_refused():
    with pytest.raises(ValueError, match="one speaker per value"):
        clustered_mean([1.0, 2.0], ["a"])


def test_equal_gains_have_a_ratio_of_one():
    values, speakers = draw_clusters(np.random.default_rng(4), 12, spread=0.1)
    shifted = (values * 0.1 + 1.0).tolist(), list(speakers)
    ratio = gain_ratio(shifted, shifted)
    assert ratio.value == pytest.approx(1.0)
    assert (ratio.low or 2) < 1.0 < (ratio.high or 0)


def test_a_ratio_to_no_gain_is_not_defined():
    none = [0.1, -0.1, 0.05, -0.05], ["a", "b", "c", "d"]
    some = [1.0, 1.1, 0.9, 1.0], ["a", "b", "c", "d"]
    assert gain_ratio(some, none).value is None


def test_half_the_gain_is_a_ratio_of_one_half():
    near = [1.0, 1.2, 0.8, 1.1, 0.9], list("abcde")
    far = [0.5, 0.6, 0.4, 0.55, 0.45], list("vwxyz")
    ratio = gain_ratio(far, near)
    assert ratio.value == pytest.approx(0.5)
    assert (ratio.high or 1) < 0.7

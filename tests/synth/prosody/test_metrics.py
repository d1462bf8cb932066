"""Errors that are known before they are measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.audio.metrics import pitch_scores
from synth.audio.pitch import Pitch
from synth.prosody.metrics import (
    PITCH_METRICS,
    copy_synthesis_ceiling,
    duration_errors,
    phone_errors,
    pitch_errors,
    warp_track,
)
from tests.synth.audio.sounds import speech_like

phones = st.lists(st.sampled_from("abc"), max_size=7)


def a_track(*, seed=0, n_frames=200):
    """F0 around 150 Hz with a third of the frames unvoiced."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n_frames) < 0.67, rng.uniform(100, 200, n_frames), 0.0)


def test_equal_tracks_have_no_error():
    errors = pitch_errors(a_track(), a_track())
    assert errors.correlation == pytest.approx(1)
    assert all(getattr(errors, m) == 0 for m in PITCH_METRICS if m != "correlation")


def test_a_semitone_is_a_hundred_cents():
    errors = pitch_errors(a_track(), a_track() * 2 ** (1 / 12))
    assert errors.rmse_cents == pytest.approx(100)
    assert errors.correlation == pytest.approx(1)
    assert errors.fine_cents == pytest.approx(0, abs=1e-9)
    assert errors.gross == errors.frame == 0


def test_ten_hertz_are_ten_hertz():
    reference = np.array([100.0, 110.0, 120.0, 0.0])
    errors = pitch_errors(reference, reference + 10 * (reference > 0))
    assert errors.rmse_hz == pytest.approx(10)


def test_every_share_counts_what_it_says():
    reference = np.array([100.0, 100.0, 100.0, 100.0, 100.0, 0.0, 0.0, 100.0, 100.0, 100.0])
    output = np.array([100.0, 119.9, 120.1, 79.9, 200.0, 0.0, 90.0, 0.0, 100.0, 100.0])
    errors = pitch_errors(reference, output)
    assert errors.n_both == 7
    assert errors.voicing == pytest.approx(2 / 10)
    assert errors.gross == pytest.approx(3 / 7)  # 20 % is fine, more is gross
    assert errors.frame == pytest.approx(5 / 10)
    fine = 1200 * np.log2([1, 1.199, 1, 1])
    assert errors.fine_cents == pytest.approx(np.std(fine))


@given(st.integers(0, 500), st.integers(501, 999))
def test_the_frame_error_is_voicing_plus_gross_error(first, second):
    errors = pitch_errors(a_track(seed=first), a_track(seed=second))
    gross_share = errors.gross * errors.n_both / errors.n_frames
    assert errors.frame == pytest.approx(errors.voicing + gross_share)


def test_what_the_vocoder_metrics_measure_too_is_the_same():
    tracks = [a_track(seed=seed) for seed in (1, 2)]
    theirs = pitch_scores(*(Pitch(x, (x > 0).astype(float), 0.01) for x in tracks))
    ours = pitch_errors(*tracks)
    assert ours.rmse_hz == pytest.approx(theirs["f0_rmse_hz"])
    assert ours.rmse_cents == pytest.approx(theirs["f0_rmse_cents"])
    assert ours.correlation == pytest.approx(theirs["f0_correlation"])
    assert ours.voicing == pytest.approx(theirs["voicing_error"])
    assert ours.gross == pytest.approx(theirs["gross_pitch_error"])


def test_without_common_voice_there_is_no_pitch_error_but_a_frame_error():
    errors = pitch_errors(np.array([100.0, 100.0, 0.0]), np.array([0.0, 0.0, 90.0]))
    assert np.isnan([errors.rmse_hz, errors.correlation, errors.gross, errors.fine_cents]).all()
    assert errors.voicing == errors.frame == 1


def test_a_level_track_correlates_with_nothing():
    assert np.isnan(pitch_errors(np.full(9, 100.0), a_track(n_frames=9) + 50).correlation)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.ones(3), np.ones(4)),
        (np.zeros(0), np.zeros(0)),
        (np.ones(2), np.array([1.0, np.nan])),
        (np.ones(2), np.array([1.0, -1.0])),
    ],
)
def test_tracks_that_cannot_be_compared_are_refused(first, second):
    with pytest.raises(ValueError, match="track"):
        pitch_errors(first, second)


def test_a_warped_track_has_the_other_durations():
    track = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    warped = warp_track(track, np.array([2, 3]), np.array([4, 1]))
    assert warped.tolist() == [1, 1, 2, 2, 4]


def test_warping_to_the_same_durations_changes_nothing():
    durations = np.array([3, 1, 6])
    np.testing.assert_array_equal(warp_track(np.arange(10.0), durations, durations), range(10))


def test_a_phoneme_may_be_dropped_by_warping():
    warped = warp_track(np.array([1.0, 2.0, 3.0]), np.array([1, 2]), np.array([0, 2]))
    assert warped.tolist() == [2, 3]


def test_durations_that_do_not_fit_the_track_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        warp_track(np.zeros(5), np.array([2, 2]), np.array([2, 2]))


@pytest.mark.parametrize(
    ("reference", "output", "counts"),
    [
        ("kitten", "sitting", (2, 1, 0)),
        ("abc", "", (0, 0, 3)),
        ("", "ab", (0, 2, 0)),
        ("abcd", "acd", (0, 0, 1)),
        ("ab", "ba", (2, 0, 0)),  # not one deletion and one insertion, which is as short
        ("", "", (0, 0, 0)),
    ],
)
def test_edits_are_counted_by_kind(reference, output, counts):
    errors = phone_errors(list(reference), list(output))
    assert (errors.substitutions, errors.insertions, errors.deletions) == counts
    assert errors.n_reference == len(reference)


@given(phones, phones, phones)
def test_edits_are_a_distance(first, second, third):
    def edits(a, b):
        errors = phone_errors(a, b)
        assert errors.insertions - errors.deletions == len(b) - len(a)
        return errors.substitutions + errors.insertions + errors.deletions

    assert edits(first, first) == 0
    assert edits(first, second) == edits(second, first)
    assert edits(first, third) <= edits(first, second) + edits(second, third)


def test_errors_of_utterances_add_up_by_phones():
    both = phone_errors("abcd", "abcd") + phone_errors("ab", "")
    assert both.rate == pytest.approx(2 / 6)
    assert np.isnan(phone_errors("", "").rate)


def test_a_slower_reading_has_the_same_durations_but_another_tempo():
    durations = np.array([5.0, 8.0, 3.0, 12.0])
    errors = duration_errors(durations, 1.5 * durations)
    assert errors.correlation == errors.log_correlation == pytest.approx(1)
    assert errors.log_rmse == pytest.approx(0, abs=1e-12)
    assert errors.tempo == pytest.approx(1.5)


def test_log_durations_are_not_ruled_by_one_long_phoneme():
    first, second = np.array([5.0, 9.0, 6.0, 300.0]), np.array([9.0, 5.0, 8.0, 300.0])
    errors = duration_errors(first, second)
    assert errors.correlation > 0.999
    assert errors.log_correlation < 0.97


def test_durations_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="same phonemes"):
        duration_errors(np.ones(4), np.ones(5))
    with pytest.raises(ValueError, match="positive"):
        duration_errors(np.ones(4), np.array([1, 0, 1, 1]))
    assert np.isnan(duration_errors(np.ones(2), np.ones(2)).correlation)


def test_the_ceiling_of_a_perfect_copy_is_perfect_and_of_a_bad_one_is_not():
    sound = speech_like(duration_s=1)
    (perfect,) = copy_synthesis_ceiling([sound], np.copy, tracker="world")
    assert perfect.frame == 0
    (bad,) = copy_synthesis_ceiling([sound], lambda x: x[::-1], tracker="world")
    assert bad.frame > 0.2
    with pytest.raises(ValueError, match="copy"):
        copy_synthesis_ceiling([sound], lambda x: x[:-1], tracker="world")

"""Tracks keep the time of the mel frames, whichever tracker made them."""

import numpy as np
import pytest

from synth.audio.mel import n_frames
from synth.prosody.tracks import HOP_S, TRACKERS, at_frames, f0_on_frames, voice_range
from tests.synth.audio.sounds import RATE_HZ, harmonics

PACKAGES = {"praat": "parselmouth", "swift-f0": "swift_f0", "world": "pyworld"}


@pytest.fixture(params=TRACKERS)
def tracker(request):
    pytest.importorskip(PACKAGES[request.param])
    return request.param


def test_a_track_has_the_frames_of_the_mel_and_its_time(tracker):
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    f0_hz = 120 * np.exp(0.3 * np.sin(2 * np.pi * time_s))
    track = f0_on_frames(harmonics(f0_hz), tracker)
    assert track.shape == (n_frames(2 * RATE_HZ),)
    inner = slice(20, -20)
    wanted = np.interp(np.arange(len(track)) * HOP_S, time_s, f0_hz)
    cents = 1200 * np.log2(track[inner] / wanted[inner])
    assert np.sqrt(np.mean(cents**2)) < 10  # 10 ms late would be 25


def test_a_burst_is_voiced_where_it_is(tracker):
    samples = np.concatenate([np.zeros(RATE_HZ), harmonics(150.0), np.zeros(RATE_HZ)])
    voiced = f0_on_frames(samples, tracker) > 0
    assert not voiced[:90].any()
    assert not voiced[-90:].any()
    assert voiced[110:290].all()


def test_a_very_short_sound_has_a_track(tracker):
    assert f0_on_frames(harmonics(150.0, duration_s=0.05), tracker).shape == (6,)


def test_an_unknown_tracker_and_two_channels_are_refused():
    with pytest.raises(ValueError, match="praat, swift-f0, world"):
        f0_on_frames(np.zeros(8000), "ear")
    with pytest.raises(ValueError, match=r"\(8000, 2\)"):
        f0_on_frames(np.zeros((8000, 2)), "world")


def test_frames_between_voiced_ones_take_the_geometric_mean():
    track = at_frames(np.array([100.0, 400.0]), np.array([0.0, 0.02]), 3)
    np.testing.assert_allclose(track, [100, 200, 400])


def test_a_frame_next_to_an_unvoiced_one_is_unvoiced():
    track = at_frames(np.array([100.0, 0.0, 0.0]), np.array([0.0, 0.016, 0.032]), 4)
    assert (track > 0).tolist() == [True, False, False, False]


def test_frames_that_the_tracker_never_saw_are_unvoiced():
    track = at_frames(np.full(3, 100.0), np.array([0.024, 0.034, 0.044]), 8)
    assert (track > 0).tolist() == [False, False, True, True, True, False, False, False]


def test_a_high_voice_is_found_when_praat_looks_for_it():
    pytest.importorskip("parselmouth")
    high = harmonics(450.0)
    missed = f0_on_frames(high, "praat")
    found = f0_on_frames(high, "praat", range_hz=voice_range(np.full(9, 450.0)))
    assert np.median(missed[missed > 0]) == pytest.approx(225, rel=0.01)
    assert np.median(found[found > 0]) == pytest.approx(450, rel=0.01)


@pytest.mark.parametrize(("f0_hz", "range_hz"), [(110, (75, 300)), (220, (100, 500))])
def test_low_and_high_voices_are_looked_for_in_ranges_of_their_own(f0_hz, range_hz):
    assert voice_range(np.array([0.0, 0.0, 0.0, f0_hz, 1.2 * f0_hz])) == range_hz


def test_silence_shows_no_range():
    with pytest.raises(ValueError, match="voiced"):
        voice_range(np.zeros(5))

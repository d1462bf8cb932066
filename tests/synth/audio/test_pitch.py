"""Pitch trackers find pitches that are known."""

import numpy as np
import pytest

from synth.audio.pitch import SWIFT_F0, TRACKERS, WORLD, best_tracker, track_pitch

from .sounds import RATE_HZ, harmonics, noise


@pytest.fixture(params=sorted(TRACKERS))
def tracker(request):
    if request.param == SWIFT_F0:
        pytest.importorskip("swift_f0")
    return request.param


@pytest.mark.parametrize("f0_hz", [90.0, 220.0, 400.0])
def test_a_constant_pitch_is_found_within_ten_cents(tracker, f0_hz):
    pitch = track_pitch(harmonics(f0_hz), tracker=tracker)
    assert pitch.voiced.mean() > 0.9
    inner = pitch.f0_hz[10:-10]
    assert 1200 * abs(np.log2(np.median(inner) / f0_hz)) < 10


def test_frames_keep_time_with_a_glide(tracker):
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    pitch = track_pitch(harmonics(120 + 60 * time_s), tracker=tracker)
    frames_s = np.arange(len(pitch.f0_hz)) * pitch.hop_s
    inner = slice(15, -15)
    cents = 1200 * np.log2(pitch.f0_hz[inner] / (120 + 60 * frames_s[inner]))
    assert np.abs(cents).mean() < 25


def test_a_buzz_is_more_periodic_than_noise(tracker):
    buzz, hiss = (track_pitch(x, tracker=tracker) for x in (harmonics(150.0), noise()))
    assert buzz.periodicity.mean() > 0.85
    assert hiss.periodicity.mean() < 0.4
    assert hiss.voiced.mean() < 0.4


def test_silence_has_no_pitch(tracker):
    pitch = track_pitch(np.zeros(RATE_HZ), tracker=tracker)
    assert not pitch.voiced.any()
    assert not pitch.periodicity.any()


def test_equal_lengths_give_equal_frames(tracker):
    first, second = (track_pitch(x, tracker=tracker) for x in (noise(seed=1), harmonics(100.0)))
    assert first.f0_hz.shape == second.f0_hz.shape == second.periodicity.shape


def test_an_unknown_tracker_is_refused():
    with pytest.raises(ValueError, match="swift-f0, world"):
        track_pitch(noise(), tracker="ear")


def test_without_swift_f0_world_is_taken(monkeypatch):
    monkeypatch.setattr("synth.audio.pitch.find_spec", lambda name: None)
    assert best_tracker() == WORLD

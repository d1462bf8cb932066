"""Pitch tracks: the phase of the fundamental of a known voice, kept and found again."""

import numpy as np
import pytest
import soxr

from synth.datasets.tracks import GRID, Track, Tracks, grid_of, track, write_tracks

pytest.importorskip("swift_f0")


def gliding_voice(n_samples=24_000, *, rate_hz=16_000):
    """A voice from 120 to 180 Hz as 16-bit samples, and its phase in cycles (N,)."""
    frequency = np.linspace(120, 180, n_samples)
    phase = np.cumsum(frequency) / rate_hz
    tone = sum(np.cos(2 * np.pi * k * phase) / k for k in range(1, 20))
    return (6000 * tone).astype(np.int16), phase


def test_a_track_follows_the_phase_of_the_fundamental():
    samples, phase = gliding_voice()
    found = track(samples)
    true = phase[::GRID]
    inner = slice(20, len(true) - 20)
    error = found.phase[inner] - true[inner]
    error -= np.round(np.median(error))
    assert np.abs(error).max() < 0.05
    assert found.voicing[inner].min() > 0.5


def test_at_24_khz_phases_are_those_of_that_rate_s_samples():
    samples, phase = gliding_voice(36_000, rate_hz=24_000)
    found = track(samples, rate_hz=24_000)
    true = phase[:: grid_of(24_000)]
    assert len(found.phase) == 36_000 // 120 + 1
    inner = slice(20, len(true) - 20)
    error = found.phase[inner] - true[inner]
    error -= np.round(np.median(error))
    assert np.abs(error).max() < 0.05


def test_a_recording_has_one_track_at_every_rate():
    samples, _ = gliding_voice()
    raised = soxr.resample(samples / 32768.0, 16_000, 24_000)
    first = track(samples)
    second = track((raised * 32768.0).astype(np.int16), rate_hz=24_000)
    difference = second.phase - first.phase
    assert np.abs(difference - np.round(np.median(difference)))[20:-20].max() < 0.01
    assert second.polarity == first.polarity


@pytest.mark.parametrize("polarity", [1, -1])
def test_pulses_are_where_the_harmonics_agree(polarity):
    samples, _ = gliding_voice()
    found = track((polarity * samples).astype(np.int16))
    assert found.polarity == polarity


@pytest.mark.parametrize("shift", [0.25, 0.6])
def test_the_phase_is_that_of_the_pulses_and_not_of_the_fundamental(shift):
    """Harmonics whose phases grow in step belong to pulses that come later."""
    _, phase = gliding_voice()
    tone = sum(np.cos(2 * np.pi * k * (phase - shift)) / k for k in range(1, 20))
    found = track((6000 * tone).astype(np.int16))
    true = (phase - shift)[::GRID]
    error = found.phase[20:-20] - true[20 : len(found.phase) - 20]
    error -= np.round(np.median(error))
    assert np.abs(error).max() < 0.06


def test_noise_is_not_voiced():
    noise = (2000 * np.random.default_rng(0).standard_normal(16_000)).astype(np.int16)
    found = track(noise)
    assert np.median(found.voicing) < 0.5
    assert np.all(np.diff(found.phase) > 0)


def test_tracks_are_found_again_by_the_samples_hash(tmp_path):
    first = Track(np.arange(3, dtype=np.float32), np.zeros(3, np.float16))
    second = Track(np.arange(5, dtype=np.float32) * 2, np.ones(5, np.float16), -1)
    write_tracks(tmp_path / "tracks.npz", {"a": first, "b": second})
    again = Tracks.open(tmp_path / "tracks.npz")
    assert again.of("b").phase.tolist() == second.phase.tolist()
    assert (again.of("a").polarity, again.of("b").polarity) == (1, -1)
    assert again.of("a").voicing.tolist() == [0, 0, 0]

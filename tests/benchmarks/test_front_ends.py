"""The distances and intervals that front ends are compared by."""

import numpy as np
import pytest

from benchmarks.bench_front_ends import difference_cell, log_spectral_distance

NOISE = np.random.default_rng(4).standard_normal(16_000)


def test_a_recording_has_no_distance_to_itself():
    assert log_spectral_distance(NOISE, NOISE, rate_hz=16_000) == 0.0


def test_twice_the_amplitude_is_six_decibels_away():
    distance = log_spectral_distance(NOISE, 2 * NOISE, rate_hz=16_000)
    assert distance == pytest.approx(20 * np.log10(2), abs=0.01)


def test_what_lies_far_below_the_loudest_bin_does_not_count():
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    distance = log_spectral_distance(tone, tone + 1e-6 * NOISE, rate_hz=16_000)
    assert distance == pytest.approx(0.0, abs=0.01)


def test_an_interval_is_over_speakers_not_clips():
    """Speakers' means 1, 2 and 3: t(2) at 97.5 % is 4.303, the standard error 0.577."""
    speakers = ["a", "a", "b", "c", "c", "c"]
    differences = np.array([0.5, 1.5, 2.0, 2.0, 3.0, 4.0])
    assert difference_cell(speakers, differences) == "+2.000 [-0.484, +4.484]"

"""Contours are whole lines that gains, silence and octave errors do not bend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.errors import SynthError
from synth.prosody.contours import (
    ENERGY_FLOOR,
    contours_of,
    energy_on_frames,
    fold_octaves,
    held,
)
from tests.synth.audio.sounds import RATE_HZ, harmonics, noise, speech_like


def test_unvoiced_frames_lie_on_the_line_between_the_voiced():
    line = held(np.array([0.0, 100.0, 0.0, 0.0, 100.0 * np.e**0.3, 0.0]))
    np.testing.assert_allclose(line - np.log(100), [0, 0, 0.1, 0.2, 0.3, 0.3], atol=1e-12)


def test_a_track_without_voice_has_no_line():
    with pytest.raises(ValueError, match="voiced"):
        held(np.zeros(4))


@pytest.mark.parametrize("error", [-1.0, 1.0])
@pytest.mark.parametrize("place", [0, 20, 52])
def test_a_short_octave_error_is_moved_back(error, place):
    melody = 7.0 + 0.2 * np.sin(np.arange(60) / 9)
    wrong = melody.copy()
    wrong[place : place + 8] += error
    np.testing.assert_allclose(fold_octaves(wrong), melody)


def test_a_long_stretch_in_another_octave_stays():
    melody = np.where(np.arange(90) < 45, 7.0, 8.0)
    np.testing.assert_array_equal(fold_octaves(melody), melody)


@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=60), st.floats(6, 9), st.integers(-1, 1))
def test_no_glide_is_ever_touched(steps, start, octave):
    melody = start + np.cumsum(steps) + octave
    np.testing.assert_array_equal(fold_octaves(melody), melody)


def test_the_energy_of_a_steady_sound_is_zero_and_halving_is_ln_2():
    steady = noise(duration_s=3)
    energy = energy_on_frames(steady)
    assert abs(energy[10:-10].mean()) < 0.05
    steady[24_000:] /= 2
    stepped = energy_on_frames(steady)
    fall = stepped[20:130].mean() - stepped[170:280].mean()
    assert fall == pytest.approx(np.log(2), abs=0.03)


@settings(max_examples=15, deadline=None)
@given(gain=st.floats(1e-3, 1e3))
def test_a_gain_changes_no_energy(gain):
    sound = speech_like(duration_s=1)
    np.testing.assert_allclose(
        energy_on_frames(gain * sound.astype(float)),
        energy_on_frames(sound.astype(float)),
        atol=1e-6,
    )


def test_digital_silence_around_speech_lies_at_the_floor():
    sound = np.concatenate([np.zeros(8000), speech_like(), np.zeros(8000)])
    energy = energy_on_frames(sound)
    assert energy.min() == energy[10] == ENERGY_FLOOR
    assert len(energy) == 1 + len(sound) // 160


def test_contours_are_finite_and_know_what_is_voiced():
    sound = np.concatenate([noise(duration_s=0.5), harmonics(150.0), np.zeros(8000)])
    contours = contours_of(sound, tracker="world")
    assert np.isfinite(contours.log_f0).all()
    assert contours.voiced[70:230].all()
    np.testing.assert_allclose(contours.log_f0[70:230], np.log(150), atol=0.01)


def test_what_has_no_prosody_is_refused():
    with pytest.raises(SynthError) as silent:
        contours_of(np.zeros(RATE_HZ), tracker="world")
    assert silent.value.code == "no_sound"
    click = np.zeros(RATE_HZ)
    click[8000] = 1.0
    with pytest.raises(SynthError) as unvoiced:
        contours_of(click, tracker="world")
    assert unvoiced.value.code == "no_pitch"
    with pytest.raises(ValueError, match="finite"):
        contours_of(np.full(RATE_HZ, np.nan), tracker="world")

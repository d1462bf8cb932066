"""Recordings cut into phonemes, and the same at another speed."""

from dataclasses import replace

import numpy as np
import pytest

from synth.audio.mel import n_frames
from synth.errors import SynthError
from synth.prosody.spoken import (
    Origin,
    at_level,
    at_speed,
    scaled,
    spoken_as_heard,
    spoken_of,
)

from .made_voice import KnowingRecognizer, a_sentence, as_heard


def test_a_recording_is_measured_on_the_phonemes_it_is_said_to_have():
    known, samples = a_sentence(1)
    found = spoken_of(samples, known.symbols, known.durations, Origin("a", "made", "train"))
    spoken = ~known.prosody.is_pause & (known.prosody.voicing == 1.0)
    assert found.mels.shape == known.mels.shape
    np.testing.assert_allclose(
        found.prosody.log_f0[spoken], known.prosody.log_f0[spoken], atol=0.05
    )
    np.testing.assert_array_equal(found.durations, known.durations)


def test_gain_changes_nothing():
    known, samples = a_sentence(1)
    first, second = (
        spoken_of(gain * samples, known.symbols, known.durations, known.origin)
        for gain in (1.0, 0.1)
    )
    assert np.abs(first.mels - second.mels).max() < 0.05  # where the floor is near
    np.testing.assert_allclose(first.prosody.energy, second.prosody.energy, atol=1e-6)


def test_durations_that_do_not_fit_are_refused():
    known, samples = a_sentence(1)
    with pytest.raises(ValueError, match="durations"):
        spoken_of(samples, known.symbols, known.durations[:-1], known.origin)
    with pytest.raises(ValueError, match="frames"):
        spoken_of(samples, known.symbols, known.durations + 1, known.origin)


def test_another_speed_moves_pitch_and_tempo_together():
    known, samples = a_sentence(2)
    fast = at_speed(samples, known, 1.25)
    assert fast.n_frames == fast.durations.sum() == pytest.approx(known.n_frames / 1.25, abs=1)
    long = known.durations > 6
    higher = fast.prosody.log_f0 - known.prosody.log_f0
    np.testing.assert_allclose(higher[long], np.log(1.25), atol=0.02)
    assert fast.speed == 1.25
    assert n_frames(round(len(samples) / 1.25)) == pytest.approx(fast.n_frames, abs=1)


def test_the_own_speed_is_the_recording_itself():
    known, samples = a_sentence(2)
    assert at_speed(samples, known, 1.0) is known


@pytest.mark.parametrize("count", [5, 6, 7, 40, 200])
def test_scaled_durations_lose_no_phoneme(count):
    found = scaled(np.array([1, 30, 1, 1, 30]), count)
    assert found.sum() == count
    assert (found >= 1).all()


def test_a_silent_recording_is_refused():
    known, samples = a_sentence(1)
    from synth.errors import SynthError

    with pytest.raises(SynthError):
        spoken_of(0 * samples, known.symbols, known.durations, replace(known.origin))


def test_the_level_is_the_same_for_all():
    _, samples = a_sentence(1)
    np.testing.assert_allclose(at_level(samples), at_level(3 * samples), rtol=1e-9)


def test_what_a_recognizer_hears_is_measured_like_phonemes():
    known, samples = a_sentence(1)
    found = spoken_as_heard(samples, KnowingRecognizer(known), known.origin)
    told = spoken_of(samples, known.symbols, known.durations, known.origin)
    np.testing.assert_array_equal(found.prosody.matrix(), told.prosody.matrix())
    np.testing.assert_array_equal(found.prosody.is_pause, told.prosody.is_pause)
    np.testing.assert_array_equal(found.phones, as_heard(known).posteriors)
    np.testing.assert_array_equal(at_speed(samples, found, 1.1).phones, found.phones)


def test_what_is_hardly_speech_is_refused():
    known, samples = a_sentence(1)
    silent = replace(known, symbols=("pau",) * len(known.symbols))
    with pytest.raises(SynthError, match="Only 0 sounds") as refusal:
        spoken_as_heard(samples, KnowingRecognizer(silent), known.origin)
    assert refusal.value.code == "no_speech"

"""espeak-ng's speech: its phones' times are where the sound changes."""

import numpy as np
import pytest

from synth.align.timed_speech import (
    Answer,
    Clause,
    Manner,
    closure_start,
    join_clauses,
    speak,
    timed,
)
from synth.audio.mel import RATE_HZ
from synth.errors import SynthError
from synth.text.phones import PAUSE

CZECH = Clause("tamta kapsa", "cs", Manner("cs", 150))


@pytest.fixture(scope="module")
def czech():
    return speak([CZECH])[0]


def level(clause, start, end):
    return np.sqrt(np.mean(clause.samples[int(start) : int(end)] ** 2))


def test_the_phones_are_those_of_the_text(czech):
    assert czech.sounds == tuple("tamtakapsa")
    assert (np.diff(czech.onsets) > 0).all()
    assert czech.onsets[-1] < czech.end <= len(czech.samples)


def test_a_stop_begins_with_its_closure(czech):
    second = czech.sounds.index("t", 1)
    start, end = czech.onsets[second : second + 2]
    silent = int(start + 0.01 * RATE_HZ)
    assert level(czech, start + 40, silent) < 0.02 * level(czech, start, end)
    vowels = [k for k, sound in enumerate(czech.sounds) if sound == "a"]
    for vowel in vowels:
        start = czech.onsets[vowel]
        assert level(czech, start, start + 0.04 * RATE_HZ) > 0.01


def test_a_faster_manner_takes_less_time_and_another_voice_sounds_else():
    slow, fast, other = speak(
        [
            Clause("tamta kapsa", "cs", m)
            for m in (Manner("cs", 120), Manner("cs", 220), Manner("cs+f2", 120))
        ]
    )
    assert fast.end < 0.8 * slow.end
    n = min(len(slow.samples), len(other.samples))
    assert np.abs(slow.samples[:n] - other.samples[:n]).max() > 0.05


def test_the_same_clause_is_the_same_speech(czech):
    again = speak([CZECH])[0]
    np.testing.assert_array_equal(again.samples, czech.samples)
    np.testing.assert_array_equal(again.onsets, czech.onsets)


def test_words_of_another_language_are_spoken_too():
    english, mixed = speak(
        [Clause("cold water", "en", Manner("en-gb")), Clause("Linux", "ru", Manner("ru"))]
    )
    assert english.sounds[0] == "k"
    assert len(mixed.sounds) >= 5


def test_a_voice_that_is_not_there_is_an_error():
    with pytest.raises(SynthError, match="no voice"):
        speak([Clause("a", "cs", Manner("nobody"))])


def test_marks_of_softness_and_language_are_no_phones():
    samples = np.ones(22_050, np.int16)
    phones = [("(en)", 0), ("m", 0), ("ʲ", 2205), ("aʊ", 4410), ("", 13_230)]
    found = timed(Clause("x", "ru", Manner("ru")), Answer(22_050, phones, samples))
    assert found.sounds == ("m", "a", "u")
    np.testing.assert_allclose(found.onsets / RATE_HZ, [0, 0.2, 0.4])
    assert found.end / RATE_HZ == pytest.approx(0.6)


def test_only_zeros_are_a_closure():
    samples = np.ones(1000, np.int16)
    assert closure_start(samples, 500) == 500
    samples[400:500] = 0
    assert closure_start(samples, 500) == 400


def test_clauses_are_joined_by_single_pauses(czech):
    both = join_clauses([czech, czech], [160, 320, 480])
    assert both.sounds == (PAUSE, *czech.sounds, PAUSE, *czech.sounds, PAUSE)
    assert len(both.samples) == 2 * len(czech.samples) + 960 == both.end
    second = both.onsets[len(czech.sounds) + 2]
    assert second == pytest.approx(160 + len(czech.samples) + 320 + czech.onsets[0])

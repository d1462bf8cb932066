"""First guesses: the known times of one voice carried to another."""

import numpy as np
import pytest

from synth.align.script import script_of, script_of_symbols
from synth.align.timed_speech import Clause, Manner, join_clauses, speak
from synth.align.warping import (
    Template,
    cepstra_of,
    guessed_durations,
    template_of,
    whole_onsets,
    without_short_pauses,
)
from synth.text.phonemes import phonemes_of
from tests.synth.align.made import script

TEXT = "Vidíš tamten velký kámen? Nevím."
CLAUSES = ("Vidíš tamten velký kámen", "Nevím")


def spoken_by(voice, rate):
    return speak([Clause(text, "cs", Manner(voice, rate)) for text in CLAUSES])


def test_the_times_of_another_voice_and_pace_are_found():
    said = script_of(phonemes_of(TEXT, "cs"))
    heard = join_clauses(spoken_by("cs+f2", 130), [3000, 8000, 2000])
    templates = [template_of(spoken_by(voice, 190)) for voice in ("cs", "cs+klatt", "cs+m3")]
    durations = guessed_durations(cepstra_of(heard.samples), said, templates)
    assert durations.sum() == 1 + len(heard.samples) // 160
    onsets = np.cumsum(durations) - durations
    spoken = [k for k, sound in enumerate(said.sounds) if durations[k] and sound != "pau"]
    true = [t for t, sound in zip(heard.onsets / 160, heard.sounds, strict=True) if sound != "pau"]
    errors = np.abs(onsets[spoken] - true)
    assert np.median(errors) <= 2
    assert np.quantile(errors, 0.9) <= 6
    pauses = [k for k, sound in enumerate(said.sounds) if sound == "pau" and durations[k]]
    assert len(pauses) == 3
    assert durations[pauses[1]] == pytest.approx(50, abs=12)


def test_cepstra_hear_neither_gain_nor_channel():
    samples = spoken_by("cs", 150)[0].samples
    np.testing.assert_allclose(cepstra_of(0.2 * samples), cepstra_of(samples), atol=0.05)


def test_sounds_that_the_template_lacks_are_spread_between_its_own():
    frames = np.random.default_rng(1).standard_normal((40, 26)).astype(np.float32)
    template = Template(frames, ("pau", "a", "s", "pau"), np.array([0, 10, 20, 30.0]))
    said = script(("pau", "aa", "m", "s", "pau"))
    assert guessed_durations(frames, said, [template]).tolist() == [10, 5, 5, 10, 10]


def test_onsets_rise_by_a_frame_at_least():
    assert whole_onsets(np.array([0.0, 5, 5, 4, 30]), 20).tolist() == [0, 5, 6, 7, 19]
    assert whole_onsets(np.array([0.0, 0, 0]), 3).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="too few"):
        whole_onsets(np.zeros(4), 3)


def test_a_short_pause_goes_to_the_sound_before():
    said = script_of_symbols(("pau", "m", "pau", "a", "pau"), "ipa", "cs")
    given = without_short_pauses(np.array([5, 6, 2, 6, 5]), said)
    assert given.tolist() == [5, 8, 0, 6, 5]
    assert without_short_pauses(np.array([5, 6, 3, 6, 5]), said).tolist() == [5, 6, 3, 6, 5]

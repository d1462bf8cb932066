"""Segments of what is unknown: whole, cut where the sound changes, pauses apart."""

import numpy as np
import pytest

from synth.errors import SynthError
from synth.prosody.quasi_phones import SHORTEST, quasi_phones
from tests.synth.audio.sounds import RATE_HZ, harmonics, noise, speech_like


def test_segments_cover_the_recording_and_none_is_very_short():
    sound = speech_like(duration_s=4)
    durations, is_pause = quasi_phones(sound)
    assert durations.sum() == 1 + len(sound) // 160
    assert durations.min() >= SHORTEST
    assert len(durations) == len(is_pause) > 4


def test_a_cut_lies_where_the_sound_changes():
    sound = np.concatenate([harmonics(120.0, duration_s=0.4), noise(duration_s=0.4)])
    durations, _ = quasi_phones(sound)
    assert np.abs(np.cumsum(durations) - 40).min() <= 2


def test_a_long_silence_is_a_pause_and_a_short_one_is_not():
    rng = np.random.default_rng(0)
    gap = 1e-4 * rng.standard_normal(RATE_HZ // 2)
    buzz = harmonics(150.0, duration_s=0.5)
    durations, is_pause = quasi_phones(np.concatenate([buzz, gap, buzz]))
    assert is_pause.sum() == 1
    assert durations[is_pause][0] == pytest.approx(50, abs=6)
    assert not quasi_phones(np.concatenate([buzz, gap[:1200], buzz]))[1].any()


def test_silence_is_refused():
    with pytest.raises(SynthError):
        quasi_phones(np.zeros(RATE_HZ))

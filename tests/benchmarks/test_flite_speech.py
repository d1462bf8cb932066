"""flite's phones and times as examples."""

import numpy as np
import pytest

from benchmarks.flite_speech import PHONES, example_of
from synth.align.sounds import sounds_of
from synth.text.phones import IPA


@pytest.mark.parametrize("symbol", sorted(set(PHONES.values())))
def test_every_phone_is_heard_as_a_sound(symbol):
    assert sounds_of(symbol, IPA, "en")


def test_ends_in_seconds_become_durations_in_frames():
    samples = np.random.default_rng(1).standard_normal(16_000).astype(np.float32)
    phones = [("pau", 0.1), ("m", 0.2), ("aʊ", 0.4), ("pau", 0.6), ("pau", 1.0)]
    found = example_of(samples, phones)
    assert found.script.sounds == ("pau", "m", "a", "u", "pau")
    assert found.durations.tolist() == [10, 10, 10, 10, 61]

"""Features hear neither gain nor added silence."""

import numpy as np
import pytest

from synth.align.features import features_of, frame_energy, is_speech, level_of, normalize
from synth.audio.mel import log_mel
from synth.errors import SynthError
from tests.synth.align.made import HOP, sentence, spoken

SYMBOLS, DURATIONS = sentence(3)
SAMPLES = spoken(SYMBOLS, DURATIONS)
SPEECH = slice(12, int(DURATIONS.sum()) - 12)


def test_there_is_a_row_per_frame():
    features = features_of(SAMPLES)
    assert features.shape == (1 + len(SAMPLES) // HOP, 100)
    assert features.dtype == np.float32
    assert len(features) == DURATIONS.sum()


def test_speech_frames_have_no_mean_and_unit_spread():
    mel = log_mel(SAMPLES)
    energy = frame_energy(mel)
    speech = normalize(mel)[is_speech(energy, level_of(energy, mel))]
    assert len(SYMBOLS) * 4 < len(speech) < len(mel) - 10
    np.testing.assert_allclose(speech.mean(axis=0), 0.0, atol=1e-4)
    assert speech.std() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("gain", [0.1, 3.0])
def test_gain_changes_nothing(gain):
    np.testing.assert_allclose(features_of(gain * SAMPLES), features_of(SAMPLES), atol=0.02)


@pytest.mark.parametrize("seconds", [1, 20])
def test_digital_silence_around_changes_nothing_of_the_speech(seconds):
    silence = np.zeros(seconds * 16_000, dtype=np.float32)
    padded = features_of(np.concatenate([silence, SAMPLES, silence]))
    moved = slice(SPEECH.start + 100 * seconds, SPEECH.stop + 100 * seconds)
    np.testing.assert_allclose(padded[moved], features_of(SAMPLES)[SPEECH], atol=0.05)


def test_a_click_does_not_set_the_level():
    clicked = SAMPLES.copy()
    clicked[HOP * 4] = 1.0
    before, after = features_of(SAMPLES)[SPEECH], features_of(clicked)[SPEECH]
    assert np.abs(before - after).mean() < 0.05


def test_digital_silence_is_refused():
    with pytest.raises(SynthError) as caught:
        features_of(np.zeros(16_000, dtype=np.float32))
    assert caught.value.code == "no_sound"

import numpy as np
import pytest

from synth.audio.resample import downsample, resample
from synth.errors import SynthError


def tone(rate_hz: int, hz: float = 1000.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(rate_hz) / rate_hz)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(48000, 16000), (44100, 16000), (22050, 16000)])
def test_a_tone_keeps_its_place_and_level(from_hz, to_hz):
    converted = downsample(tone(from_hz), from_hz=from_hz, to_hz=to_hz)

    assert len(converted) == to_hz
    np.testing.assert_allclose(converted[500:-500], tone(to_hz)[500:-500], atol=1e-4)


def test_what_lies_above_the_new_nyquist_is_gone():
    converted = downsample(tone(48000, 9000), from_hz=48000, to_hz=16000)

    assert np.abs(converted[500:-500]).max() < 1e-4


def test_the_same_rate_changes_nothing():
    samples = tone(16000)

    np.testing.assert_array_equal(resample(samples, from_hz=16000, to_hz=16000), samples)


def test_a_higher_rate_is_refused():
    with pytest.raises(SynthError, match="16000 Hz or less") as error:
        downsample(tone(16000), from_hz=16000, to_hz=24000)

    assert error.value.code == "rate_refused"

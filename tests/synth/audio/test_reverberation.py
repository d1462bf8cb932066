"""A simulated room decays as asked and leaves the direct sound where it was."""

import numpy as np
import pytest
from scipy import signal

from synth.audio.reverberation import measure_rt60, reverberate, room_response

RATE_HZ = 16000


@pytest.mark.parametrize("rt60_s", [0.3, 0.6])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_response_decays_in_the_time_asked_for(rt60_s, seed):
    response = room_response(rate_hz=RATE_HZ, rt60_s=rt60_s, seed=seed)

    assert measure_rt60(response, rate_hz=RATE_HZ) == pytest.approx(rt60_s, rel=0.02)
    assert early_decay_s(response) == pytest.approx(rt60_s, rel=0.25)


def early_decay_s(response) -> float:
    """Six times the time from 0 to -10 dB after the first reflection, by Schroeder's curve."""
    energy = np.cumsum(response[40:][::-1] ** 2)[::-1]
    decay_db = 10 * np.log10(energy / energy[0])
    early = np.flatnonzero(decay_db >= -10)
    return float(-60 / np.polyfit(early / RATE_HZ, decay_db[early], 1)[0])


def test_a_decay_of_known_time_is_measured():
    times = np.arange(RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(1).standard_normal(RATE_HZ)

    measured = measure_rt60(noise * 10 ** (-3 * times / 0.4), rate_hz=RATE_HZ)

    assert measured == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100, 48000])
def test_the_direct_sound_comes_first_and_unchanged(rate_hz):
    response = room_response(rate_hz=rate_hz, rt60_s=0.3, seed=1)

    assert response[0] == pytest.approx(1.0, abs=0.01)
    assert np.abs(response[1:]).max() < 0.9
    assert np.argmax(np.abs(response)) == 0


def test_the_first_reflections_are_those_of_the_room():
    """Floor and ceiling images of a source at the microphone's height lie where geometry says."""
    response = room_response(rate_hz=48000, rt60_s=0.3, seed=1)
    first_s = np.flatnonzero(np.abs(response[20:]) > 0.05)[0] / 48000 + 20 / 48000

    # The nearest wall is at least 0.3 m behind somebody 1.5 m away; the farthest near one 3 m.
    assert 0.0002 < first_s < 2 * 3.3 / 343


def test_a_click_in_a_room_is_its_response():
    click = np.zeros(2000)
    click[100] = 0.5
    response = room_response(rate_hz=RATE_HZ, rt60_s=0.3, seed=1)

    heard = reverberate(click, rate_hz=RATE_HZ, rt60_s=0.3, seed=1)

    np.testing.assert_allclose(heard[100:], 0.5 * response[:1900], atol=1e-9)
    np.testing.assert_allclose(heard[:100], 0, atol=1e-9)


def test_the_response_has_no_offset():
    response = room_response(rate_hz=RATE_HZ, rt60_s=0.6, seed=1)
    frequencies, gain = signal.freqz(response, fs=RATE_HZ, worN=4096)
    low = np.mean(np.abs(gain[frequencies < 60]) ** 2)

    assert low < 4 * np.mean(np.abs(gain) ** 2)

"""The line's band by its spectrum, the codec by the bounds of G.711."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from synth.audio.telephone import MU_LAW_FULL_SCALE, mu_law, telephone

RATE_HZ = 16000


def tone(frequency_hz: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(rate_hz) / rate_hz)


def gain_db(frequency_hz: float, rate_hz: int) -> float:
    """Of a steady tone, at its own frequency."""
    sent = tone(frequency_hz, rate_hz)
    heard = telephone(sent, rate_hz=rate_hz)
    window = signal.windows.blackmanharris(rate_hz)
    probe = window * np.exp(-2j * np.pi * frequency_hz * np.arange(rate_hz) / rate_hz)
    return 20 * np.log10(np.abs(heard @ probe) / np.abs(sent @ probe) + 1e-12)


@pytest.mark.parametrize("rate_hz", [16000, 44100])
@pytest.mark.parametrize("frequency_hz", [400, 700, 1700, 3200])
def test_within_the_band_nothing_is_lost(frequency_hz, rate_hz):
    assert gain_db(frequency_hz, rate_hz) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("frequency_hz", [60, 150, 220, 3600, 5000, 7000])
def test_outside_the_band_nothing_is_left(frequency_hz):
    assert gain_db(frequency_hz, RATE_HZ) < -20


@pytest.mark.parametrize("edge_hz", [300, 3400])
def test_the_edges_are_half_way_down(edge_hz):
    """Of the filter alone: a sweep's spectrum without the codec's noise."""
    from synth.audio.telephone import _band_pass

    click = np.eye(1, RATE_HZ, RATE_HZ // 2)[0]
    frequencies, gains = signal.freqz(_band_pass(click, RATE_HZ), fs=RATE_HZ, worN=RATE_HZ)

    edge = np.argmin(np.abs(frequencies - edge_hz))
    assert 20 * np.log10(np.abs(gains[edge])) == pytest.approx(-6, abs=0.3)


@pytest.mark.parametrize("level_db", [-40, -30, -20, -10, -3])
def test_the_codecs_ratio_is_within_the_bounds_of_the_law(level_db):
    """G.712 asks for 33 dB from -30 dBm0 up; the law reaches at most 38 on a sine."""
    sent = 10 ** (level_db / 20) * np.sin(np.arange(80000) * 0.7123)
    error = mu_law(sent) - sent

    ratio_db = 10 * np.log10(np.mean(sent**2) / np.mean(error**2))
    assert (33 if level_db >= -30 else 27) < ratio_db < 42


def test_the_codec_has_256_values_and_is_its_own_fixed_point():
    every = np.arange(-MU_LAW_FULL_SCALE, MU_LAW_FULL_SCALE + 1) / MU_LAW_FULL_SCALE
    coded = mu_law(every)

    assert len(np.unique(coded)) == 255  # plus and minus zero are one number
    np.testing.assert_array_equal(mu_law(coded), coded)
    assert np.round(np.abs(coded).max() * MU_LAW_FULL_SCALE) == 8031  # G.711, table 2a


@given(st.floats(-4, 4))
def test_no_sample_moves_further_than_half_its_step(sample):
    sent = np.clip(sample, -1, 1)
    (coded,) = mu_law(np.array([sample]))

    # Steps double from segment to segment: half of one is at most 1/32 of the value, and one
    # unit near zero; overload ends 128 units below full scale.
    assert abs(coded - sent) <= abs(sent) / 32 + 2.5 / MU_LAW_FULL_SCALE


def test_silence_stays_silent():
    assert not telephone(np.zeros(1000), rate_hz=RATE_HZ).any()

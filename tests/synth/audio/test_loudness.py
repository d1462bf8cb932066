import numpy as np
import pytest
from scipy import signal

from synth.audio.loudness import align_loudness, measure_loudness, measure_peak
from synth.errors import SynthError

RATES_HZ = (8000, 16000, 22050, 24000, 44100, 48000, 96000)


def tone(rate_hz: int, hz: float = 997.0, amplitude: float = 1.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(5 * rate_hz) / rate_hz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_997_hz_at_full_scale_reads_minus_3_01_at_every_rate(rate_hz):
    """BS.1770-4, annex 1: the calibration of the meter."""
    assert measure_loudness(tone(rate_hz), rate_hz=rate_hz) == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("hz", [60, 100, 500, 2000, 4000, 6000, 7000])
def test_the_frequency_weighting_is_that_of_bs_1770_at_16_khz(hz):
    """The two biquads as printed in BS.1770-4, tables 1 and 2, and the constant of its equation."""
    shelf = signal.freqz(
        [1.53512485958697, -2.69169618940638, 1.19839281085285],
        [1.0, -1.69065929318241, 0.73248077421585],
        worN=[hz],
        fs=48000,
    )[1]
    high_pass = signal.freqz(
        [1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621], worN=[hz], fs=48000
    )[1]
    expected = -0.691 + 20 * np.log10(np.abs(shelf[0] * high_pass[0])) + 10 * np.log10(0.5)

    measured = measure_loudness(tone(16000, hz), rate_hz=16000)

    assert measured == pytest.approx(expected, abs=0.01)


def test_pauses_are_gated_out():
    spoken = tone(16000, amplitude=0.1)
    with_pause = np.concatenate([spoken, np.zeros_like(spoken), spoken])

    difference = measure_loudness(with_pause, rate_hz=16000) - measure_loudness(
        spoken, rate_hz=16000
    )

    assert abs(difference) < 0.3  # without the gate it would be -1.8


def test_a_clip_without_a_whole_block_is_refused():
    assert np.isfinite(measure_loudness(tone(44100)[:17640], rate_hz=44100))
    with pytest.raises(SynthError, match="too short") as error:
        measure_loudness(tone(44100)[:17639], rate_hz=44100)

    assert error.value.code == "too_short"


@pytest.mark.parametrize("level", [0.0, 1e-5])
def test_silence_cannot_be_aligned(level):
    with pytest.raises(SynthError) as error:
        align_loudness(tone(16000, amplitude=level), rate_hz=16000)

    assert error.value.code == "silent"


@pytest.mark.parametrize("amplitude", [0.001, 0.05, 1.0])
def test_alignment_reaches_the_target_with_one_gain(amplitude):
    samples = tone(16000, amplitude=amplitude)

    aligned = align_loudness(samples, rate_hz=16000)

    assert measure_loudness(aligned.samples, rate_hz=16000) == pytest.approx(-26, abs=0.01)
    assert aligned.loudness_lufs == pytest.approx(-26)
    assert not aligned.is_limited
    np.testing.assert_allclose(aligned.samples, samples * 10 ** (aligned.gain_db / 20))


def test_the_peak_guard_stops_the_gain_and_says_so():
    clicks = np.zeros(48000)
    clicks[::8000] = 0.5

    aligned = align_loudness(clicks, rate_hz=16000)

    assert aligned.is_limited
    assert aligned.loudness_lufs < -26.5
    assert measure_peak(aligned.samples, rate_hz=16000) == pytest.approx(10 ** (-1 / 20), abs=1e-6)


def test_the_peak_between_samples_is_found():
    """A tone at a quarter of the rate, 45 degrees off: samples at 0.707 of its peak."""
    quarter = np.sin(2 * np.pi * np.arange(16000) / 4 + np.pi / 4)
    faded = quarter * np.hanning(16000)

    assert np.abs(faded).max() == pytest.approx(0.707, abs=0.001)
    assert measure_peak(faded, rate_hz=16000) == pytest.approx(1.0, abs=0.002)

import numpy as np
import pytest

from synth.audio.bandwidth import measure_bandwidth


def noise(n_samples: int = 48000) -> np.ndarray:
    return 0.1 * np.random.default_rng(1).standard_normal(n_samples)


@pytest.mark.parametrize("cutoff_hz", [3400, 7000, 11000])
def test_low_passed_noise_ends_at_its_cutoff(cutoff_hz):
    spectrum = np.fft.rfft(noise())
    spectrum[cutoff_hz + 1 :] = 0  # one second: one bin per Hz

    measured = measure_bandwidth(np.fft.irfft(spectrum), rate_hz=48000)

    assert measured == pytest.approx(cutoff_hz, abs=190)


def test_white_noise_reaches_nyquist():
    assert measure_bandwidth(noise(), rate_hz=16000) == 8000


@pytest.mark.parametrize(("level_db", "reached_hz"), [(-50, 5000), (-70, 1000)])
def test_content_counts_down_to_60_db_under_the_strongest_band(level_db, reached_hz):
    times = np.arange(32000) / 16000
    loud, faint = np.sin(2 * np.pi * 1000 * times), np.sin(2 * np.pi * 5000 * times)

    measured = measure_bandwidth(loud + 10 ** (level_db / 20) * faint, rate_hz=16000)

    assert measured == pytest.approx(reached_hz, abs=190)


def test_the_level_of_the_recording_does_not_matter():
    quiet = measure_bandwidth(1e-3 * noise(), rate_hz=16000)

    assert quiet == measure_bandwidth(noise(), rate_hz=16000)


def test_silence_has_no_bandwidth():
    assert measure_bandwidth(np.zeros(1000), rate_hz=16000) == 0.0

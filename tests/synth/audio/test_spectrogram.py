import io

import numpy as np
import pytest
from matplotlib.image import imread

from synth.audio.spectrogram import spectrogram_png, waveform_peaks


def tone(hz: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(32000) / 16000)


def brightest_row(png: bytes) -> float:
    """Where in the plot the brightest row lies, 0 at the top of the picture."""
    picture = imread(io.BytesIO(png))[:, 200:800, :3].mean(axis=2)
    inside = picture[30:300]
    return (30 + float(np.argmax(inside.mean(axis=1)))) / len(picture)


def test_the_picture_is_a_png_of_fixed_size():
    png = spectrogram_png(tone(1000), 16000)

    assert png.startswith(b"\x89PNG")
    assert imread(io.BytesIO(png)).shape[:2] == (360, 1080)


def test_higher_tones_lie_higher():
    assert brightest_row(spectrogram_png(tone(6000), 16000)) < 0.4
    assert brightest_row(spectrogram_png(tone(1500), 16000)) > 0.55


@pytest.mark.parametrize("n_samples", [1, 100, 16000])
def test_silence_and_short_sounds_have_a_picture(n_samples):
    assert spectrogram_png(np.zeros(n_samples), 16000).startswith(b"\x89PNG")


def test_peaks_are_the_extremes_of_equal_stretches():
    samples = np.array([0.1, -0.2, 0.3, 0.4, 0.0, -0.5])

    assert waveform_peaks(samples, 3) == [(-0.2, 0.1), (0.3, 0.4), (-0.5, 0.0)]


def test_no_sample_escapes_the_peaks():
    samples = np.random.default_rng(1).uniform(-1, 1, 12345)

    peaks = waveform_peaks(samples)

    assert len(peaks) == 800
    assert min(low for low, _ in peaks) == samples.min()
    assert max(high for _, high in peaks) == samples.max()


def test_a_sound_shorter_than_the_picture_has_a_peak_per_sample():
    assert waveform_peaks(np.array([0.5, -0.5]), 800) == [(0.5, 0.5), (-0.5, -0.5)]
    assert waveform_peaks(np.zeros(0)) == []

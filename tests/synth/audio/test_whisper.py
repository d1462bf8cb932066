"""A whisperized recording has no voice and the same envelope."""

from pathlib import Path

import numpy as np
import pytest
import pyworld
from scipy import signal

from synth.audio.checks import envelope_lag
from synth.audio.io import read_recording
from synth.audio.speech_level import active_level
from synth.audio.whisper import whisperize

DEMO = Path(__file__).resolve().parents[3] / "demo" / "audio"
RATE_HZ = 16000


@pytest.fixture(scope="module")
def speech():
    return read_recording(DEMO / "june_fr_demo-thanks.flac").samples


@pytest.fixture(scope="module")
def whispered(speech):
    return whisperize(speech, rate_hz=RATE_HZ, seed=1)


def share_periodic(samples) -> float:
    """Frames of sound whose normalized autocorrelation passes 0.7 at a lag of a pitch period."""
    low = signal.sosfiltfilt(signal.butter(4, 1500, fs=RATE_HZ, output="sos"), samples)
    frames = np.lib.stride_tricks.sliding_window_view(low, 1600)[::160]
    energies = np.sum(frames**2, axis=1)
    heard = frames[energies > 1e-3 * energies.max()]
    return float(np.mean([_periodicity(frame) > 0.7 for frame in heard]))


def _periodicity(frame) -> float:
    lags = range(RATE_HZ // 400, RATE_HZ // 50)
    return max(np.corrcoef(frame[lag:], frame[:-lag])[0, 1] for lag in lags[::2])


def test_no_voicing_is_left(speech, whispered):
    assert share_periodic(speech[:30000]) > 0.8
    assert share_periodic(whispered[:30000]) < 0.03


def test_a_pitch_tracker_finds_next_to_nothing(speech, whispered):
    """Dio; Harvest, which bridges gaps, suspects a voice in a tenth of any noise."""
    assert np.mean(pyworld.dio(speech, RATE_HZ)[0] > 0) > 0.5
    assert np.mean(pyworld.dio(whispered, RATE_HZ)[0] > 0) < 0.03


def third_octaves(samples):
    """Power (bands from 500 Hz up, parts of 0.19 s); narrower ones would tell harmonics apart."""
    _, _, spectrum = signal.stft(samples, fs=RATE_HZ, nperseg=512)
    edges = np.unique(np.round(512 / RATE_HZ * 500 * 2 ** (np.arange(12) / 3)).astype(int))
    power = np.add.reduceat(np.abs(spectrum) ** 2, edges, axis=0)[:-1]
    n_frames = power.shape[1] // 12 * 12
    return power[:, :n_frames].reshape(len(power), -1, 12).mean(axis=2)


def test_the_envelope_is_kept(speech):
    """Over ten whispers, as a narrow band of one is noise itself, several dB from its mean."""
    before = third_octaves(speech[:30000])
    whispers = [whisperize(speech[:30000], rate_hz=RATE_HZ, seed=seed) for seed in range(10)]
    after = np.mean([third_octaves(one) for one in whispers], axis=0)
    difference_db = 10 * np.log10(after / before)[before > 1e-3 * before.max()]

    assert np.abs(difference_db - np.median(difference_db)).mean() < 2.0


def test_time_and_level_are_kept(speech, whispered):
    assert abs(envelope_lag(whispered, speech, rate_hz=RATE_HZ)) <= 0.002
    level = active_level(whispered, rate_hz=RATE_HZ)
    assert level == pytest.approx(active_level(speech, rate_hz=RATE_HZ))


def test_silence_stays_silent():
    assert not whisperize(np.zeros(5000), rate_hz=RATE_HZ, seed=1).any()

from pathlib import Path

import numpy as np
import pytest

from synth.audio.checks import envelope_lag
from synth.audio.io import read_recording
from synth.audio.world import fit_length, resynthesize

DEMO = Path(__file__).resolve().parents[3] / "demo" / "audio"


@pytest.fixture(scope="module")
def natural():
    return read_recording(DEMO / "june_fr_demo-thanks.flac").samples[:40123]


@pytest.fixture(scope="module")
def resynthesis(natural):
    return resynthesize(natural, rate_hz=16000)


def test_the_resynthesis_is_as_long_as_the_recording(natural, resynthesis):
    assert resynthesis.shape == natural.shape
    assert resynthesis.dtype == np.float64


def test_the_resynthesis_sounds_at_the_same_time_and_level(natural, resynthesis):
    level_db = 10 * np.log10(np.mean(resynthesis**2) / np.mean(natural**2))

    assert abs(envelope_lag(resynthesis, natural, rate_hz=16000)) <= 0.002
    assert abs(level_db) < 3


def test_the_resynthesis_is_no_copy(natural, resynthesis):
    assert np.corrcoef(natural, resynthesis)[0, 1] < 0.99


def test_the_same_recording_gives_the_same_resynthesis(natural, resynthesis):
    np.testing.assert_array_equal(resynthesize(natural, rate_hz=16000), resynthesis)


def test_silence_gives_finite_samples():
    assert np.isfinite(resynthesize(np.zeros(8000), rate_hz=16000)).all()


def test_fitting_cuts_or_appends_silence():
    np.testing.assert_array_equal(fit_length(np.arange(5.0), n_samples=3), [0, 1, 2])
    np.testing.assert_array_equal(fit_length(np.ones(2), n_samples=4), [1, 1, 0, 0])

"""What the decoder is told: lines that have the features, a comb at the pitch."""

import numpy as np
import pytest

from synth.audio.mel import mel_bank
from synth.prosody.contours import Contours
from synth.prosody.excitation import (
    CONTROLS,
    FURTHEST,
    comb_of,
    excitation_of,
    network_features,
    prosody_with,
)
from synth.prosody.features import measure
from synth.prosody.speaker_statistics import plain_statistics

from .made_voice import a_sentence


@pytest.fixture(scope="module")
def spoken():
    return a_sentence(3)[0]


@pytest.fixture(scope="module")
def speaker(spoken):
    return plain_statistics([spoken.prosody, a_sentence(4)[0].prosody])


def test_features_come_back_from_the_controls(spoken, speaker):
    """Features to frames and measured again: what is asked for is in the controls."""
    controls = excitation_of(spoken.prosody, speaker).controls.astype(np.float64)
    lines = Contours(
        log_f0=controls[:, 0] * speaker.log_f0.sd + speaker.log_f0.mean,
        voiced=controls[:, 1] > 0.5,
        energy=controls[:, 2] * speaker.energy.sd + speaker.energy.mean,
    )
    found = measure(lines, spoken.durations, is_pause=spoken.prosody.is_pause)
    loud = np.abs(network_features(spoken.prosody, speaker)).max(axis=1) < FURTHEST
    np.testing.assert_allclose(found.log_f0[loud], spoken.prosody.log_f0[loud], atol=1e-3)
    np.testing.assert_allclose(found.slope[loud], spoken.prosody.slope[loud], atol=0.02)
    # Frames towards a silence are held at five deviations, inside a phoneme that is not.
    np.testing.assert_allclose(found.energy[loud], spoken.prosody.energy[loud], atol=0.05)
    np.testing.assert_allclose(found.voicing, spoken.prosody.voicing, atol=1e-6)


def test_features_and_durations_make_the_prosody_again(spoken, speaker):
    found = prosody_with(network_features(spoken.prosody, speaker), spoken.durations, speaker)
    np.testing.assert_array_equal(found.durations, spoken.durations)
    loud = np.abs(network_features(spoken.prosody, speaker)).max(axis=1) < FURTHEST
    np.testing.assert_allclose(found.log_f0[loud], spoken.prosody.log_f0[loud], atol=1e-5)


def test_every_control_has_its_column(spoken, speaker):
    excitation = excitation_of(spoken.prosody, speaker)
    assert excitation.controls.shape == (spoken.n_frames, len(CONTROLS))
    assert excitation.comb.shape == spoken.mels.shape
    assert np.isfinite(excitation.comb).all()


@pytest.mark.parametrize("f0_hz", [90.0, 200.0])
def test_the_comb_has_its_teeth_at_the_harmonics(f0_hz):
    comb = comb_of(np.full(30, np.log(f0_hz)))[15]
    centers = mel_bank().argmax(dim=1).numpy() * 25.0
    near = np.abs(centers - f0_hz) < 13
    between = np.abs(centers - 1.5 * f0_hz) < 13
    assert comb[near].mean() > comb[between].mean() + 0.2


def test_pitch_beyond_voices_is_held():
    assert np.isfinite(comb_of(np.log(np.array([5.0, 5.0, 4000.0, 4000.0])))).all()

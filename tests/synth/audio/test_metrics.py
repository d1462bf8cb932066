"""Metrics against what can be computed by hand."""

import math
from dataclasses import astuple

import numpy as np
import pytest

from synth.audio.metrics import (
    HIGHER_IS_BETTER,
    METRICS,
    Parts,
    Scores,
    estoi,
    mel_cepstral_distortion,
    pesq_wb,
    pitch_scores,
    score,
    score_alone,
    spectral_scores,
)
from synth.audio.pitch import Pitch

from .sounds import RATE_HZ, add_noise, noise, speech_like

SPECTRAL = Parts(intrusive=False, pitch=False)


def track(f0_hz, periodicity=None):
    f0_hz = np.asarray(f0_hz, dtype=float)
    voiced = (f0_hz > 0).astype(float)
    return Pitch(f0_hz, voiced if periodicity is None else np.asarray(periodicity), hop_s=0.01)


def test_identical_signals_have_no_distance():
    found = spectral_scores(speech_like(), speech_like())
    assert set(found.values()) == {0.0}
    tracks = pitch_scores(track([0, 100, 120, 130]), track([0, 100, 120, 130]))
    assert tracks.pop("f0_correlation") == pytest.approx(1.0)
    assert set(tracks.values()) == {0.0}


def test_half_the_level_is_half_the_spectrum_and_ln_two_apart():
    reference = noise()  # loud in every bin: no floor is reached
    found = spectral_scores(reference, reference / 2)
    assert found["spectral_convergence"] == pytest.approx(0.5, abs=1e-4)
    assert found["log_magnitude_l1"] == pytest.approx(math.log(2), abs=1e-3)
    assert found["mr_stft"] == pytest.approx(0.5 + math.log(2), abs=1e-3)
    assert found["log_mel_l1"] == pytest.approx(math.log(2), abs=1e-4)


def test_level_alone_is_no_cepstral_distortion():
    assert spectral_scores(noise(), noise() / 2)["mcd_db"] == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(("order", "counted"), [(1, True), (13, True), (14, False)])
def test_one_cepstrum_moved_gives_its_distortion(order, counted):
    bands = np.arange(100) + 0.5
    ripple = 0.2 * np.cos(np.pi * order * bands / 100)
    distortion = mel_cepstral_distortion(np.zeros((7, 100)), np.tile(ripple, (7, 1)))
    expected = 10 / math.log(10) * math.sqrt(2) * 0.2 if counted else 0.0
    assert distortion == pytest.approx(expected, abs=1e-9)


def test_an_octave_is_1200_cents():
    found = pitch_scores(track([100, 110, 120, 0]), track([200, 220, 240, 0]))
    assert found["f0_rmse_cents"] == pytest.approx(1200)
    assert found["f0_rmse_hz"] == pytest.approx(math.sqrt((100**2 + 110**2 + 120**2) / 3))
    assert found["f0_correlation"] == pytest.approx(1.0)
    assert found["gross_pitch_error"] == 1.0


def test_an_inverted_contour_correlates_negatively():
    found = pitch_scores(track([100, 110, 120]), track([120, 110, 100]))
    assert found["f0_correlation"] == pytest.approx(-1.0)


def test_voicing_error_is_the_share_of_frames_voiced_differently():
    found = pitch_scores(track([0, 100, 100, 0]), track([100, 100, 0, 0]))
    assert found["voicing_error"] == 0.5


def test_periodicity_error_is_a_root_mean_square_over_all_frames():
    found = pitch_scores(track([0] * 4, [0.5] * 4), track([0] * 4, [0.5, 0.5, 0.5, 0.9]))
    assert found["periodicity_rmse"] == pytest.approx(0.2)


def test_pitch_is_undefined_where_hardly_a_frame_is_voiced_in_both():
    found = Scores(**pitch_scores(track([0, 0, 100, 110]), track([0, 0, 100, 110])))
    assert math.isnan(found.f0_rmse_cents)
    assert math.isnan(found.f0_correlation)
    assert found.voicing_error == 0.0


def test_a_constant_contour_has_no_correlation():
    found = pitch_scores(track([100, 100, 100]), track([100, 101, 102]))
    assert math.isnan(found["f0_correlation"])
    assert found["f0_rmse_hz"] == pytest.approx(math.sqrt(5 / 3))


def test_pesq_and_estoi_fall_with_the_noise():
    pytest.importorskip("pesq")
    pytest.importorskip("pystoi")
    reference = speech_like()
    noisy = [add_noise(reference, snr_db=snr) for snr in (30, 15, 0)]
    assert pesq_wb(reference, reference) == pytest.approx(4.644, abs=1e-3)
    assert estoi(reference, reference) == pytest.approx(1.0, abs=1e-6)
    for metric in (pesq_wb, estoi):
        values = [metric(reference, output) for output in noisy]
        assert values == sorted(values, reverse=True)
        assert values[0] > values[-1]


@pytest.mark.filterwarnings("ignore:invalid value")
def test_silence_has_no_pesq_and_no_estoi():
    pytest.importorskip("pesq")
    pytest.importorskip("pystoi")
    silence = np.zeros(2 * RATE_HZ, dtype="f4")
    assert math.isnan(pesq_wb(silence, silence))
    assert math.isnan(estoi(silence, silence))


def test_spectral_distances_grow_with_the_noise():
    reference = speech_like()
    values = [
        spectral_scores(reference, add_noise(reference, snr_db=snr))["mr_stft"]
        for snr in (40, 20, 0)
    ]
    assert values == sorted(values)


def test_only_the_parts_asked_for_are_filled():
    found = score(speech_like(), add_noise(speech_like(), snr_db=20), SPECTRAL)
    assert found.mr_stft > 0
    assert math.isnan(found.pesq_wb)
    assert math.isnan(found.voicing_error)
    assert math.isnan(found.dnsmos_ovrl)


def test_a_recording_alone_has_only_opinions():
    assert all(math.isnan(value) for value in astuple(score_alone(noise(), Parts())))


def test_every_metric_says_which_way_is_better():
    assert tuple(HIGHER_IS_BETTER) == METRICS


@pytest.mark.parametrize(
    ("output", "message"),
    [(np.zeros(9), "one length"), (np.full(2 * RATE_HZ, np.nan), "not finite")],
)
def test_signals_that_cannot_be_compared_are_refused(output, message):
    with pytest.raises(ValueError, match=message):
        score(noise(), output, SPECTRAL)

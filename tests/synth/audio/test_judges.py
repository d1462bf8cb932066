"""The inputs of pretrained judges are those of their authors, and the judges judge."""

import numpy as np
import pytest

from synth.audio.opinion import has_opinion_models, predict_opinion
from synth.audio.slaney_mel import power_mel, slaney_bank
from synth.audio.speakers import has_speaker_encoder, similarity, speaker_embedding

from .sounds import RATE_HZ, add_noise, harmonics, noise, speech_like

needs_opinion = pytest.mark.skipif(not has_opinion_models(), reason="speechmos is not installed")
needs_encoder = pytest.mark.skipif(not has_speaker_encoder(), reason="no resemblyzer weights")


def golden_signal():
    """A modulated glide in noise (48000,) float32, the input of the golden values."""
    rng = np.random.default_rng(7)
    t = np.arange(48_000) / RATE_HZ
    glide = np.sin(2 * np.pi * (120 * t + 20 * t * t)) * (1 + np.sin(2 * np.pi * 3 * t)) / 2
    return (0.3 * glide + 0.01 * rng.standard_normal(48_000)).astype(np.float32)


# librosa 0.11.0: feature.melspectrogram(y=x, sr=16000, n_fft=..., hop_length=160, n_mels=...)
GOLDEN = {
    (321, 120): (3925.396, [5.5471325e-4, 6.5219154, 1.9457693e-6, 2.4016954e-6, 1.7881286e-4]),
    (400, 40): (2067.3645, [1.0950457, 6.1771872e-4, 2.3122688e-4, 1.3519978e-4, 3.3132717e-4]),
}


@pytest.mark.parametrize(("n_fft", "n_mels"), sorted(GOLDEN))
def test_mels_are_those_of_librosa(n_fft, n_mels):
    total, probes = GOLDEN[n_fft, n_mels]
    mels = power_mel(golden_signal(), n_fft=n_fft, n_mels=n_mels)
    assert mels.sum() == pytest.approx(total, rel=1e-5)
    found = mels[[0, 1, 100, 200, 299], [0, 3, 10, 20, n_mels - 1]]
    assert found == pytest.approx(probes, rel=1e-4)


def test_the_filters_have_areas_of_one():
    areas = slaney_bank(16_000, 40).sum(axis=1)  # bins of 1 Hz
    assert areas == pytest.approx(np.ones(40), rel=1e-3)


@needs_opinion
def test_opinions_are_those_of_speechmos():
    # speechmos 0.0.1.1: dnsmos.run(x, 16000), x repeated to 9.01 s
    golden = {"ovrl": 1.88948, "sig": 2.33622, "bak": 2.86936, "p808": 2.56985}
    assert predict_opinion(golden_signal()) == pytest.approx(golden, abs=1e-3)


@needs_opinion
def test_noise_lowers_the_opinion_of_the_background():
    quiet, loud = (predict_opinion(add_noise(speech_like(), snr_db=snr)) for snr in (40, 0))
    assert quiet["bak"] > loud["bak"] + 0.5


@needs_opinion
def test_long_and_overdriven_recordings_have_an_opinion():
    values = predict_opinion(3 * speech_like(duration_s=11.0)).values()
    assert np.isfinite(list(values)).all()


@needs_opinion
def test_peaks_beyond_full_scale_are_not_cut_off():
    voice = speech_like()
    loud = 3 * voice / np.abs(voice).max()
    as_it_is, cut = predict_opinion(loud), predict_opinion(np.clip(loud, -1, 1))
    assert as_it_is["p808"] == pytest.approx(predict_opinion(voice)["p808"], abs=1e-3)
    assert abs(cut["p808"] - as_it_is["p808"]) > 0.01


@needs_opinion
def test_the_level_that_was_given_is_the_level_that_is_judged():
    voice = speech_like()
    loud = 2 * voice / np.abs(voice).max()
    assert abs(predict_opinion(loud)["ovrl"] - predict_opinion(loud / 2)["ovrl"]) > 0.01


@needs_encoder
def test_a_voice_is_itself_at_any_level_it_may_be_played():
    voice = speech_like()
    assert similarity(voice, voice) == pytest.approx(1.0, abs=1e-5)
    assert similarity(0.01 * voice, 0.001 * voice) == pytest.approx(1.0, abs=1e-3)


@needs_encoder
def test_another_sound_is_another_voice():
    assert similarity(speech_like(), harmonics(400.0, duration_s=3.0)) < 0.9


@needs_encoder
@pytest.mark.parametrize("duration_s", [0.3, 1.6, 5.0])
def test_embeddings_have_length_one_at_any_duration(duration_s):
    embedding = speaker_embedding(noise(duration_s=duration_s))
    assert embedding.shape == (256,)
    assert np.linalg.norm(embedding) == pytest.approx(1.0, abs=1e-5)


@needs_encoder
def test_digital_silence_has_a_finite_embedding():
    assert np.isfinite(speaker_embedding(np.zeros(RATE_HZ))).all()

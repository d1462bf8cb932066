"""Taking a speaker out of features, putting another in, and the same for whole lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.prosody.contours import Contours
from synth.prosody.features import FEATURES, measure
from synth.prosody.metrics import pitch_errors
from synth.prosody.population import Moments, Population
from synth.prosody.speaker_statistics import (
    SpeakerStatistics,
    map_prosody,
    map_track,
    plain_statistics,
    statistics_of,
)

from .speakers import a_phrase, a_speaker

spreads = st.builds(Moments, mean=st.floats(-8, 8), sd=st.floats(0.05, 2.0))
voices = st.builds(
    SpeakerStatistics,
    log_f0=spreads,
    energy=spreads,
    log_duration=spreads,
    n_phrases=st.just(1),
    n_phonemes=st.just(10),
)
LOW = SpeakerStatistics(Moments(4.7, 0.15), Moments(-0.5, 1.0), Moments(-2.6, 0.5), 9, 90)
HIGH = SpeakerStatistics(Moments(5.4, 0.30), Moments(-0.7, 1.2), Moments(-2.3, 0.4), 9, 90)


@given(voices, st.integers(0, 50))
def test_normalizing_and_back_is_exact(voice, seed):
    phrase = a_phrase(seed=seed)
    phrase.is_pause[3] = True
    back = voice.denormalize(voice.normalize(phrase), is_pause=phrase.is_pause)
    np.testing.assert_allclose(back.matrix(), phrase.matrix(), atol=1e-11)
    np.testing.assert_array_equal(back.durations, phrase.durations)
    np.testing.assert_array_equal(back.is_pause, phrase.is_pause)


@given(voices, voices, st.integers(0, 50))
def test_mapping_there_and_back_is_exact(first, second, seed):
    phrase = a_phrase(seed=seed)
    there = map_prosody(phrase, first, second)
    back = map_prosody(there, second, first)
    np.testing.assert_allclose(back.matrix(), phrase.matrix(), atol=1e-9)
    assert there.voicing is not None


def test_a_speaker_normalized_by_the_own_statistics_is_standard():
    phrases = a_speaker(n_phrases=20, mean=5.2, sd=0.3)
    voice = plain_statistics(phrases)
    scores = np.concatenate([voice.normalize(one) for one in phrases])
    frames = np.concatenate([one.voiced_frames for one in phrases])
    pitch = scores[:, FEATURES.index("log_f0")]
    assert np.average(pitch, weights=frames) == pytest.approx(0, abs=1e-9)
    assert np.average(pitch**2, weights=frames) == pytest.approx(1)
    for name in ("energy", "log_duration"):
        column = scores[:, FEATURES.index(name)]
        assert (column.mean(), column.std()) == pytest.approx((0, 1), abs=1e-9)


def test_a_mapped_speaker_has_the_statistics_of_the_target():
    phrases = a_speaker(n_phrases=20)
    source = plain_statistics(phrases)
    mapped = [map_prosody(one, source, HIGH) for one in phrases]
    energies = np.concatenate([one.energy for one in mapped])
    assert (energies.mean(), energies.std()) == pytest.approx((-0.7, 1.2))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100))
def test_features_of_the_mapped_line_are_the_mapped_features(seed):
    rng = np.random.default_rng(seed)
    line = 4.8 + np.cumsum(rng.normal(0, 0.02, 60))
    durations = np.array([7, 1, 12, 2, 20, 18])
    voiced = np.ones(60, dtype=bool)
    mapped = np.log(map_track(np.exp(line), LOW, HIGH))
    of_line = measure(Contours(mapped, voiced, np.zeros(60)), durations)
    of_features = map_prosody(measure(Contours(line, voiced, np.zeros(60)), durations), LOW, HIGH)
    np.testing.assert_allclose(of_line.log_f0, of_features.log_f0)
    np.testing.assert_allclose(of_line.slope, of_features.slope, atol=1e-9)


def test_a_mapped_track_keeps_what_is_unvoiced_and_has_no_error_against_itself():
    track = np.where(np.arange(50) % 5 == 0, 0.0, 100 + np.arange(50.0))
    mapped = map_track(track, LOW, HIGH)
    np.testing.assert_array_equal(mapped == 0, track == 0)
    assert pitch_errors(mapped, map_track(track, LOW, HIGH)).frame == 0
    assert pitch_errors(track, mapped).gross == 1  # unmapped, the voices alone are gross errors


def test_the_speakers_mean_goes_to_the_targets():
    mapped = map_track(np.array([np.exp(4.7), np.exp(4.85)]), LOW, HIGH)
    np.testing.assert_allclose(np.log(mapped), [5.4, 5.7])


def test_nothing_heard_gives_the_population():
    population = Population.read()
    voice = statistics_of([], population)
    assert voice.log_f0.mean == population.log_f0.mean
    assert (voice.n_phrases, voice.n_phonemes) == (0, 0)


def test_a_phrase_without_voice_has_the_pitch_of_the_population_but_its_own_tempo():
    phrase = a_phrase()
    phrase.voicing[:] = 0
    population = Population.read()
    voice = statistics_of([phrase], population)
    assert voice.log_f0.mean == population.log_f0.mean
    assert voice.log_duration.mean != population.log_duration.mean
    with pytest.raises(ValueError, match="log_f0"):
        plain_statistics([phrase])


def test_one_phrase_counts_its_spoken_phonemes():
    phrase = a_phrase(n_phonemes=12)
    phrase.is_pause[:2] = True
    assert statistics_of([phrase], Population.read()).n_phonemes == 10


def test_another_number_of_features_is_refused():
    with pytest.raises(ValueError, match=r"\(P, 5\)"):
        LOW.denormalize(np.zeros((3, 4)))

"""What is known beforehand, and how it gives way to what is heard."""

import numpy as np
import pytest

from synth.prosody.population import Moments, Population, Prior, fit_population, fit_prior
from synth.prosody.samples import SPREAD, sample_of

from .speakers import a_phrase, a_speaker, many_speakers

PRIOR = Prior(
    mean=5.0, mean_sd=0.3, log_sd=np.log(0.2), log_sd_sd=0.2, phrase_share=0.2, sd_noise=1.0
)


def test_a_phrase_counts_its_voiced_frames_only():
    phrase = a_phrase(n_phonemes=4)
    phrase.voicing[:] = [1, 1, 0, 1]
    phrase.is_pause[3] = True
    sample = sample_of([phrase], "log_f0")
    heard, frames = phrase.log_f0[:2], phrase.durations[:2]
    assert sample.pooled[0] == pytest.approx(np.average(heard, weights=frames))
    assert sample_of([phrase], "energy").pooled[0] == pytest.approx(phrase.energy[:3].mean())


def test_a_phrase_without_voice_says_nothing_of_pitch():
    unvoiced = a_phrase(seed=1)
    unvoiced.voicing[:] = 0
    assert sample_of([unvoiced], "log_f0").n_phrases == 0
    assert sample_of([a_phrase(), unvoiced], "log_f0").n_phrases == 1
    assert sample_of([a_phrase(), unvoiced], "energy").n_phrases == 2


def test_only_spreads_are_sampled():
    with pytest.raises(ValueError, match="log_f0, energy, log_duration"):
        sample_of([a_phrase()], "slope")


def test_unrelated_phonemes_count_one_by_one_and_equal_ones_by_phrase():
    sample = sample_of(a_speaker(n_phrases=4), "energy")
    assert sample.information(0.0) == pytest.approx(80)
    assert sample.information(1.0) == pytest.approx(4)


def test_information_is_the_variance_of_the_mean():
    """The variance of the mean over made speakers is sd^2 / information."""
    samples = [
        sample_of(a_speaker(n_phrases=3, seed=seed, phrase_share=0.3), "energy")
        for seed in range(400)
    ]
    means = np.array([sample.pooled[0] for sample in samples])
    assert means.var() == pytest.approx(0.2**2 / samples[0].information(0.3), rel=0.2)


def test_nothing_heard_is_the_prior():
    assert PRIOR.moments(sample_of([], "log_f0")) == Moments(5.0, pytest.approx(0.2))


def test_the_mean_moves_by_the_weight_of_what_was_heard():
    sample = sample_of(a_speaker(n_phrases=2, mean=5.6), "log_f0")
    found = PRIOR.moments(sample)
    count = sample.information(0.2)
    strength = (found.sd / 0.3) ** 2
    wanted = (count * sample.pooled[0] + strength * 5.0) / (count + strength)
    assert found.mean == pytest.approx(wanted)


def test_much_speech_leaves_no_trace_of_the_prior():
    sample = sample_of(a_speaker(n_phrases=300, mean=6.0, sd=0.1), "log_f0")
    found = PRIOR.moments(sample)
    assert found.mean == pytest.approx(sample.pooled[0], abs=1e-3)
    assert found.sd == pytest.approx(np.sqrt(sample.pooled[1]), rel=0.02)


def test_more_phrases_move_both_moments_further_from_the_prior():
    phrases = a_speaker(n_phrases=30, mean=5.8, sd=0.08)
    found = [PRIOR.moments(sample_of(phrases[:n], "log_f0")) for n in (1, 3, 10, 30)]
    assert all(np.diff([one.mean for one in found]) > -0.02)
    assert found[0].sd > found[1].sd > found[3].sd


def test_one_phoneme_leaves_the_spread_to_the_prior():
    found = PRIOR.moments(sample_of([a_phrase(n_phonemes=1, mean=5.5)], "log_f0"))
    assert found.sd == pytest.approx(0.2)
    assert found.mean > 5.0


def test_a_fit_finds_what_speakers_were_made_with():
    speakers = many_speakers()
    prior = fit_prior([sample_of(phrases, "log_f0") for phrases in speakers.values()])
    assert prior.mean == pytest.approx(5.0, abs=0.12)
    assert prior.mean_sd == pytest.approx(0.3, rel=0.3)
    assert prior.log_sd == pytest.approx(np.log(0.2), abs=0.1)
    assert prior.log_sd_sd == pytest.approx(0.2, rel=0.4)
    assert prior.phrase_share == pytest.approx(0.2, abs=0.05)
    assert prior.strength == pytest.approx(0.2**2 / 0.3**2, rel=0.6)
    assert prior.strength_in_phrases == pytest.approx(prior.strength * prior.phrase_share)


@pytest.mark.parametrize("n_phrases", [1, 3])
def test_shrunk_statistics_are_nearer_the_truth_than_plain_ones(n_phrases):
    """On speakers that the prior has not seen; log duration varies least between speakers."""
    speakers = many_speakers(n_speakers=60, n_phrases=40)
    names = list(speakers)
    population = fit_population({n: speakers[n] for n in names[:30]}, segments="made")
    plain, shrunk = [], []
    for name in names[30:]:
        whole, heard = (sample_of(speakers[name][:n], "log_duration") for n in (40, n_phrases))
        true_mean, true_sd = whole.pooled[0], np.sqrt(whole.pooled[1])
        found = population.log_duration.moments(heard)
        mean, variance = heard.pooled
        plain.append([mean - true_mean, 0.5 * np.log(variance) - np.log(true_sd)])
        shrunk.append([found.mean - true_mean, np.log(found.sd / true_sd)])
    errors = [np.sqrt(np.mean(np.square(x), axis=0)) for x in (plain, shrunk)]
    assert (errors[1] < errors[0]).all()


def test_a_population_is_kept_whole(tmp_path):
    speakers = many_speakers(n_speakers=4, n_phrases=6)
    population = fit_population(speakers, segments="made phonemes")
    population.write(tmp_path / "population.json")
    assert Population.read(tmp_path / "population.json") == population
    assert population.speakers == tuple(sorted(speakers))


def test_too_few_speakers_or_phrases_are_refused():
    speakers = many_speakers(n_speakers=3, n_phrases=5)
    with pytest.raises(ValueError, match="3 speakers of 5 phrases"):
        fit_population({n: speakers[n] for n in list(speakers)[:2]}, segments="made")
    with pytest.raises(ValueError, match="3 speakers of 5 phrases"):
        fit_population({n: p[:4] for n, p in speakers.items()}, segments="made")


def test_the_stored_population_is_that_of_real_voices_and_of_no_reference():
    population = Population.read()
    assert 80 < np.exp(population.log_f0.mean) < 300
    assert len(population.speakers) >= 10
    assert not {"tux_ru", "cs_fish_small", "cs_fish_big"} & set(population.speakers)
    for feature in SPREAD:
        prior = getattr(population, feature)
        assert 0 < prior.phrase_share < 1
        assert 0 < prior.strength < 100

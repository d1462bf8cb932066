"""Which crops are drawn: by seed and step, only from training, balanced by speaker."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.datasets.tracks import Track
from synth.vocoder.batches import (
    Crop,
    degraded,
    draw_batch,
    draw_crop,
    draw_voiced_batch,
    loud_start,
    pitch_of,
    training_set,
)

from .signals import QUICK, corpus, spoken_corpus, spoken_set, utterance


@pytest.fixture(scope="module")
def training():
    return training_set(spoken_corpus(), QUICK)


def test_a_step_always_draws_the_same_batch_and_no_other_step_does(training):
    first, again, other = (draw_batch(training, QUICK, step=step) for step in (4, 4, 5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_batches_have_the_configured_shape_and_stay_below_full_scale(training):
    batch = draw_batch(training, QUICK, step=0)
    assert batch.shape == (QUICK.batch, (QUICK.crop_frames - 1) * 160)
    assert batch.dtype == torch.float32
    assert float(batch.abs().max()) <= 1.0


def test_only_the_training_split_is_used():
    splits = ("train", "validation", "test", "unseen")
    held = corpus([utterance("a", k, split=split) for k, split in enumerate(splits)])
    assert training_set(held, QUICK).indices == [0]


def test_a_training_set_can_be_limited_to_some_speakers():
    both = corpus([utterance("a", 0), utterance("b", 1)])
    assert training_set(both, replace(QUICK, speakers=("b",))).speakers == ("b",)


def test_speakers_can_be_left_out():
    both = corpus([utterance("a", 0), utterance("b", 1)])
    assert training_set(both, replace(QUICK, without=("b",))).speakers == ("a",)


def test_nothing_to_train_on_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        training_set(corpus([utterance("a", 0)]), replace(QUICK, speakers=("nobody",)))


def test_every_speaker_named_must_have_something_to_train_on():
    both = corpus([utterance("a", 0), replace(utterance("b", 1), clipped_share=1.0)])
    with pytest.raises(ValueError, match="No training utterances of b "):
        training_set(both, replace(QUICK, speakers=("a", "b")))


def test_a_speaker_weighs_by_the_root_of_capped_minutes():
    minutes = {"a": 1, "b": 4, "c": 10}
    spoken = [utterance(name, n, duration_s=60.0 * n) for name, n in minutes.items()]
    uneven = corpus(spoken)
    weights = training_set(uneven, replace(QUICK, speaker_cap_minutes=4.0)).speaker_weights
    assert np.allclose(weights, [0.2, 0.4, 0.4])


def test_crops_avoid_silence():
    samples = np.zeros(40_000, np.int16)
    samples[:8000] = 5000
    rng = np.random.default_rng(0)
    loud = sum(loud_start(samples, 4000, rng) < 8000 for _ in range(200))
    assert 90 < loud < 150  # 1 - (1 - 8/36)^4 = 63 %; 22 % with a single try


def test_short_recordings_are_padded():
    short = training_set(corpus([utterance("a", 0, duration_s=0.1)]), QUICK)
    drawn = draw_crop(short, replace(QUICK, speed_share=0.0), np.random.default_rng(0))
    assert len(drawn.samples) == 4000
    assert np.all(drawn.samples[:1600] > 0)
    assert np.all(drawn.samples[1600:] == 0)


def test_another_speed_changes_the_pitch_and_its_track_alike():
    config = replace(QUICK, speed_share=1.0, crop_frames=51, band_limit_share=0, noise_share=0)
    training = spoken_set(config)
    drawn = draw_voiced_batch(training, config, step=0)
    for signal, frequency in zip(drawn.signals.numpy(), drawn.frequency.numpy(), strict=True):
        spectrum = np.abs(np.fft.rfft(signal * np.hanning(len(signal)), 1 << 16))
        hz = spectrum[: (1 << 16) // 40].argmax() * 16_000 / (1 << 16)
        assert hz == pytest.approx(np.median(frequency), rel=0.08)
        assert abs(np.median(frequency) - 140) > 1


def test_a_crop_s_pitch_is_that_of_where_it_was_taken():
    track = Track(np.arange(101, dtype=np.float32) ** 2 / 1000, np.linspace(0, 1, 101))
    phase, voicing = pitch_of(Crop(0, np.zeros(1600), start=800, speed=1.0, gain=1.0), track)
    assert phase[0] == pytest.approx(0.1)
    assert phase[800] == pytest.approx(0.4)
    assert voicing == pytest.approx(np.arange(10, 31, 2) / 100, abs=1e-3)


def test_beyond_an_utterance_s_end_nothing_is_voiced_and_time_goes_on():
    track = Track(np.linspace(0, 5, 11, dtype=np.float32), np.ones(11, np.float16))
    phase, voicing = pitch_of(Crop(0, np.zeros(1600), start=0, speed=1.0, gain=1.0), track)
    assert voicing.tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert np.all(np.diff(phase) > 0)


def test_a_training_set_without_tracks_draws_no_voices():
    with pytest.raises(ValueError, match="tracks"):
        draw_voiced_batch(training_set(spoken_corpus(), QUICK), QUICK, step=0)


def energy_above(samples, hz):
    power = np.abs(np.fft.rfft(samples)) ** 2
    return power[np.fft.rfftfreq(len(samples), 1 / 16_000) > hz].sum() / power.sum()


def test_a_narrowed_crop_has_no_high_band():
    noise = np.random.default_rng(0).standard_normal(8000)
    config = replace(QUICK, band_limit_share=1.0, noise_share=0.0)
    narrowed = degraded(noise, config, np.random.default_rng(1))
    assert energy_above(noise, 7600) > 0.03
    assert energy_above(narrowed, 7600) < 1e-3


def test_noise_is_added_within_the_stated_ratios():
    tone = np.sin(np.arange(8000) * 0.3)
    config = replace(QUICK, band_limit_share=0.0, noise_share=1.0)
    for seed in range(10):
        added = degraded(tone, config, np.random.default_rng(seed)) - tone
        ratio_db = 10 * np.log10(np.sum(tone**2) / np.sum(added**2))
        assert 4.9 < ratio_db < 35.1


def test_only_the_freest_sources_are_drawn_where_asked():
    free, other = utterance("a", 0), utterance("b", 1)
    held = corpus(
        [replace(free, licence_tier="permissive"), replace(other, licence_tier="copyleft")]
    )
    assert training_set(held, replace(QUICK, licence="permissive")).speakers == ("a",)
    assert training_set(held, QUICK).speakers == ("a", "b")


def test_overdriven_recordings_are_not_learned_from():
    held = corpus([utterance("a", 0), replace(utterance("a", 1), clipped_share=0.05)])
    assert training_set(held, QUICK).indices == [0]


def test_minutes_are_spread_evenly_over_what_speakers_have():
    held = corpus(
        [utterance("long", k) for k in range(60)]
        + [utterance("other", 100 + k) for k in range(60)]
        + [utterance("short", 200)]
    )
    chosen = training_set(held, replace(QUICK, minutes=0.35))
    assert {speaker: len(members) for speaker, members in chosen.members.items()} == {
        "long": 10,
        "other": 10,
        "short": 1,
    }
    again = training_set(held, replace(QUICK, minutes=0.35))
    other = training_set(held, replace(QUICK, minutes=0.35, seed=99))
    assert chosen.indices == again.indices != other.indices


def test_more_minutes_than_there_are_are_refused():
    with pytest.raises(ValueError, match="more speakers"):
        training_set(corpus([utterance("a", k) for k in range(4)]), replace(QUICK, minutes=1.0))

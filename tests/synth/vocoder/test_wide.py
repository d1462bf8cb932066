"""Training at 24 kHz: crops, phases, hops and losses of the network's own rate."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.audio.mel import NARROW, WIDE, log_mel_batch
from synth.datasets.tracks import Track, track
from synth.vocoder.batches import (
    Crop,
    degraded,
    draw_crops,
    draw_voiced_batch,
    pitch_of,
    training_set,
)
from synth.vocoder.loss import (
    RESOLUTIONS,
    mel_distance,
    resolutions_at,
    spectra_of,
    spectral_distance,
)
from synth.vocoder.source import pulse_train
from synth.vocoder.train import Trainer, resume_training, save_training

from .signals import QUICK, TINY, TINY_WIDE, spoken_corpus, spoken_set, voice, voiced_batch

PLAIN = replace(QUICK, speed_share=0.0, band_limit_share=0.0, noise_share=0.0)


def test_at_16_khz_a_step_draws_the_crops_it_always_drew():
    """Runs are resumed: the same seed and step must go on meaning the same."""
    training = training_set(spoken_corpus(), QUICK)
    drawn = {
        step: [
            (c.index, c.start, round(c.speed, 6)) for c in draw_crops(training, QUICK, step=step)
        ]
        for step in (0, 1, 2, 40)
    }
    assert drawn == {
        0: [(1, 4222, 1.0), (4, 5128, 1.0)],
        1: [(4, 2548, 1.0), (1, 1930, 1.0)],
        2: [(2, 3587, 0.902991), (4, 5043, 0.905507)],
        40: [(1, 24240, 1.052479), (2, 13431, 1.0)],
    }


def test_a_batch_has_the_network_s_hops():
    drawn = draw_voiced_batch(spoken_set(front_end=WIDE), QUICK, step=1)
    n_samples = (QUICK.crop_frames - 1) * 240
    assert drawn.signals.shape == drawn.phase.shape == (QUICK.batch, n_samples)
    assert drawn.noise.shape == (QUICK.batch, 2, n_samples)
    assert drawn.voicing.shape == (QUICK.batch, QUICK.crop_frames)
    assert log_mel_batch(drawn.signals, front_end=WIDE).shape[1] == QUICK.crop_frames


def test_phases_and_frequencies_are_counted_in_samples_of_the_rate():
    drawn = draw_voiced_batch(spoken_set(PLAIN, front_end=WIDE), PLAIN, step=1)
    assert drawn.frequency.numpy() == pytest.approx(140.0, rel=1e-3)
    assert np.diff(drawn.phase.numpy()) == pytest.approx(140.0 / 24_000, rel=1e-3)


def test_a_point_of_a_track_is_120_samples_at_24_khz():
    moved = Track(np.arange(101, dtype=np.float32) ** 2 / 1000, np.linspace(0, 1, 101))
    crop = Crop(0, np.zeros(2400), start=1200, speed=1.0, gain=1.0)
    phase, voicing = pitch_of(crop, moved, front_end=WIDE)
    assert phase[0] == pytest.approx(0.1)
    assert phase[1200] == pytest.approx(0.4)
    assert voicing == pytest.approx(np.arange(10, 31, 2) / 100, abs=1e-3)


@pytest.mark.parametrize("front_end", [NARROW, WIDE], ids=["narrow", "wide"])
def test_pulses_lie_where_the_recording_s_own_are(front_end):
    """From the tracker to the batch: the pulse train is not early or late by a sample's cycle."""
    pytest.importorskip("swift_f0")
    training = spoken_set(PLAIN, front_end=front_end)
    found = {
        one.sha256: track(training.corpus.samples_of(index), rate_hz=front_end.rate_hz)
        for index, one in enumerate(training.corpus.utterances)
    }
    tracked = replace(training, tracks=type("Found", (), {"of": staticmethod(found.get)}))
    drawn = draw_voiced_batch(tracked, PLAIN, step=1)
    pulses = pulse_train(drawn.phase, drawn.frequency, front_end.rate_hz).numpy()
    for signal, train in zip(drawn.signals.numpy(), pulses, strict=True):
        lag = int(np.correlate(signal, train, "same").argmax()) - len(signal) // 2
        assert abs(lag) <= front_end.rate_hz / 8000


def test_a_network_refuses_a_corpus_of_another_rate():
    with pytest.raises(ValueError, match=r"24000 Hz but .* 16000 Hz.*--rate 24000"):
        training_set(spoken_corpus(), QUICK, front_end=WIDE)
    with pytest.raises(ValueError, match="16000 Hz but"):
        training_set(spoken_corpus(rate_hz=24_000), QUICK)


def test_a_trainer_refuses_what_was_drawn_for_another_front_end():
    with pytest.raises(ValueError, match="front end"):
        Trainer(TINY_WIDE, QUICK, spoken_set()).train_step()
    with pytest.raises(ValueError, match="front end"):
        Trainer(TINY, QUICK, spoken_set(front_end=WIDE)).train_step()


def test_windows_are_as_long_in_time_at_every_rate():
    assert resolutions_at(16_000) == RESOLUTIONS
    assert [w / 24_000 for w, _ in resolutions_at(24_000)] == [w / 16_000 for w, _ in RESOLUTIONS]


def above_8_khz(n_samples):
    spectrum = np.fft.rfft(0.01 * np.random.default_rng(5).standard_normal(n_samples))
    spectrum[np.fft.rfftfreq(n_samples, 1 / 24_000) < 8_500] = 0
    return torch.from_numpy(np.fft.irfft(spectrum, n_samples).astype(np.float32))[None]


def test_the_wide_mel_distance_hears_what_the_narrow_one_cannot():
    signal = torch.from_numpy(voice(12_000, rate_hz=24_000))[None]
    hissing = signal + above_8_khz(12_000)
    assert float(mel_distance(hissing, signal, front_end=WIDE)) > 0.05
    assert float(mel_distance(signal, signal, front_end=WIDE)) == 0.0


def test_a_narrowed_crop_may_keep_what_lies_above_8_khz():
    config = replace(QUICK, band_limit_share=1.0, noise_share=0.0)
    noise = np.random.default_rng(0).standard_normal(12_000)
    edges = []
    for seed in range(30):
        narrowed = degraded(noise, config, np.random.default_rng(seed), rate_hz=24_000)
        power = np.abs(np.fft.rfft(narrowed)) ** 2
        frequencies = np.fft.rfftfreq(12_000, 1 / 24_000)
        edges.append(frequencies[np.cumsum(power) < 0.99 * power.sum()].max())
    assert 3_000 < min(edges) < 5_000
    assert 8_500 < max(edges) < 11_500


@torch.no_grad()
def distance_to(trainer, batch):
    made = trainer.network(log_mel_batch(batch.signals, front_end=WIDE))
    spectra, recording = (spectra_of(x, rate_hz=24_000) for x in (made, batch.signals))
    return float(spectral_distance(spectra, recording, recording).mean())


def test_a_small_wide_network_overfits_one_batch():
    config = replace(
        QUICK,
        adversarial_from=None,
        pitch_steps=40,
        learning_rate=1e-2,
        pitch_learning_rate=1e-2,
        steps=400,
    )
    trainer = Trainer(TINY_WIDE, config, None)
    batch = voiced_batch(voice(6000, rate_hz=24_000), front_end=WIDE)
    for _ in range(config.pitch_steps):
        trainer.train_on(batch)
    with torch.no_grad():
        read = trainer.network.voice(log_mel_batch(batch.signals, front_end=WIDE)).frequency
    assert float(read.median()) == pytest.approx(140.0, rel=0.01)
    before = distance_to(trainer, batch)
    for _ in range(80):
        trainer.train_on(batch)
    assert distance_to(trainer, batch) < 0.9 * before


def weights(trainer):
    return torch.cat([p.detach().flatten() for p in trainer.network.parameters()])


def test_a_wide_run_goes_on_as_if_never_stopped(tmp_path):
    config = replace(QUICK, pitch_steps=2, adversarial_from=None)
    draws = spoken_set(config, front_end=WIDE)
    straight, stopped = (Trainer(TINY_WIDE, config, draws) for _ in range(2))
    for _ in range(4):
        straight.train_step()
    for _ in range(2):
        stopped.train_step()
    save_training(stopped, tmp_path / "state.pt")
    resumed = resume_training(tmp_path / "state.pt", draws)
    for _ in range(2):
        resumed.train_step()
    assert torch.equal(weights(straight), weights(resumed))

"""The stand-ins for predicted mels do what they say."""

import numpy as np
import pytest

from synth.audio.mel import LOG_FLOOR, N_MELS, log_mel
from synth.vocoder.evaluation.stand_ins import (
    Bottleneck,
    bottleneck_of,
    load_bottleneck,
    save_bottleneck,
    smooth,
    train_bottleneck,
)

from ..signals import voice
from .observed import record, voices_of

MEL = log_mel(np.concatenate([voice(16_000, hz=110), np.zeros(8_000), voice(16_000, hz=240)]))


def test_smoothing_leaves_a_flat_mel_and_averages_the_rest():
    assert smooth(np.full((20, N_MELS), -3.0, "f4")) == pytest.approx(-3.0)
    spike = np.zeros((21, N_MELS), "f4")
    spike[10, 50] = 15.0
    blurred = smooth(spike)
    assert blurred[8:13, 49:52] == pytest.approx(1.0)
    assert blurred.sum() == pytest.approx(15.0, rel=1e-5)


def test_a_trained_bottleneck_follows_the_mel_more_closely_than_its_mean():
    network = train_bottleneck([MEL], steps=60)
    error = np.abs(network.predict(MEL) - MEL).mean()
    assert 0 < error < 0.7 * np.abs(MEL - MEL.mean(axis=0)).mean()


def test_training_a_bottleneck_is_reproducible(tmp_path):
    first, second = (train_bottleneck([MEL], steps=3) for _ in range(2))
    save_bottleneck(first, tmp_path / "b.safetensors")
    stored = load_bottleneck(tmp_path / "b.safetensors")
    assert np.array_equal(second.predict(MEL), stored.predict(MEL))


def test_no_prediction_lies_below_the_floor():
    assert Bottleneck().predict(np.full((9, N_MELS), -50.0, "f4")).min() >= np.log(LOG_FLOOR) - 1e-5


def test_short_mels_cannot_train_a_bottleneck():
    with pytest.raises(ValueError, match="64 frames"):
        train_bottleneck([MEL[:63]])


def test_a_bottleneck_is_trained_on_training_utterances_once(tmp_path, monkeypatch):
    given = []

    def train(mels):
        given.append(len(mels))
        return Bottleneck()

    monkeypatch.setattr("synth.vocoder.evaluation.stand_ins.train_bottleneck", train)
    splits = ["train", "test", "unseen", "train", "validation"]
    corpus = voices_of([record("a", k, split=split) for k, split in enumerate(splits)])
    first, second = bottleneck_of(corpus, tmp_path), bottleneck_of(corpus, tmp_path)
    assert given == [2]
    assert first[1] == second[1]

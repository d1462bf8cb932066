"""Checkpoints at work: batching, lengths, silence, tampering."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from synth.audio.mel import LOG_FLOOR, log_mel
from synth.vocoder import streaming
from synth.vocoder.infer import Vocoder, file_sha256, write_weights

from .signals import TINY, random_network, voice


@pytest.fixture(scope="module")
def vocoder():
    return Vocoder(random_network(), batch_size=4)


@pytest.fixture
def stem(tmp_path):
    weights = tmp_path / "tiny.v1.safetensors"
    write_weights(random_network(), weights)
    card = {
        "architecture": "source_filter",
        "sha256": file_sha256(weights),
        "network": asdict(TINY),
    }
    (tmp_path / "tiny.v1.json").write_text(json.dumps(card))
    return tmp_path / "tiny.v1"


def test_a_batch_renders_what_each_would_alone(vocoder):
    mels = [log_mel(voice(n, hz=hz)) for n, hz in ((4000, 110), (9123, 200), (6400, 150))]
    together = vocoder.render(mels)
    for mel, signal in zip(mels, together, strict=True):
        alone = vocoder.render([mel])[0]
        assert np.abs(signal - alone).max() < 2e-3 * np.abs(alone).max()  # 54 dB: rounding


def test_more_utterances_than_a_batch_holds_keep_their_order(vocoder):
    mels = [log_mel(voice(1600 + 160 * (k % 5))) for k in range(11)]
    assert [len(s) for s in vocoder.render(mels)] == [1600 + 160 * (k % 5) for k in range(11)]


@pytest.mark.parametrize("n_samples", [4000, 4001, 4159])
def test_outputs_have_exactly_the_samples_asked_for(vocoder, n_samples):
    output = vocoder.render([log_mel(voice(n_samples))], [n_samples])[0]
    assert output.shape == (n_samples,)
    assert output.dtype == np.float32


def test_a_length_that_does_not_fit_the_mel_is_refused(vocoder):
    with pytest.raises(ValueError, match="26, 100"):
        vocoder.render([log_mel(voice(4000))], [4200])


def test_rendering_repeats_itself(vocoder):
    mel = log_mel(voice(4000))
    assert np.array_equal(vocoder.render([mel])[0], vocoder.render([mel])[0])


def test_silence_stays_finite_and_silent(vocoder):
    silence = np.full((30, 100), np.log(LOG_FLOOR), np.float32)
    output = vocoder.render([silence])[0]
    assert np.isfinite(output).all()
    assert np.abs(output).max() < 1e-3


def test_nothing_in_is_nothing_out(vocoder):
    assert vocoder.render([]) == []


def test_a_checkpoint_keeps_what_the_network_does(stem, vocoder):
    mel = log_mel(voice(4000))
    loaded = Vocoder.load(stem).render([mel])[0]
    original = vocoder.render([mel])[0]
    assert np.abs(loaded - original).max() < 0.01 * np.abs(original).max()


def test_weights_that_are_not_the_card_s_are_refused(stem):
    weights = stem.with_name("tiny.v1.safetensors")
    write_weights(random_network(seed=2), weights)
    with pytest.raises(ValueError, match="sha256"):
        Vocoder.load(stem)


def test_an_architecture_of_another_version_is_named(stem):
    card = json.loads(stem.with_name("tiny.v1.json").read_text())
    stem.with_name("tiny.v1.json").write_text(json.dumps(card | {"architecture": "u_net"}))
    with pytest.raises(ValueError, match=r"u_net.*source_filter"):
        Vocoder.load(stem)


def test_a_long_mel_is_rendered_in_blocks_to_its_full_length(vocoder, monkeypatch):
    mel = log_mel(voice(48_000))
    whole = vocoder.render([mel])[0]
    monkeypatch.setattr(streaming, "BLOCK_FRAMES", 60)
    alone = Vocoder(random_network(), batch_size=1)
    blocks = alone.render([mel])[0]
    assert np.abs(blocks - whole).max() < 2e-3 * np.abs(whole).max()


def test_refining_brings_the_mel_closer(vocoder):
    signal = voice(16_000)
    mel = log_mel(signal)
    plain, refined = (vocoder.render([mel], [16_000], refine=r)[0] for r in (False, True))
    errors = [float(np.abs(log_mel(one) - mel).mean()) for one in (plain, refined)]
    assert errors[1] < 0.8 * errors[0]


def test_the_stricter_control_keeps_the_trained_pitch_reader():
    vocoder = Vocoder(random_network(seed=5))
    control = vocoder.without_trunk().network
    for name, weights in vocoder.network.pitch.state_dict().items():
        assert np.array_equal(control.pitch.state_dict()[name], weights)
    assert not control.state_dict()["trunk.leave.weight"].any()

"""A trained acoustic model: checkpoint in, mels out."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.prosody.card import acoustic_card, write_model
from synth.prosody.infer import AcousticModel
from synth.prosody.train import Trainer, new_network
from synth.text.symbols import UnknownSymbols
from synth.vocoder.infer import write_weights

from .made_voice import QUICK, a_sentence, tiny, write_made_voice

SENTENCE = a_sentence(100, part="validation")[0]
STEPS = 120


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("voice"))


@pytest.fixture(scope="module")
def trained(voice):
    """A small network that has learned the made voice's pitch."""
    config = replace(QUICK, steps=STEPS, batch=4)
    trainer = Trainer(new_network(tiny(), voice.inventory, seed=3), config, voice)
    for _ in range(STEPS):
        trainer.train_step()
    return AcousticModel(trainer.average, voice.speaker)


def untrained(voice, variant):
    return AcousticModel(new_network(tiny(variant), voice.inventory, seed=1), voice.speaker)


def test_a_mel_has_the_frames_of_its_durations(trained):
    mel = trained.mel(SENTENCE.symbols, SENTENCE.prosody)
    assert mel.shape == (SENTENCE.durations.sum(), 100)
    assert mel.dtype == np.float32
    twice = trained.mel(SENTENCE.symbols, SENTENCE.prosody, 2 * SENTENCE.durations)
    assert len(twice) == 2 * len(mel)


def test_the_same_request_gives_the_same_mel(trained):
    first, second = (trained.mel(SENTENCE.symbols, SENTENCE.prosody) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    other = trained.mel(SENTENCE.symbols, SENTENCE.prosody, seed=2)
    assert not np.array_equal(first, other)


def test_held_out_speech_comes_nearer_with_its_own_prosody_than_without(trained, voice):
    """The control: pitch taken out. What is left is farther from the recording."""
    prosody = SENTENCE.prosody
    level = replace(
        prosody,
        log_f0=np.full_like(prosody.log_f0, voice.speaker.log_f0.mean),
        slope=np.zeros_like(prosody.slope),
    )
    own, without = (
        np.abs(trained.mel(SENTENCE.symbols, one) - SENTENCE.mels).mean()
        for one in (prosody, level)
    )
    assert own < without - 0.05


def test_louder_is_louder(trained):
    prosody = SENTENCE.prosody
    loud = replace(prosody, energy=np.where(prosody.is_pause, prosody.energy, prosody.energy + 1))
    usual, louder = (trained.mel(SENTENCE.symbols, one).mean() for one in (prosody, loud))
    assert louder > usual


def test_what_does_not_fit_is_refused(trained):
    with pytest.raises(ValueError, match="phones"):
        trained.mel(SENTENCE.symbols[:-1], SENTENCE.prosody)
    with pytest.raises(ValueError, match="one frame"):
        trained.mel(SENTENCE.symbols, SENTENCE.prosody, 0 * SENTENCE.durations)
    with pytest.raises(UnknownSymbols):
        trained.mel(("q", *SENTENCE.symbols[1:]), SENTENCE.prosody)
    with pytest.raises(ValueError, match="predict"):
        trained.synthesize(SENTENCE.symbols)


def test_base_gives_every_phoneme_a_duration(voice):
    speech = untrained(voice, "base").synthesize(SENTENCE.symbols)
    assert speech.prosody.n_phonemes == len(SENTENCE.symbols)
    assert (speech.prosody.durations >= 1).all()
    ends = np.cumsum(speech.prosody.durations)
    assert (np.diff(ends) > 0).all()
    assert speech.mel.shape == (ends[-1], 100)


def test_sec_att_follows_its_reference(voice):
    model = untrained(voice, "sec_att")
    first, second = (model.predict(SENTENCE.symbols, a_sentence(k)[0]) for k in (1, 2))
    assert not np.allclose(first.log_f0, second.log_f0)
    with pytest.raises(ValueError, match="reference"):
        model.predict(SENTENCE.symbols)


def test_a_checkpoint_says_what_the_network_said(voice, tmp_path):
    network = new_network(tiny("agg_vae"), voice.inventory, seed=4)
    stem = tmp_path / "model"
    write_model(stem, network, acoustic_card(network, voice.speaker, {"steps": 0}))
    loaded = AcousticModel.load(stem)
    expected = AcousticModel(network, voice.speaker).mel(SENTENCE.symbols, SENTENCE.prosody)
    found = loaded.mel(SENTENCE.symbols, SENTENCE.prosody)
    assert np.abs(found - expected).mean() < 0.01  # half precision; a voiced frame may move
    assert loaded.speaker == voice.speaker
    assert loaded.inventory == voice.inventory


def test_weights_of_another_card_are_refused(voice, tmp_path):
    network = new_network(tiny(), voice.inventory, seed=4)
    stem = tmp_path / "model"
    write_model(stem, network, acoustic_card(network, voice.speaker, {"steps": 0}))
    torch.nn.init.zeros_(network.decoder.leave.bias)
    write_weights(network, stem.with_suffix(".safetensors"))
    with pytest.raises(ValueError, match="sha256"):
        AcousticModel.load(stem)

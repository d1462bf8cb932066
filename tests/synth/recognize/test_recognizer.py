"""A recognizer at work: sounds, segments and their error, and the same from disk."""

import json
from itertools import pairwise

import numpy as np
import pytest
import torch

from synth.align.sounds import SOUNDS
from synth.errors import SynthError
from synth.recognize.checkpoint import read_recognizer, write_recognizer
from synth.recognize.decoding import Loop, pairs_of
from synth.recognize.network import RecognizerNetwork
from synth.recognize.recognizer import (
    Recognizer,
    phone_error,
    sounds_expected,
    sounds_heard,
    sounds_of_symbols,
)
from synth.text.phonemes import Phonemes
from tests.synth.align.made import sentence, spoken

from .made import tiny

SAMPLES = spoken(*sentence(1))
N_SOUNDS = len(SOUNDS)


@pytest.fixture(scope="module")
def recognizer():
    torch.manual_seed(1)
    network = RecognizerNetwork(tiny()).eval().requires_grad_(False)
    prior = np.log(np.full(N_SOUNDS, 1 / N_SOUNDS, np.float32))
    return Recognizer(network, prior, Loop(pairs_of([[1, 2, 3]], N_SOUNDS)))


def test_a_recording_is_cut_into_what_was_heard(recognizer):
    heard = recognizer.hear(SAMPLES)
    assert heard.durations.sum() == 1 + len(SAMPLES) // 160
    assert len(heard.sounds) == len(heard.durations) == len(heard.posteriors)
    np.testing.assert_allclose(heard.posteriors.sum(axis=1), 1.0, rtol=1e-4)


def test_neither_gain_nor_another_call_changes_what_is_heard(recognizer):
    first, again = recognizer.hear(SAMPLES), recognizer.hear(0.1 * SAMPLES)
    assert first.sounds == again.sounds
    np.testing.assert_array_equal(first.durations, again.durations)


def test_what_is_heard_has_no_pause_and_nothing_twice_in_a_row(recognizer):
    heard = sounds_heard(recognizer, SAMPLES)
    assert "pau" not in heard
    assert all(a != b for a, b in pairwise(heard))


def test_silence_says_nothing(recognizer):
    with pytest.raises(SynthError) as refusal:
        sounds_heard(recognizer, np.zeros(16_000))
    assert refusal.value.code == "no_sound"


def test_the_sounds_of_a_text_are_those_that_could_be_heard():
    phonemes = Phonemes(
        ("pau", "k", "k", "a", "pau", "a", "sch", "pau"), (), (), "ru", "festvox-ru"
    )
    assert sounds_expected(phonemes) == ("k", "a", "ʃ")
    assert sounds_of_symbols(("pau", "d", "ʒ"), "ipa", "cs") == ("d", "ʒ")


@pytest.mark.parametrize(
    ("heard", "error"), [("abcd", 0.0), ("abd", 0.25), ("abxd", 0.25), ("", 1.0), ("abcdef", 0.5)]
)
def test_the_error_is_edits_per_sound(heard, error):
    assert phone_error(tuple("abcd"), tuple(heard)) == error


def test_an_error_of_nothing_is_refused():
    with pytest.raises(ValueError, match="Expected the sounds"):
        phone_error((), ("a",))


def test_a_checkpoint_hears_what_the_recognizer_heard(recognizer, tmp_path):
    write_recognizer(recognizer, tmp_path / "recognizer", {"training": {"steps": 3}})
    again = read_recognizer(tmp_path / "recognizer")
    first, second = recognizer.hear(SAMPLES), again.hear(SAMPLES)
    assert first.sounds == second.sounds
    np.testing.assert_allclose(first.posteriors, second.posteriors, atol=2e-3)
    card = json.loads((tmp_path / "recognizer.json").read_text())
    assert card["architecture"] == "recognizer"
    assert card["training"] == {"steps": 3}


def test_weights_that_the_card_does_not_know_are_refused(recognizer, tmp_path):
    write_recognizer(recognizer, tmp_path / "recognizer", {})
    with (tmp_path / "recognizer.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ValueError, match="is not the recognizer"):
        read_recognizer(tmp_path / "recognizer")

"""A prepared voice says on disk what was measured."""

import json

import numpy as np
import pytest

from synth.prosody.prepared_voice import INDEX, open_voice

from .made_voice import a_sentence, write_made_voice


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("voice"), speeds=(0.9, 1.0))


def test_a_recording_comes_back_as_it_was(voice):
    place = voice.chosen("validation")[0]
    spoken, _ = a_sentence(100, part="validation")
    at = voice.frames_at(place)
    np.testing.assert_allclose(voice.mels[at], spoken.mels, atol=0.01)
    np.testing.assert_array_equal(voice.durations[voice.phonemes_at(place)], spoken.durations)
    assert [voice.inventory.symbols[k] for k in voice.phones[voice.phonemes_at(place)]] == list(
        spoken.symbols
    )


def test_features_survive_the_round_trip(voice):
    place = voice.chosen("validation")[0]
    spoken, _ = a_sentence(100, part="validation")
    found = voice.prosody_at(place)
    said = ~spoken.prosody.is_pause
    np.testing.assert_allclose(found.log_f0[said], spoken.prosody.log_f0[said], atol=1e-5)
    np.testing.assert_allclose(found.energy[said], spoken.prosody.energy[said], atol=1e-5)
    np.testing.assert_array_equal(found.durations, spoken.durations)
    np.testing.assert_array_equal(found.is_pause, spoken.prosody.is_pause)


def test_only_what_is_learned_from_has_other_speeds(voice):
    assert len(voice.chosen("train")) == 2 * len(voice.chosen("train", at_own_speed=True))
    assert voice.chosen("validation") == voice.chosen("validation", at_own_speed=True)


def test_frames_and_durations_agree(voice):
    for place in range(len(voice.origins)):
        durations = voice.durations[voice.phonemes_at(place)]
        assert durations.sum() == voice.n_frames[place]
        assert (durations >= 1).all()


def test_another_version_is_not_opened(tmp_path):
    write_made_voice(tmp_path, n_sentences=2)
    about = json.loads((tmp_path / INDEX).read_text())
    (tmp_path / INDEX).write_text(json.dumps({**about, "version": 0}))
    with pytest.raises(FileNotFoundError, match="version"):
        open_voice(tmp_path)

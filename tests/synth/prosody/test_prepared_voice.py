"""A prepared voice says on disk what was measured."""

import json

import numpy as np
import pytest

from synth.prosody.config import NetworkConfig
from synth.prosody.inventory import HEARD
from synth.prosody.prepared_voice import INDEX, folder_of, open_voice

from .made_voice import a_sentence, as_heard, write_made_voice


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


def test_what_was_heard_comes_back_as_posteriors(tmp_path):
    found = write_made_voice(tmp_path, speeds=(0.9, 1.0), heard=True)
    spoken = as_heard(a_sentence(100, part="validation")[0])
    at = found.phonemes_at(found.chosen("validation")[0])
    assert found.inventory == HEARD
    np.testing.assert_array_equal(found.phones[at], spoken.posteriors)
    pauses = found.prosody_at(found.chosen("validation")[0]).is_pause
    np.testing.assert_array_equal(pauses, spoken.prosody.is_pause)


def test_a_voice_that_was_heard_has_a_folder_for_every_recognizer(tmp_path):
    texts, first, second = (
        folder_of(tmp_path, "anna", NetworkConfig(recognizer=one)) for one in ("", "a", "b")
    )
    assert texts == tmp_path / "anna"
    assert len({texts, first, second}) == 3

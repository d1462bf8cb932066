"""Voices as they lie on disk, and what a system speaks with."""

import json
from pathlib import Path

import pytest

from synth.errors import SynthError
from synth.systems import find_systems
from synth.voices import Voice, find_voice, find_voices
from tests.synth.voice_folders import WHOSE, install


def test_a_voice_has_the_networks_that_lie_beside_its_description(tmp_path: Path):
    install(tmp_path, "anna", base="b", agg="a")
    (tmp_path / "anna" / "half.safetensors").write_bytes(b"a network without a card")
    install(tmp_path, "ben")

    anna, ben = find_voices(tmp_path)

    assert anna == Voice("anna", "Anna", "ru", "anna", "ipa", ("agg", "base"), tmp_path / "anna")
    assert ben.networks == ()


def test_no_voices_no_folder(tmp_path: Path):
    assert find_voices(tmp_path / "voices") == []
    with pytest.raises(SynthError, match="none is installed here"):
        find_voice("anna", tmp_path)


def test_an_unknown_voice_is_refused_with_those_there_are(tmp_path: Path):
    install(tmp_path, "anna")
    with pytest.raises(SynthError, match=r"no voice 'bob'; this installation has anna") as refusal:
        find_voice("bob", tmp_path)
    assert refusal.value.code == "voice_unknown"


def test_a_description_that_does_not_say_whose_voice_it_is_is_refused(tmp_path: Path):
    file = install(tmp_path, "anna") / "voice.json"
    file.write_text(json.dumps({key: WHOSE[key] for key in WHOSE if key != "speaker"}))
    with pytest.raises(SynthError, match="must name the voice's speaker"):
        find_voices(tmp_path)
    file.write_text("[")
    with pytest.raises(SynthError, match="is not JSON"):
        find_voices(tmp_path)


def test_a_voice_may_hear_through_an_aligner_of_its_own(tmp_path: Path):
    install(tmp_path / "voices", "anna", agg="a", aligner="b")
    install(tmp_path / "voices", "ben", agg="a")

    anna, ben = find_voices(tmp_path / "voices")

    assert anna.networks == ("agg",)
    assert anna.hearing("aligner", tmp_path) == anna.folder / "aligner"
    assert anna.hearing("recognizer", tmp_path) == tmp_path / "recognizer"
    assert ben.hearing("aligner", tmp_path) == tmp_path / "aligner"


def test_another_network_makes_another_sound(tmp_path: Path):
    install(tmp_path, "anna", agg="a", base="b")
    before = find_voice("anna", tmp_path).sha256
    assert find_voice("anna", tmp_path).sha256 == before
    (tmp_path / "anna" / "base.json").write_text(json.dumps({"sha256": "c"}))
    assert find_voice("anna", tmp_path).sha256 != before


def test_an_aligner_of_its_own_makes_another_voice_of_it(tmp_path: Path):
    install(tmp_path, "anna", agg="a")
    install(tmp_path, "ben", agg="a", aligner="b")
    anna, ben = find_voices(tmp_path)
    assert anna.networks == ben.networks
    assert anna.sha256 != ben.sha256


def test_a_prosody_system_is_there_when_a_voice_can_speak_with_it(tmp_path: Path):
    before = {spec.code for spec in find_systems(tmp_path)}
    install(tmp_path / "voices", "anna", agg="a")
    install(tmp_path / "voices", "ben", base="b")

    added = [spec.code for spec in find_systems(tmp_path) if spec.code not in before]

    assert added == ["transferred", "synthesized", "flat_prosody"]


@pytest.mark.parametrize("architecture", ["aligner", "recognizer"])
def test_a_network_that_only_listens_is_no_system(tmp_path, architecture):
    (tmp_path / "ear.safetensors").write_bytes(b"weights")
    (tmp_path / "ear.json").write_text(json.dumps({"architecture": architecture}))
    assert {spec.kind for spec in find_systems(tmp_path)}.isdisjoint({"vocoder", "prosody"})

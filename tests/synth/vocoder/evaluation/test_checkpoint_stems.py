"""Which files of a folder are vocoders to be measured."""

import json

import pytest

from synth.vocoder.evaluation.systems import checkpoint_stems
from synth.vocoder.network import VocoderNetwork


@pytest.fixture
def weights(tmp_path):
    for name, architecture in (("mine", VocoderNetwork.architecture), ("aligner", "aligner")):
        (tmp_path / f"{name}.safetensors").write_bytes(b"")
        (tmp_path / f"{name}.json").write_text(json.dumps({"architecture": architecture}))
    return tmp_path


def test_what_voices_hear_through_is_no_vocoder(weights):
    assert checkpoint_stems(weights) == [weights / "mine"]


def test_what_is_named_and_not_there_is_an_error(weights):
    with pytest.raises(FileNotFoundError, match="No checkpoint aligner"):
        checkpoint_stems(weights, ["aligner"])

"""Requests that a target voice speaks: the whole chain, with networks that learned nothing."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from synth.engine import Engine, Rendering, RenderRequest
from synth.errors import SynthError
from synth.prosody.config import AGG, AGG_TEXTLESS, BASE
from synth.voices import find_voice
from tests.synth.voice_folders import write_weights

pytest.importorskip("swift_f0", reason="the features' pitch tracker is not installed")

ROOT = Path(__file__).resolve().parents[2]
REQUEST = RenderRequest(
    system="transferred",
    kind="prosody",
    params={"network": AGG},
    checkpoint=None,
    source=ROOT / "demo" / "audio" / "june_fr_demo-thanks.flac",
    rate_hz=16_000,
    bandwidth_hz=8000.0,
    seed=1,
    voice="made",
    text="Спасибо, до свидания.",
    language="ru",
)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return write_weights(tmp_path_factory.mktemp("weights"))


def outcome_of(weights, **changes):
    request = dataclasses.replace(REQUEST, **changes)
    return Engine(device="cpu", weights=weights).render([request])[0]


def test_a_voice_says_what_a_recording_says_as_long_as_that_takes(weights):
    one = outcome_of(weights)
    natural = outcome_of(weights, kind="natural", params={}, voice="")

    assert isinstance(one, Rendering)
    assert abs(len(one.samples) - len(natural.samples)) < 160
    assert one.loudness_lufs == pytest.approx(natural.loudness_lufs, abs=0.1)
    facts = one.provenance
    assert facts["voice"] == "made"
    assert facts["voice_sha256"] == find_voice("made", weights / "voices").sha256
    assert (
        facts["checkpoint_sha256"] == json.loads((weights / "universal.json").read_text())["sha256"]
    )


def test_a_voice_says_a_text_alone_in_its_own_time(weights):
    one = outcome_of(weights, params={"network": BASE})
    natural = outcome_of(weights, kind="natural", params={}, voice="")
    assert isinstance(one, Rendering)
    assert len(one.samples) != len(natural.samples)


@pytest.mark.parametrize("changes", [{"text": "", "language": ""}, {"language": "cs"}])
def test_without_a_transcript_a_recording_in_any_language_is_transferred(weights, changes):
    one = outcome_of(weights, params={"network": AGG_TEXTLESS}, **changes)
    natural = outcome_of(weights, kind="natural", params={}, voice="")
    assert isinstance(one, Rendering)
    assert abs(len(one.samples) - len(natural.samples)) < 160


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"voice": "nobody"}, "voice_unknown"),
        ({"params": {"network": "sec_att"}}, "checkpoint_missing"),
        ({"text": ""}, "text_missing"),
        ({"language": "cs"}, "language_differs"),
        ({"rate_hz": 11_025}, "rate_refused"),
    ],
)
def test_what_a_voice_cannot_do_is_refused(weights, changes, code):
    refused = outcome_of(weights, **changes)
    assert isinstance(refused, SynthError)
    assert refused.code == code


def test_a_voice_s_own_aligner_is_taken_first(weights, tmp_path):
    for name in ("universal.safetensors", "universal.json"):
        (tmp_path / name).symlink_to(weights / name)
    voice = shutil.copytree(weights / "voices" / "made", tmp_path / "voices" / "made")
    for suffix in (".safetensors", ".json"):
        shutil.copyfile(weights / f"aligner{suffix}", voice / f"aligner{suffix}")
    assert isinstance(outcome_of(tmp_path), Rendering)


@pytest.mark.parametrize(("network", "ear"), [(AGG, "aligner"), (AGG_TEXTLESS, "recognizer")])
def test_without_its_ear_nothing_is_transferred(weights, tmp_path, network, ear):
    for name in ("universal.safetensors", "universal.json", "voices"):
        (tmp_path / name).symlink_to(weights / name)
    refused = outcome_of(tmp_path, params={"network": network})
    assert isinstance(refused, SynthError)
    assert refused.code == "checkpoint_missing"
    assert f"'{ear}'" in str(refused)

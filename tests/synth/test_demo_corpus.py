"""The recordings Earshot comes with are what their manifest says."""

import json
from pathlib import Path

import pytest
import soundfile

from synth.audio.bandwidth import measure_bandwidth
from synth.audio.checks import check_unclipped
from synth.audio.filters import LOW_ANCHOR_HZ, SPEECH_ANCHOR_HZ, render_anchor
from synth.audio.loudness import align_loudness
from synth.datasets.asterisk import SOUNDS, VOICES
from synth.datasets.records import samples_sha256
from synth.datasets.splits import TEST, UNSEEN, split_of

DEMO = Path(__file__).resolve().parents[2] / "demo"
MANIFEST = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))
UTTERANCES = MANIFEST["utterances"]

each_utterance = pytest.mark.parametrize("utterance", UTTERANCES, ids=lambda one: one["code"])


def prompt_of(utterance: dict[str, str]) -> str:
    """What the training split hashes: the text, or the name of the prompt."""
    if utterance["text"]:
        return utterance["text"]
    language = utterance["language"]
    name = Path(utterance["source_path"]).relative_to(SOUNDS / VOICES[language][0])
    return f"{language} {name.with_suffix('')}"


@each_utterance
def test_the_recording_is_the_one_of_the_manifest(utterance):
    samples, rate_hz = soundfile.read(DEMO / utterance["path"], dtype="int16")

    assert samples_sha256(samples) == utterance["sha256"]
    assert rate_hz == utterance["rate_hz"] == 16000
    assert len(samples) / rate_hz == utterance["duration_s"]
    assert 2.0 <= utterance["duration_s"] <= 10.0


@each_utterance
def test_the_recording_carries_both_speech_anchors(utterance):
    samples, rate_hz = soundfile.read(DEMO / utterance["path"])
    bandwidth_hz = measure_bandwidth(samples, rate_hz=rate_hz)

    assert bandwidth_hz == utterance["bandwidth_hz"]
    for cutoff_hz in (LOW_ANCHOR_HZ, SPEECH_ANCHOR_HZ):
        render_anchor(samples, rate_hz=rate_hz, cutoff_hz=cutoff_hz, bandwidth_hz=bandwidth_hz)


@each_utterance
def test_the_recording_can_be_brought_to_the_level_of_a_test(utterance):
    samples, rate_hz = soundfile.read(DEMO / utterance["path"])

    check_unclipped(samples)
    assert not align_loudness(samples, rate_hz=rate_hz).is_limited


@each_utterance
def test_no_network_of_ours_was_trained_on_it(utterance):
    split = split_of(
        speaker=utterance["speaker"], language=utterance["language"], prompt=prompt_of(utterance)
    )

    assert split in {TEST, UNSEEN}


def test_there_are_five_speakers_of_four_languages():
    assert len(MANIFEST["speakers"]) == len({one["speaker"] for one in UTTERANCES}) == 5
    assert {one["language"] for one in UTTERANCES} == {"en", "fr", "it", "ru"}


def test_every_corpus_has_its_licence_and_attribution():
    licences = (DEMO / "LICENSES.md").read_text(encoding="utf-8")

    for corpus in MANIFEST["corpora"]:
        assert corpus["licence"]
        assert corpus["attribution"]
        assert f"`{corpus['package']}` {corpus['version']}" in licences


def test_text_comes_with_its_source_and_only_with_it():
    assert all(bool(one["text"]) == bool(one["text_source"]) for one in UTTERANCES)
    assert any(one["text"] for one in UTTERANCES)


def test_the_folder_holds_the_manifest_s_files_only():
    listed = {one["path"] for one in UTTERANCES}
    stored = {path.relative_to(DEMO).as_posix() for path in (DEMO / "audio").iterdir()}

    assert stored == listed

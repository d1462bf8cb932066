"""What the shipped voices, and what they hear through, were trained on: by their own lists.

No corpus is needed: parts.json.gz beside each voice says what every recording is for, and
split-facts.json.gz whose it is.
"""

import os
from pathlib import Path

import pytest

from synth.datasets.prepared import PreparedCorpus
from synth.datasets.rates import corpus_folder
from synth.datasets.split_facts import DIGITS, read_split_facts
from synth.datasets.voices import (
    REFERENCE,
    TARGET,
    TRAIN,
    never_trained_on,
    read_records,
    voice_of,
)
from synth.prosody.card import read_parts, write_parts
from synth.vocoder.card import read_training_file
from synth.voices import HEARING, VOICES, find_voices

WEIGHTS = Path(__file__).resolve().parents[3] / "synth" / "weights"
FOUND = find_voices(WEIGHTS / VOICES)
NETWORKS = [(voice, name) for voice in FOUND for name in voice.networks]
HEARD_BY = [
    folder / name
    for folder in (WEIGHTS, *(voice.folder for voice in FOUND))
    for name in HEARING
    if (folder / f"{name}.json").exists()
]

each_voice = pytest.mark.parametrize("voice", FOUND, ids=lambda one: one.code)
each_network = pytest.mark.parametrize(
    ("voice", "name"), NETWORKS, ids=[f"{voice.code}-{name}" for voice, name in NETWORKS]
)


def speaker_of(sha256):
    """Whose recording it is, by the facts of the split, not by anything a voice says."""
    facts = read_split_facts().get(sha256[:DIGITS])
    return facts.speaker if facts else None


def wrongly_learned(stem, parts, speaker):
    """Recordings in a training list that are another's, or for anything but training."""
    allowed = {row.sha256 for row in parts if (row.role, row.part) == (TARGET, TRAIN)}
    rows = read_training_file(stem)
    return [row for row in rows if row[2] not in allowed or speaker_of(row[2]) != speaker]


@each_network
def test_a_voice_learned_from_its_own_training_part_alone(voice, name):
    assert read_training_file(voice.folder / name)
    assert wrongly_learned(voice.folder / name, read_parts(voice.folder), voice.speaker) == []


@each_network
def test_no_tested_recording_was_learned_from_under_another_name(voice, name):
    held = [row for row in read_parts(voice.folder) if row.part != TRAIN]
    learned = {row[:2] for row in read_training_file(voice.folder / name)}
    assert held
    assert [row for row in held if (row.package, row.source_path) in learned] == []


@each_voice
def test_the_parts_name_the_voice_and_its_references(voice):
    target = voice_of(voice.speaker)
    whose = {(row.role, row.speaker) for row in read_parts(voice.folder)}
    assert whose == {(TARGET, voice.speaker), *((REFERENCE, one) for one in target.references)}
    assert {speaker_of(row.sha256) for row in read_parts(voice.folder)} == {
        speaker for _, speaker in whose
    }


@pytest.mark.parametrize("stem", HEARD_BY, ids=lambda stem: f"{stem.parent.name}-{stem.name}")
def test_what_voices_hear_through_learned_from_no_reference(stem):
    """That of one voice may learn from its training part: it serves no other voice's chain."""
    served = [voice for voice in FOUND if stem.parent in {WEIGHTS, voice.folder}]
    rows = read_training_file(stem)
    assert rows
    heard = {speaker_of(row[2]) for row in rows}
    assert heard & never_trained_on(voice.speaker for voice in served) == set()
    held = {row.sha256 for voice in served for row in read_parts(voice.folder) if row.part != TRAIN}
    assert [row for row in rows if row[2] in held] == []


@each_voice
def test_the_parts_are_those_of_the_corpus(voice, tmp_path):
    if not (data := os.environ.get("EARSHOT_DATA")):
        pytest.skip("EARSHOT_DATA names no prepared corpus")
    corpus = PreparedCorpus.open(corpus_folder(Path(data)))
    write_parts(tmp_path, read_records(corpus.utterances, Path(data) / "sources", voice.speaker))
    assert read_parts(voice.folder) == read_parts(tmp_path)


class Row:
    """One recording of the parts, made up."""

    def __init__(self, sha256, role, part):
        self.sha256, self.role, self.part = sha256, role, part


def test_a_tested_sentence_in_a_training_list_is_found(tmp_path, monkeypatch):
    from types import SimpleNamespace

    from synth.vocoder.card import write_training_file

    facts = {"a" * DIGITS: "anna", "b" * DIGITS: "anna", "c" * DIGITS: "ben"}
    monkeypatch.setattr(
        "tests.synth.datasets.test_voice_training.speaker_of", lambda one: facts[one[:DIGITS]]
    )
    learned = [
        SimpleNamespace(package="p", source_path=f"{one}.wav", sha256=one * 64) for one in "abc"
    ]
    write_training_file(tmp_path / "agg", learned)
    parts = [
        Row("a" * 16, TARGET, TRAIN),
        Row("b" * 16, TARGET, "test"),
        Row("c" * 16, TARGET, TRAIN),
    ]
    assert {row[1] for row in wrongly_learned(tmp_path / "agg", parts, "anna")} == {
        "b.wav",
        "c.wav",
    }

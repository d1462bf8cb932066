"""Target voices and prosody references, and what each recording may be used for."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from synth.datasets.voices import (
    KEPT_ASIDE,
    PARTS,
    REFERENCE,
    SHIPPED,
    TARGET,
    TEST,
    TRAIN,
    VOICES,
    never_trained_on,
    parallel_pairs,
    read_records,
    target_part,
    training_records,
)
from tests.synth.datasets.packages import write_text
from tests.synth.vocoder.signals import utterance

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "synth" / "weights"
SPEAKERS = [
    "ru_nsh",
    "tux_ru",
    "cs_fish_small",
    "cs_fish_big",
    "cs_fish_others",
    "nl_fish_small",
]
LEVELS = "usr/share/games/fillets-ng/sound"

each_voice = pytest.mark.parametrize("voice", VOICES.values(), ids=lambda voice: voice.speaker)


def spoken(speaker, number, text="", *, split="train"):
    """One recording of a group the voices are made of."""
    one = utterance(speaker, number)
    text = text or f"tohle je věta {SPEAKERS.index(speaker)} číslo {number}"
    path, package = f"{LEVELS}/cave/cs/jes-{number}.ogg", "fillets-ng-data-cs"
    language = "cs"
    if speaker in {"ru_nsh", "tux_ru"}:
        text, language = (
            text.replace("tohle je věta", "вот такое").replace("číslo", "предложение"),
            "ru",
        )
        path, package = f"voice/wav/ru_{number:04}.wav", "tuxpaint-stamps-default"
    if speaker == "ru_nsh":
        package = "festvox-ru"
    return replace(
        one,
        text=text,
        language=language,
        split=split,
        package=package,
        source_path=path,
        topic="cave",
        prompt=text,
    )


@pytest.fixture
def corpus():
    return [spoken(name, number) for name in SPEAKERS for number in range(120)]


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "festvox-ru/usr/share/festival/voices/russian/msu_ru_nsh_clunits/etc"
    write_text(folder / "txt.done.data", '( ru_0001 "Волна вол+ос." )\n')
    write_text(tmp_path / "festvox-ru/voice/lab/ru_0001.lab", "#\n0.3 125 pau\n0.4 125 v\n")
    return tmp_path


@each_voice
def test_no_reference_speaker_is_in_a_training_list(voice, corpus, sources):
    records = read_records(corpus, sources, voice.speaker)
    trained = training_records(records)
    assert trained
    assert {one.utterance.speaker for one in trained} == {voice.speaker}
    assert not {one.utterance.speaker for one in trained} & voice.never_trained_on
    assert all(one.role == REFERENCE for one in records if one.utterance.speaker != voice.speaker)


@each_voice
def test_a_voice_is_not_its_own_reference(voice):
    assert voice.speaker not in voice.never_trained_on
    assert all(name in voice.never_trained_on for name in voice.references)


def test_a_group_that_sounds_like_a_reference_is_not_trained_on_either():
    found = json.loads((ROOT / "synth/datasets/speakers.json").read_text(encoding="utf-8"))
    groups = {name.split()[0] for name in found["voices"]}
    for first, second, cosine in found["alike"]:
        pair = {first.split()[0], second.split()[0]}
        for voice in VOICES.values():
            if cosine > found["threshold"] and pair & set(voice.references):
                assert pair - {voice.speaker} <= voice.never_trained_on
    assert never_trained_on(VOICES) <= groups


def test_networks_for_both_shipped_voices_avoid_both_references():
    assert never_trained_on(SHIPPED) == {"tux_ru", "cs_fish_big", "cs_fish_others"}


def test_the_russian_reference_is_in_no_checkpoints_training_list():
    for path in WEIGHTS.glob("*.training.json.gz"):
        rows = json.loads(gzip.decompress(path.read_bytes()))["utterances"]
        assert [row[1] for row in rows if re.search(r"_desc_ru\.ogg$", row[1])] == []


@each_voice
def test_every_recording_has_one_part_and_all_parts_are_used(voice, corpus, sources):
    records = read_records(corpus, sources, voice.speaker)
    assert len({one.index for one in records}) == len(records)
    assert {one.part for one in records if one.role == TARGET} == set(PARTS)
    assert {one.part for one in records if one.role == REFERENCE} == {TEST, KEPT_ASIDE}
    assert all(corpus[one.index] == one.utterance for one in records)


def test_a_part_depends_on_the_words_alone():
    one = spoken("cs_fish_small", 1, "Ne, to je můj krab!")
    other = spoken("cs_fish_small", 2, "ne to je  můj krab")
    assert target_part(one) == target_part(other)


@pytest.mark.parametrize(("split", "part"), [("test", TEST), ("validation", KEPT_ASIDE)])
def test_what_the_vocoder_was_not_trained_on_is_not_trained_on_here(split, part):
    assert target_part(spoken("ru_nsh", 1, split=split)) == part


def test_words_that_are_tested_are_not_trained_on(sources):
    repeated = [
        spoken("cs_fish_small", 1, "To je náš krab.", split="test"),
        spoken("cs_fish_small", 2, "to je náš krab"),
        spoken("cs_fish_small", 3, "To je jiný krab."),
    ]
    records = read_records(repeated, sources, "cs_fish_small")
    assert [one.index for one in records] == [0, 2]


@pytest.mark.parametrize(
    "text", ["Три коротких слова.", "Тукс — талисман для Linux всегда", "", "..."]
)
def test_references_are_readable_and_long_enough(text, sources):
    one = replace(spoken("tux_ru", 1), text=text)
    assert read_records([one], sources, "ru_nsh") == []


def test_words_of_a_reference_are_not_trained_on(sources):
    spoken_twice = [
        spoken("cs_fish_small", 1, "To je ale náš krab."),
        spoken("cs_fish_big", 2, "to je ale náš krab"),
    ]
    records = read_records(spoken_twice, sources, "cs_fish_small")
    assert TRAIN not in {one.part for one in records}


def test_overdriven_recordings_are_left_out(sources):
    one = replace(spoken("cs_fish_small", 1), clipped_share=0.5)
    assert read_records([one], sources, "cs_fish_small") == []


def test_festvox_sentences_have_stress_marks_and_labels(sources):
    (record,) = read_records([spoken("ru_nsh", 1)], sources, "ru_nsh")
    assert record.text == "Волна воло\u0301с."
    assert [label.symbol for label in record.labels] == ["pau", "v"]


def test_other_voices_have_no_labels(sources):
    (record,) = read_records([spoken("cs_fish_small", 1)], sources, "cs_fish_small")
    assert record.labels is None


def test_lines_of_dialogue_meet_their_translation(sources):
    (record,) = read_records([spoken("cs_fish_small", 1)], sources, "cs_fish_small")
    dutch = replace(
        spoken("nl_fish_small", 1), package="fillets-ng-data-nl", text="dit is zin nummer een"
    )
    assert parallel_pairs([record], [dutch]) == [(record, dutch)]
    assert record.parallel == "cave/jes-1"


def test_an_unknown_voice_is_refused(sources):
    with pytest.raises(ValueError, match="ru_nsh, cs_fish_small"):
        read_records([], sources, "june")

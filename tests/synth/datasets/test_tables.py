"""docs/corpora.md says what the committed figures say."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.describe_corpora import PAGE, generated_parts, wide_parts
from synth.datasets.sources import SOURCES
from synth.datasets.speaker_check import RESULT
from synth.datasets.tables import SUMMARY, WIDE_SUMMARY, clusters, replace_generated, summarize_wide
from tests.synth.vocoder.signals import utterance

FIGURES = json.loads(SUMMARY.read_text(encoding="utf-8"))
VOICES = json.loads(RESULT.read_text(encoding="utf-8"))
WIDE = json.loads(WIDE_SUMMARY.read_text(encoding="utf-8"))
NOTICE = Path(PAGE).parents[1] / "NOTICE"


def test_the_page_shows_the_committed_figures():
    page = PAGE.read_text(encoding="utf-8")
    assert replace_generated(page, generated_parts(FIGURES, VOICES)) == page
    assert replace_generated(page, wide_parts(WIDE)) == page


def test_overdriven_recordings_are_in_a_split_but_not_learned_from():
    spoken = [utterance("a", 0), replace(utterance("b", 1), clipped_share=0.5)]
    summary = summarize_wide(spoken)
    assert summary["splits"]["train"]["utterances"] == 2
    assert summary["learned_from"]["utterances"] == 1


def test_every_wide_recording_is_one_of_the_other_corpus():
    for split, figures in WIDE["splits"].items():
        assert figures["utterances"] <= FIGURES["splits"][split]["utterances"]
        assert set(figures["languages"]) <= set(FIGURES["splits"][split]["languages"])


def test_a_changed_figure_changes_the_page():
    page = PAGE.read_text(encoding="utf-8")
    changed = FIGURES | {"noises": {"files": 0, "minutes": 0.0}}
    assert replace_generated(page, generated_parts(changed, VOICES)) != page


def test_a_part_without_its_place_is_refused():
    with pytest.raises(ValueError, match="begin generated: splits"):
        replace_generated("nothing here", {"splits": "x"})


def test_every_package_is_thanked_in_the_notice():
    notice = NOTICE.read_text(encoding="utf-8")
    assert [s.package for s, _ in SOURCES if s.package not in notice] == []


def test_the_corpora_pass_74_speaker_groups_and_17_languages():
    assert FIGURES["trained_or_unseen"]["speaker_groups"] > 74
    assert len(FIGURES["splits"]["train"]["languages"]) > 17


def test_nothing_restricted_is_trained_on():
    assert FIGURES["train_by_tier"].get("restricted", {"utterances": 0})["utterances"] == 0


def test_voices_that_sound_alike_count_once():
    voices = {name: {"split": "train"} for name in ("a", "b", "c", "d")}
    found = {"voices": voices, "alike": [("a", "b", 0.9), ("b", "c", 0.9), ("d", "x", 0.9)]}
    assert clusters(found, "train") == 2

"""What a checkpoint's card says of it, and results that can be read line by line."""

import json

from synth.vocoder.card import card_page
from synth.vocoder.evaluation.report import card_metrics, refined_part, write_results
from synth.vocoder.evaluation.systems import System
from synth.vocoder.refine import ITERATIONS

from .observed import clip, observation

TRAINED = System(
    "spk3", "1", lambda given: given.recording, training={"speakers": ["s0"], "languages": ["fr"]}
)
CLIPS = [clip(f"k{n}", speaker=f"s{n % 4}", language="fr") for n in range(16)]


def observations(given="true"):
    return [
        observation(of, system, given, pesq_wb=value, log_mel_l1=0.1)
        for of in CLIPS
        for system, value in (
            ("spk3", 3.5),
            ("griffin_lim", 3.0),
            ("untrained", 2.0),
            ("sd_a", 1.0),
        )
    ]


def test_a_card_splits_by_what_its_own_checkpoint_was_trained_on():
    metrics = card_metrics(TRAINED, observations(), beside=["griffin_lim"])
    assert list(metrics) == ["seen_speaker", "unseen_speaker"]
    assert metrics["unseen_speaker"]["systems"]["spk3"]["n"] == 12
    assert metrics["unseen_speaker"]["systems"]["spk3"]["pesq_wb"]["mean"] == 3.5
    assert metrics["unseen_speaker"]["gains"]["griffin_lim"]["pesq_wb"]["mean"] == 0.5


def test_a_card_shows_a_checkpoint_beside_those_asked_for_and_no_others():
    for beside in (["griffin_lim"], ["griffin_lim", "untrained"]):
        metrics = card_metrics(TRAINED, observations(), beside=beside)
        assert set(metrics["unseen_speaker"]["systems"]) == {"spk3", *beside}


def test_predicted_mels_are_sets_of_their_own_after_the_true_ones():
    both = [*observations("smooth"), *observations()]
    labels = list(card_metrics(TRAINED, both, beside=["griffin_lim"]))
    assert labels[:2] == ["seen_speaker", "unseen_speaker"]
    assert labels[2:] == ["seen_speaker, smooth mels", "unseen_speaker, smooth mels"]


def test_sets_of_hardly_a_clip_are_left_out():
    few = [one for one in observations() if one.case.clip in CLIPS[:3]]
    assert card_metrics(TRAINED, few, beside=["griffin_lim"]) == {}


def card_of(metrics, **training):
    return {
        "name": "spk3",
        "architecture": "a network",
        "parameters": 1000,
        "sha256": "f" * 64,
        "notes": ["Nobody listened."],
        "metrics": metrics,
        "training": {
            "steps": 5,
            "cpu_hours": 1.0,
            "seed": 1,
            "git_commit": "abc",
            "utterances": 2,
            "minutes": 3.0,
            "speakers": ["s0"],
            "languages": ["fr"],
            "styles": ["read"],
            "conditions": ["clean"],
            "topics": ["telephone"],
            "history": [],
            "minutes_by_speaker": {"s0": 3.0},
            "licences": {"package": "CC0"},
            **training,
        },
    }


def test_a_page_shows_means_and_gains():
    page = card_page(card_of(card_metrics(TRAINED, observations(), beside=["griffin_lim"])))
    assert "### unseen speaker (12 clips of 3 speakers, means)" in page
    assert "Better than griffin_lim by (95 % intervals): pesq_wb +0.500" in page
    assert "topics telephone" in page


def test_a_page_shows_the_refined_form_in_a_section_of_its_own():
    metrics = card_metrics(TRAINED, observations(), beside=["griffin_lim"])
    part = refined_part(TRAINED, observations(), base="sd_a")
    page = card_page(card_of(metrics) | {"refined": part})
    _, _, section = page.partition("## spk3: the same weights, refined")
    assert f"iterations {ITERATIONS}" in section
    assert "Better than sd_a by (95 % intervals): pesq_wb +2.500" in section
    assert "refined" not in card_page(card_of(metrics))


def test_a_page_says_which_settings_of_inference_were_set_when():
    entries: list[dict[str, object]] = [
        {"step": 0, "passes": 4, "momentum": 0.7, "matches": 2, "training_passes": None},
        {"step": 900, "passes": 6, "momentum": 0.9, "matches": 2, "training_passes": 4},
    ]
    entries.append(entries[1] | {"step": None, "passes": 10})
    page = card_page(card_of({}, inference_history=entries))
    assert "Set for this checkpoint: 10 passes, 4 in training" in page
    assert "Kept from step 0: 4 passes, momentum 0.7, 2 matching updates." in page
    assert "Kept from step 900: 6 passes, 4 in training, momentum 0.9" in page


def test_results_have_one_line_per_row_and_come_back(tmp_path):
    content = {"commit": "abc", "cells": [{"a": 1}, {"a": 2}], "speed": []}
    write_results(content, tmp_path / "results.json")
    text = (tmp_path / "results.json").read_text()
    assert json.loads(text) == content
    assert len(text.splitlines()) == 8

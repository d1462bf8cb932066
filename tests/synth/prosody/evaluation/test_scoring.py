"""Scores of outputs whose pitch, durations and words are known."""

from dataclasses import replace

import numpy as np
import pytest

from synth.prosody.evaluation.scoring import (
    Ears,
    duration_scores,
    observe,
    pitch_scores,
    spoken_durations,
    told,
    word_scores,
)
from synth.prosody.evaluation.systems import Output, System
from synth.prosody.population import Moments
from synth.recognize.recognizer import without_repeats
from synth.vocoder.evaluation.scoring import ScoreFile
from tests.synth.prosody.made_voice import sound_of

from .made_chain import KnownAligner, a_reference, ears_of

pytest.importorskip("parselmouth", reason="the judges' pitch tracker is not installed")

REFERENCE = a_reference()
SPOKEN = REFERENCE.spoken


def said_at(log_f0, durations=SPOKEN.durations):
    """The reference's phones at another pitch or pace."""
    rng = np.random.default_rng(1)
    return Output(sound_of(SPOKEN.symbols, durations, log_f0, rng), durations)


def system_of(output, *, is_copy=False):
    return System("made", "1", lambda _: output, is_copy=is_copy)


def scored(output, *, is_copy=False, **changes):
    ears = ears_of(REFERENCE, **changes)
    return pitch_scores(REFERENCE, system_of(output, is_copy=is_copy), output, ears)


def test_the_same_pitch_is_the_same():
    found = scored(said_at(SPOKEN.contours.log_f0))
    assert found["f0_r"] > 0.99
    assert found["ffe"] < 0.05


def test_the_reference_is_mapped_as_its_features_are():
    own = REFERENCE.statistics
    higher = replace(own, log_f0=Moments(own.log_f0.mean + 0.4, 0.5 * own.log_f0.sd))
    mapped = higher.log_f0.mean + 0.5 * (SPOKEN.contours.log_f0 - own.log_f0.mean)
    output = said_at(mapped)
    assert scored(output, speaker=higher)["f0_rmse_cents"] < 30
    assert scored(output)["f0_rmse_cents"] > 300


def test_the_features_tell_the_reference_s_own_pitch():
    (found,) = told([REFERENCE], ears_of(REFERENCE))
    assert found.system == "features"
    assert found.scores["f0_r"] > 0.95
    unvoiced = replace(SPOKEN.prosody, voicing=0 * SPOKEN.prosody.voicing)
    deaf = replace(REFERENCE, spoken=replace(SPOKEN, prosody=unvoiced))
    (lost,) = told([deaf], ears_of(REFERENCE))
    assert lost.scores["vde"] > found.scores["vde"] + 0.2


def test_a_copy_is_not_mapped():
    own = REFERENCE.statistics
    higher = replace(own, log_f0=Moments(own.log_f0.mean + 0.4, own.log_f0.sd))
    output = said_at(SPOKEN.contours.log_f0)
    assert scored(output, is_copy=True, speaker=higher)["f0_rmse_cents"] < 30


def test_a_level_output_follows_nothing():
    output = said_at(np.full(SPOKEN.n_frames, np.log(140.0)))
    assert not abs(scored(output)["f0_r"]) > 0.5


def test_an_output_in_its_own_time_is_brought_to_the_reference_s():
    slower = SPOKEN.durations + 3
    places = np.repeat(np.arange(len(slower)), slower)
    starts = np.cumsum(SPOKEN.durations) - SPOKEN.durations
    inside = np.arange(slower.sum()) - np.repeat(np.cumsum(slower) - slower, slower)
    at = starts[places] + inside * SPOKEN.durations[places] // slower[places]
    assert scored(said_at(SPOKEN.contours.log_f0[at], slower))["f0_r"] > 0.95


def test_durations_are_those_that_are_found_again():
    spoken = np.flatnonzero([symbol != "pau" for symbol in SPOKEN.symbols])
    aligner = KnownAligner([0, *spoken], [30, *SPOKEN.durations[spoken]])  # no pause at the end
    found = duration_scores(
        REFERENCE, said_at(SPOKEN.contours.log_f0), ears_of(REFERENCE, aligner=aligner)
    )
    assert found["duration_r"] == pytest.approx(1.0)
    assert found["tempo"] == pytest.approx(1.0)


def test_where_labels_put_boundaries_does_not_matter():
    elsewhere = np.where(np.arange(len(SPOKEN.symbols)) % 2, 4, 12)
    heard = replace(REFERENCE, found=elsewhere)
    aligner = KnownAligner(np.arange(len(SPOKEN.symbols)), elsewhere)
    found = duration_scores(heard, said_at(SPOKEN.contours.log_f0), ears_of(heard, aligner=aligner))
    assert found["duration_r"] == pytest.approx(1.0)


def test_pauses_count_for_no_duration():
    wanted, found = np.array([50, 3, 6, 9, 50]), np.array([1, 6, 12, 18, 99])
    scores = spoken_durations(("pau", "a", "m", "a", "pau"), wanted, found)
    assert scores["duration_r"] == pytest.approx(1.0)
    assert scores["tempo"] == pytest.approx(2.0)


def test_words_are_the_edits_to_the_reference_s_sounds():
    from synth.prosody.evaluation.scoring import script_said

    ears = ears_of(REFERENCE)
    said = without_repeats(script_said(REFERENCE, ears).sounds)
    assert word_scores(REFERENCE, ["pau", *said, "pau"], ears)["phone_edits"] == 0
    lost = word_scores(REFERENCE, said[2:], ears)
    assert (lost["phone_edits"], lost["phones"]) == (2, len(said))
    twice = [sound for sound in said for _ in range(2)]
    assert word_scores(REFERENCE, twice, ears) == word_scores(REFERENCE, said, ears)


@pytest.fixture
def counted():
    """A system that counts how often it speaks."""
    made = []

    def make(reference):
        made.append(reference)
        return said_at(SPOKEN.contours.log_f0)

    return System("counted", "1", make), made


def test_nothing_is_measured_twice(tmp_path, counted):
    system, made = counted
    ears = ears_of(REFERENCE)
    kept = ScoreFile(tmp_path / "scores.jsonl")
    first = list(observe([REFERENCE], [system], ears, kept))
    again = list(observe([REFERENCE], [system], ears, ScoreFile(tmp_path / "scores.jsonl")))
    assert len(made) == 1
    assert first == again
    list(observe([REFERENCE], [replace(system, version="2")], ears, kept))
    list(observe([REFERENCE], [system], replace(ears, aligner_version="2"), kept))
    assert len(made) == 3


def test_a_part_that_was_missing_is_measured_now(tmp_path, counted):
    system, made = counted
    kept = ScoreFile(tmp_path / "scores.jsonl")
    list(observe([REFERENCE], [system], ears_of(REFERENCE), kept))
    hears_words = ears_of(REFERENCE, judge=lambda samples: ["a"])
    (found,) = observe([REFERENCE], [system], hears_words, kept)
    assert len(made) == 2
    assert found.scores["phones"] > 0


def test_opinions_are_asked_where_they_say_something():
    ears = ears_of(REFERENCE, has_opinion=True)
    assert isinstance(ears, Ears)
    system = system_of(None)
    assert "opinion" not in ears.parts(system)
    assert "opinion" in ears.parts(replace(system, has_opinion=True))

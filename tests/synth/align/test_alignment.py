"""Alignments: durations that fill the recording, scores, and wrong texts found out."""

import numpy as np
import pytest

from synth.align.alignment import (
    POOR_MATCH,
    POOR_PART,
    TOO_SHORT,
    WINDOW,
    Aligner,
    Alignment,
    Thresholds,
    align_posteriors,
    judged,
)
from synth.align.features import features_of
from synth.align.network import log_posteriors
from synth.align.script import script_of_symbols
from synth.align.sounds import SOUNDS, places_of
from synth.align.train import AlignerTrainer
from synth.align.verdicts import limits_of
from synth.text.phonemes import Pause, Phonemes, Word
from tests.synth.align.made import HOP, QUICK, example, examples, script, sentence, spoken, tiny


@pytest.fixture(scope="module")
def network():
    trainer = AlignerTrainer(tiny(), QUICK, examples(12))
    for _ in range(QUICK.steps):
        trainer.train_step()
    return trainer.average


def text_of(symbols):
    words = tuple(Word(k, k + 1) for k, symbol in enumerate(symbols) if symbol != "pau")
    pauses = tuple(Pause(k, "", "minor") for k, symbol in enumerate(symbols) if symbol == "pau")
    return Phonemes(tuple(symbols), words, pauses, "ru", "festvox-ru")


@pytest.mark.parametrize("seed", [50, 51, 52])
def test_durations_fill_the_recording_in_order(network, seed):
    symbols, durations = sentence(seed)
    samples = spoken(symbols, durations, seed)
    found = Aligner(network).align(samples, text_of(symbols))
    assert found.durations.sum() == 1 + len(samples) // HOP
    assert (found.durations >= 1).all()
    written = found.positions[found.positions >= 0]
    assert (np.diff(written) > 0).all()
    assert len(found.symbols) == len(found.durations) == len(found.scores)
    assert np.abs(np.cumsum(found.durations) - np.cumsum(durations)).max() <= 2
    assert (found.scores <= 0).all()
    assert found.ok
    assert found.reason == ""


def test_the_same_recording_has_the_same_alignment(network):
    symbols, durations = sentence(60)
    samples = spoken(symbols, durations)
    first, again = (Aligner(network).align(samples, text_of(symbols)) for _ in range(2))
    np.testing.assert_array_equal(first.durations, again.durations)
    np.testing.assert_array_equal(first.scores, again.scores)


def test_a_pause_nobody_wrote_is_found_and_a_written_one_not_heard_is_left_out(network):
    said = ("pau", "aa", "s", "pau", "ii", "m", "uu", "t", "pau")
    samples = spoken(said, [10, 8, 8, 20, 8, 8, 8, 8, 10])
    written = ("pau", "aa", "s", "ii", "m", "pau", "uu", "t", "pau")
    found = Aligner(network).align(samples, text_of(written))
    assert found.symbols == said
    assert found.positions.tolist() == [0, 1, 2, -1, 3, 4, 6, 7, 8]
    assert found.is_pause.tolist() == [symbol == "pau" for symbol in said]


def test_a_wrong_text_is_found_out(network):
    learned = examples(10, first=200)
    posteriors = log_posteriors(network, [one.features for one in learned])
    strict = Aligner(network, limits_of(posteriors, [one.script for one in learned]))
    unheard = examples(10, first=300)
    features = [one.features for one in unheard]
    scripts = [one.script for one in unheard]
    assert all(one.ok for one in strict.align_all(features, scripts))
    refused = strict.align_all(features, scripts[1:] + scripts[:1])
    assert {one.reason for one in refused} == {POOR_MATCH}


def test_too_long_a_text_is_no_alignment(network):
    one = example(0)
    many = script(("pau", *["aa", "s"] * 100, "pau"))
    found = Aligner(network).align_all([one.features], [many])[0]
    assert not found.ok
    assert found.reason == TOO_SHORT
    assert len(found.durations) == 0
    assert found.score == float("-inf")


def test_a_diphthong_is_one_symbol_of_both_its_sounds():
    said = script_of_symbols(("pau", "aʊ", "a", "pau"), "ipa", "de")
    posteriors = np.full((20, len(SOUNDS)), -5.0, np.float32)
    for sound, frames in zip(
        said.sounds, (range(5), range(5, 9), range(9, 12), range(12, 16)), strict=False
    ):
        posteriors[list(frames), places_of([sound])[0]] = -0.1
    posteriors[16:, 0] = -0.1
    found = align_posteriors([posteriors], [said], Thresholds())[0]
    assert found.symbols == ("pau", "aʊ", "a", "pau")
    assert found.durations.tolist() == [5, 7, 4, 4]
    np.testing.assert_allclose(found.scores, 0.0)


def made_alignment(scores):
    n = len(scores)
    return Alignment(("aa",) * n, np.arange(n), np.ones(n, int), np.asarray(scores, float))


def test_one_bad_stretch_shows_in_the_weakest_part():
    good, bad = [-0.1] * 30, [-0.1] * 11 + [-4.0] * WINDOW + [-0.1] * 11
    limits = Thresholds(score=-2.0, weakest=-3.0)
    assert judged(made_alignment(good), limits).ok
    assert judged(made_alignment(bad), limits).reason == POOR_PART
    assert made_alignment(bad).weakest == pytest.approx(-4.0)


def test_few_phones_are_one_part():
    assert made_alignment([-1.0, -3.0]).weakest == pytest.approx(-2.0)


def test_features_of_the_made_speech_have_its_frames():
    symbols, durations = sentence(7)
    assert len(features_of(spoken(symbols, durations))) == durations.sum()

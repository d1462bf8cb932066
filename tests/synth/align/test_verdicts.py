"""Limits, and the wrong texts that they are set with."""

import numpy as np
import pytest

from synth.align.alignment import Alignment
from synth.align.network import log_posteriors
from synth.align.train import AlignerTrainer
from synth.align.verdicts import limits_of, misread, other_texts, threshold, thresholds
from tests.synth.align.made import QUICK, examples, script, tiny


def aligned(score):
    return Alignment(("m",), np.zeros(1, int), np.full(1, 9), np.array([score]))


def test_a_wrong_text_is_another_one_about_as_long():
    short, long, longer = (script(("pau", *["aa", "s"] * n, "pau")) for n in (2, 10, 11))
    assert other_texts([short, long, longer]) == [long, longer, long]


def test_a_text_that_says_the_same_is_no_wrong_one():
    first, again, other = (script(("pau", *["aa", "s"] * n, "pau")) for n in (2, 2, 9))
    assert other_texts([first, again, other])[:2] == [other, other]
    with pytest.raises(ValueError, match="two texts"):
        other_texts([first, again])


def test_a_misread_text_differs_in_its_middle_alone():
    right = script(("pau", *["aa"] * 9, "pau", *["aa"] * 9, "pau"))
    wrong = misread(right, script(("pau", *["s"] * 30, "pau")), n_sounds=4)
    pairs = zip(right.sounds, wrong.sounds, strict=True)
    assert [k for k, (was, became) in enumerate(pairs) if was != became] == [8, 9, 11, 12]
    np.testing.assert_array_equal(wrong.is_optional, right.is_optional)


def test_limits_lie_between_right_and_wrong():
    limits = thresholds([aligned(-1.0), aligned(-1.2)], [aligned(-4.0)], [aligned(-2.0)])
    assert limits.score == pytest.approx(-2.6)
    assert limits.weakest == pytest.approx(-1.6)


def test_limits_are_a_speakers_own():
    trainer = AlignerTrainer(tiny(), QUICK, examples(12))
    for _ in range(QUICK.steps):
        trainer.train_step()
    heard = examples(10, first=200)
    posteriors = log_posteriors(trainer.average, [one.features for one in heard])
    scripts = [one.script for one in heard]
    limits = limits_of(posteriors, scripts)
    dull = limits_of([0.1 * one for one in posteriors], scripts)
    assert limits.score < dull.score < 0
    assert limits.weakest < dull.weakest < 0


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ([-1.0, -1.2], [-3.0, -4.0], -2.1),
        ([-1.0, -1.0, -1.0, -5.0], [-3.0, -3.0], -2.0),
        ([-1.0], [float("-inf"), -3.0], -2.0),
    ],
)
def test_the_threshold_lies_where_fewest_are_misjudged(right, wrong, expected):
    assert threshold(right, wrong) == pytest.approx(expected)


def test_a_threshold_needs_both_kinds():
    with pytest.raises(ValueError, match="right and of wrong"):
        threshold([-1.0], [])

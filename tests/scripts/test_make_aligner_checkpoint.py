"""Limits for anybody's recording, from many speakers, none of them a prosody reference."""

import numpy as np
import pytest

from scripts.make_aligner_checkpoint import Tried, common_limits
from synth.align.alignment import Alignment, Thresholds


def scored(*scores):
    """Alignments of one phone with these scores."""
    return [Alignment(("a",), np.array([0]), np.array([9]), np.array([one])) for one in scores]


def tried(speaker, *, right, wrong):
    return Tried(speaker, scored(*right), scored(*wrong), scored(*wrong))


def test_one_limit_parts_right_and_wrong_texts_of_all_speakers():
    clear = tried("tux_fr", right=(-0.5, -0.6, -0.7), wrong=(-4.0, -5.0, -6.0))
    dull = tried("tux_el", right=(-1.5, -1.8, -2.0), wrong=(-3.0, -3.5, -4.0))
    limits = common_limits([clear, dull])
    assert -3.0 < limits.score < -2.0
    assert -3.0 < limits.weakest < -2.0


def test_a_reference_speaker_sets_no_limit():
    known = tried("tux_fr", right=(-0.5, -0.6), wrong=(-2.0, -2.2))
    reference = tried("tux_ru", right=(-5.0, -5.5), wrong=(-7.0, -7.5))
    assert common_limits([known, reference]) == common_limits([known])


def test_a_card_says_how_many_of_each_are_let_through():
    one = tried("tux_el", right=(-1.0, -1.5, -2.0, -4.0), wrong=(-3.0, -1.2))
    shares = one.shares(Thresholds(score=-2.5, weakest=-10.0))
    assert shares["right_accepted_percent"] == pytest.approx(75.0)
    assert shares["wrong_refused_percent"] == pytest.approx(50.0)
    assert shares["tried"] == 4

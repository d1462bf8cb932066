"""Examples: labels as whole frames, batches."""

from dataclasses import replace

import numpy as np
import pytest

from synth.align.examples import (
    UNLABELED,
    draw_batch,
    joined_pauses,
    label_durations,
)
from synth.text.festvox import Label
from tests.synth.align.made import example, examples


def labels(*ends, symbols):
    starts = (0.0, *ends[:-1])
    return [Label(s, a, b) for s, a, b in zip(symbols, starts, ends, strict=True)]


def test_a_frame_belongs_to_the_label_that_holds_its_center():
    found = label_durations(labels(0.1, 0.155, 0.3, symbols=("pau", "m", "pau")), 31)
    assert found.tolist() == [10, 6, 15]


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        label_durations(labels(0.1, 0.5, 0.6, symbols=("pau", "m", "pau")), 40)


def test_pauses_in_a_row_are_one():
    joined = joined_pauses(labels(0.1, 0.2, 0.3, 0.4, symbols=("pau", "pau", "m", "pau")))
    assert [(one.symbol, one.start_s, one.end_s) for one in joined] == [
        ("pau", 0.0, 0.2),
        ("m", 0.2, 0.3),
        ("pau", 0.3, 0.4),
    ]


def test_a_batch_is_decided_by_its_seed():
    made = examples(3)
    first, again, other = (
        draw_batch(made, size=(4, 50), seed=seed) for seed in ((1, 0), (1, 0), (1, 1))
    )
    assert first.features.shape == (4, 50, 100)
    np.testing.assert_array_equal(first.features, again.features)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.features, other.features)


def test_frames_after_the_end_are_not_learned():
    one = example(0)
    n = len(one.features)
    batch = draw_batch([one], size=(1, n + 7), seed=(1, 0))
    assert (batch.targets[0, n:] == UNLABELED).all()
    assert (batch.targets[0, :n] != UNLABELED).all()


def test_half_the_pieces_are_those_in_a_room():
    dry = example(0)
    heard = replace(dry, wet=dry.features + 100.0)
    batch = draw_batch([heard], size=(200, 10), seed=(1, 0))
    is_wet = batch.features.mean(dim=(1, 2)) > 50.0
    assert 70 < int(is_wet.sum()) < 130
    alone = draw_batch([dry], size=(200, 10), seed=(1, 0))
    assert float(alone.features.mean(dim=(1, 2)).max()) < 50.0

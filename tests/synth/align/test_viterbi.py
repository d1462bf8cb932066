"""Viterbi finds the very best path, by brute force, and is fast enough for a corpus."""

import time
from itertools import product

import numpy as np
import pytest

from synth.align.viterbi import Chain, best_durations


def chain(classes, least=None, optional=None):
    n = len(classes)
    return Chain(
        np.array(classes),
        np.array(least if least is not None else [1] * n),
        np.array(optional if optional is not None else [False] * n),
    )


def likelihoods(seed, n_frames, n_classes=4):
    rng = np.random.default_rng(seed)
    return np.log(rng.dirichlet(np.ones(n_classes), n_frames)).astype(np.float32)


def score(values, one, durations):
    classes = np.repeat(one.classes, durations)
    return values[np.arange(len(values)), classes].astype(float).sum()


def the_best(values, one):
    """The durations of a chain that fits."""
    durations = best_durations([values], [one])[0]
    assert durations is not None
    return durations


def by_brute_force(values, one):
    """The score of the best of all durations that are allowed."""
    choices = [
        ([0] if optional else []) + list(range(least, len(values) + 1))
        for least, optional in zip(one.least, one.is_optional, strict=True)
    ]
    allowed = (np.array(d) for d in product(*choices) if sum(d) == len(values))
    return max(score(values, one, durations) for durations in allowed)


CHAINS = [
    chain([0]),
    chain([0, 1, 2]),
    chain([0, 1, 0, 2], least=[1, 2, 2, 1]),
    chain([0, 1, 0, 2, 0], optional=[False, False, True, False, False]),
    chain([0, 1, 0, 2, 0], least=[1, 2, 3, 1, 2], optional=[False, False, True, False, False]),
    chain([0, 1, 0, 2, 0], optional=[True, False, True, False, True]),
    chain([0, 1, 0], least=[3, 1, 3], optional=[True, False, True]),
]


@pytest.mark.parametrize("one", CHAINS)
@pytest.mark.parametrize("seed", range(4))
def test_the_path_is_the_best_of_all(one, seed):
    values = likelihoods(seed, 8)
    durations = the_best(values, one)
    assert durations.sum() == 8
    said = durations > 0
    assert (durations[said] >= one.least[said]).all()
    assert said[~one.is_optional].all()
    assert score(values, one, durations) == pytest.approx(by_brute_force(values, one), abs=1e-4)


def test_utterances_of_a_batch_do_not_touch_each_other():
    lengths = (30, 8, 19, 8, 45, 12, 9)
    values = [likelihoods(seed, n) for seed, n in enumerate(lengths)]
    together = best_durations(values, CHAINS)
    for own, one, found in zip(values, CHAINS, together, strict=True):
        np.testing.assert_array_equal(best_durations([own], [one])[0], found)


def test_too_few_frames_have_no_path_and_leave_the_others_alone():
    fits, fits_not = chain([0, 1], least=[2, 2]), chain([0, 1], least=[2, 3])
    found = best_durations([likelihoods(0, 4), likelihoods(0, 4)], [fits_not, fits])
    assert found[0] is None
    assert found[1].tolist() == [2, 2]


def test_a_pause_is_taken_where_it_is_heard_and_left_out_where_not():
    one = chain([1, 0, 2], least=[1, 3, 1], optional=[False, True, False])
    heard = np.log(np.eye(3, dtype=np.float32)[[1, 1, 0, 0, 0, 0, 2]] + 1e-3)
    unheard = np.log(np.eye(3, dtype=np.float32)[[1, 1, 1, 2, 2, 2, 2]] + 1e-3)
    assert best_durations([heard], [one])[0].tolist() == [2, 4, 1]
    assert best_durations([unheard], [one])[0].tolist() == [3, 0, 4]


@pytest.mark.parametrize(
    ("least", "optional"),
    [([0, 1], [False, False]), ([1, 1], [True, True]), ([1], [False])],
)
def test_chains_that_mean_nothing_are_refused(least, optional):
    with pytest.raises(ValueError, match="Expected"):
        chain([0, 1], least=least, optional=optional)


def test_a_hundred_sentences_take_a_second_or_so():
    rng = np.random.default_rng(0)
    one = chain(rng.integers(1, 30, 90), least=[2] * 90)
    values = [likelihoods(seed, 700, 30) for seed in range(100)]
    began = time.process_time()
    best_durations(values, [one] * 100)
    assert time.process_time() - began < 10  # about 1 s alone; the rest is for slow machines

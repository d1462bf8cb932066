"""Confidence sequences: they hold at every listener at once."""

import numpy as np
import pytest

from mushra.stats.sequential import anytime_p, confidence_sequence

RUNS = 2000
LISTENERS = 200


def listeners(kind: str, rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
    """Mean differences of listeners with a true mean of zero."""
    if kind == "normal":
        return np.clip(rng.normal(0, 10, size), -100, 100)
    if kind == "two opinions":
        return np.where(rng.random(size) < 0.5, 15.0, -15.0)
    return np.where(rng.random(size) < 1 / 26, -100.0, 4.0)  # rare strong dissent


@pytest.mark.parametrize("kind", ["normal", "two opinions", "rare dissent"])
def test_the_truth_is_ever_missed_by_at_most_alpha(kind):
    rng = np.random.default_rng(1534)
    missed = sum(anytime_p(one) <= 0.05 for one in listeners(kind, rng, (RUNS, LISTENERS)))

    assert missed / RUNS <= 0.05


def test_an_ordinary_interval_looked_at_after_each_listener_misses_it_often():
    """Why the sequence is needed."""
    values = listeners("normal", np.random.default_rng(1534), (RUNS, LISTENERS))
    n = np.arange(1, LISTENERS + 1)
    means = values.cumsum(axis=1) / n
    sds = np.sqrt(
        np.maximum((values**2).cumsum(axis=1) / n - means**2, 0) * n / np.maximum(n - 1, 1)
    )
    missed = (np.abs(means) > 1.96 * sds / np.sqrt(n))[:, 9:].any(axis=1)

    assert missed.mean() > 0.25


@pytest.mark.parametrize("mean", [-60.0, 0.0, 25.0])
def test_the_p_value_and_the_sequence_agree(mean):
    rng = np.random.default_rng(5)
    values = np.clip(rng.normal(8, 12, 60), -100, 100)
    sequence = confidence_sequence(values)
    inside = sequence.now.low <= mean <= sequence.now.high

    assert (anytime_p(values, mean=mean) > 0.05) == inside


def test_the_whole_sequence_holds_the_truth():
    rng = np.random.default_rng(8)
    missed = 0
    for _ in range(60):
        sequence = confidence_sequence(listeners("normal", rng, (80,)))
        missed += bool(((sequence.low > 0) | (sequence.high < 0)).any())

    assert missed <= 3


def test_each_interval_lies_in_the_one_before():
    sequence = confidence_sequence(np.random.default_rng(2).normal(5, 15, 100))

    assert (np.diff(sequence.low) >= 0).all()
    assert (np.diff(sequence.high) <= 0).all()


def test_a_clear_difference_ends_in_an_interval_without_zero():
    sequence = confidence_sequence(np.full(80, 12.0))

    assert sequence.excludes_zero_from is not None
    assert sequence.low[sequence.excludes_zero_from - 1] > 0
    assert sequence.now.contains(12.0)


def test_equal_listeners_end_within_a_margin():
    sequence = confidence_sequence(np.zeros(150))

    assert sequence.excludes_zero_from is None
    assert sequence.lies_within(5.0)
    assert not sequence.lies_within(0.5)


def test_more_pairs_mean_wider_intervals():
    values = np.random.default_rng(2).normal(5, 15, 100)
    one, ten = confidence_sequence(values), confidence_sequence(values, n_pairs=10)

    assert ten.now.low < one.now.low < one.now.high < ten.now.high
    assert ten.alpha == pytest.approx(0.005)


def test_exchanging_the_systems_mirrors_the_interval():
    values = np.random.default_rng(2).normal(5, 15, 40)
    there, back = confidence_sequence(values).now, confidence_sequence(-values).now

    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-9)


def test_before_the_first_listener_anything_is_possible():
    now = confidence_sequence(np.empty(0)).now

    assert (now.low, now.high) == (-100, 100)
    assert anytime_p(np.empty(0)) == 1


def test_one_listener_narrows_little():
    assert confidence_sequence(np.array([100.0])).now.low < 0


@pytest.mark.parametrize("wrong", [101.0, -100.5, np.nan])
def test_what_is_no_difference_of_scores_is_refused(wrong):
    with pytest.raises(ValueError, match="between -100 and 100"):
        confidence_sequence(np.array([0.0, wrong]))


@pytest.mark.parametrize(("alpha", "n_pairs"), [(0.0, 1), (1.0, 1), (0.05, 0)])
def test_alpha_must_be_there_to_split(alpha, n_pairs):
    with pytest.raises(ValueError, match="Alpha"):
        confidence_sequence(np.zeros(3), alpha=alpha, n_pairs=n_pairs)

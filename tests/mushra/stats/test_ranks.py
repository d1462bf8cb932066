import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.errors import TooFewRatings
from mushra.stats.ranks import summarize_ranks
from tests.mushra.stats.menu_golden import array, r_values


def test_mean_and_median_ranks_equal_r():
    result = summarize_ranks(array("tied_blocks"))

    assert result.mean == pytest.approx(r_values("ranks")["mean"])
    assert result.median == pytest.approx(r_values("ranks")["median"])


def test_the_highest_score_has_rank_one():
    assert summarize_ranks(np.array([[90.0, 20.0, 50.0]])).mean == (1.0, 3.0, 2.0)


def test_ties_share_their_mean_rank_despite_float_noise():
    assert summarize_ranks(np.array([[0.1 + 0.2, 0.3, 0.0]])).mean == (1.5, 1.5, 3.0)


def test_a_row_with_a_gap_is_counted_not_ranked():
    result = summarize_ranks(np.array([[1.0, 2.0], [np.nan, 5.0]]))

    assert (result.n_blocks, result.n_left_out) == (1, 1)
    assert result.mean == (2.0, 1.0)


def test_no_complete_row_is_refused():
    with pytest.raises(TooFewRatings, match="nothing can be ranked"):
        summarize_ranks(np.array([[np.nan, 2.0]]))


@given(st.integers(0, 10_000))
def test_stretching_the_scale_changes_no_rank(seed):
    scores = np.random.default_rng(seed).integers(0, 20, (6, 4)).astype(float)

    assert summarize_ranks(scores**2 + 3) == summarize_ranks(scores)

"""Mean opinion scores, against R."""

import numpy as np
import pytest

from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.opinion import opinion_score, p808_opinion, vote_histogram
from tests.mushra.stats.golden import values_from_r

GOLDEN = values_from_r("planning.json")["opinion"]
VOTES = np.array(GOLDEN["votes"], dtype=float)


def test_the_crossed_interval_equals_lmertest():
    score = opinion_score(VOTES)

    assert score.mean.mean == pytest.approx(GOLDEN["mean"], rel=1e-9)
    assert score.mean.se == pytest.approx(GOLDEN["se"], rel=1e-5)
    assert score.mean.df == pytest.approx(GOLDEN["df"], rel=1e-4)


def test_histogram_and_median_equal_r():
    score = opinion_score(VOTES)

    assert score.histogram == tuple(GOLDEN["histogram"])
    assert score.median == GOLDEN["median"]
    assert score.n_votes == VOTES.size


def test_the_p808_interval_is_that_of_single_votes_and_says_so():
    pooled = p808_opinion(VOTES)

    assert pooled.sd == pytest.approx(GOLDEN["sd"], rel=1e-12)
    half = 1.96 * GOLDEN["sd"] / np.sqrt(VOTES.size)
    assert pooled.interval.high - pooled.mean == pytest.approx(half)
    assert "too narrow" in pooled.warning


def test_the_p808_interval_is_narrower_where_listeners_and_items_differ():
    crossed = opinion_score(VOTES).interval
    pooled = p808_opinion(VOTES).interval

    assert pooled.high - pooled.low < crossed.high - crossed.low


def test_equal_votes_give_an_interval_without_width():
    score = opinion_score(np.full((4, 3), 4.0))

    assert (score.interval.low, score.interval.high) == (4, 4)


@pytest.mark.parametrize("vote", [0, 2.5, 6])
def test_what_is_no_category_is_refused(vote):
    with pytest.raises(InvalidRatings, match="one of 1, 2, 3, 4, 5"):
        opinion_score(np.array([[1, 2], [3, vote]], dtype=float))


def test_missing_votes_count_nowhere():
    assert vote_histogram(np.array([1, 5, np.nan, 5])) == (1, 0, 0, 0, 2)


def test_one_vote_has_no_interval():
    with pytest.raises(TooFewRatings):
        p808_opinion(np.array([3.0]))

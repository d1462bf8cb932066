"""Ranks of the systems within each trial."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.table import Floats


@dataclass(frozen=True)
class RankSummary:
    """Each system's mean and median rank, in the order of the columns; 1 is the best.

    n_blocks counts the complete rows that were ranked; n_left_out those with a gap, which cannot
    be ranked against the others.
    """

    mean: tuple[float, ...]
    median: tuple[float, ...]
    n_blocks: int
    n_left_out: int


def summarize_ranks(scores: Floats) -> RankSummary:
    """Mean and median rank of each system over blocks (trials, or listeners' means).

    Within a block the highest score has rank 1 and equal scores share their mean rank. The mean
    rank is `n_systems + 1` minus the mean of Friedman's ranks.

    Args:
        scores: (n_blocks, n_systems) float, points; a row per listener and item (or per
            listener), NaN where there is no rating.
    Raises: TooFewRatings when no row is complete.
    Source: R `rowMeans(apply(-scores, 1, rank))`; golden values in tests/data/golden/menu.json.
    """
    blocks = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    complete = blocks[~np.isnan(blocks).any(axis=1)]
    if complete.size == 0:
        raise TooFewRatings("No trial has a rating of every system, so nothing can be ranked.")
    ranks = rankdata(-rounded(complete), axis=1)
    return RankSummary(
        mean=tuple(ranks.mean(axis=0).tolist()),
        median=tuple(np.median(ranks, axis=0).tolist()),
        n_blocks=int(complete.shape[0]),
        n_left_out=int(blocks.shape[0] - complete.shape[0]),
    )

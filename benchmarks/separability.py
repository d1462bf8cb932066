"""How well response times tell hidden references from the other stimuli of their pages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

N_RESAMPLES = 2000
PERCENT = (2.5, 97.5)


@dataclass(frozen=True)
class Fetch:
    """One sound fetched: on which page, whose sound it was, how long it took."""

    page: int
    token: str
    is_hidden_reference: bool
    seconds: float


@dataclass(frozen=True)
class Separability:
    """AUC (0.5: times tell nothing) with its 95 % bootstrap interval over pages."""

    auc: float
    low: float
    high: float
    n_hidden: int
    n_other: int


def measure_separability(fetches: Sequence[Fetch], *, seed: int) -> Separability:
    """The chance that a hidden reference took longer than another stimulus, ties halved.

    Times are taken relative to the median of their page, as whoever listens compares within a
    page. Pages are resampled, not requests: what one page's files do is one observation.
    """
    pages = sorted({fetch.page for fetch in fetches})
    times = [_centered([fetch for fetch in fetches if fetch.page == page]) for page in pages]
    hidden, other = _split(times)
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(times), size=(N_RESAMPLES, len(times)))
    aucs = [_auc(*_split([times[index] for index in draw])) for draw in draws]
    low, high = np.percentile(aucs, PERCENT)
    return Separability(_auc(hidden, other), float(low), float(high), len(hidden), len(other))


def patient(fetches: Sequence[Fetch]) -> list[Fetch]:
    """Each stimulus once with the median of its times: what asking again and again gives."""
    by_token: dict[str, list[Fetch]] = {}
    for fetch in fetches:
        by_token.setdefault(fetch.token, []).append(fetch)
    return [
        Fetch(
            page=same[0].page,
            token=token,
            is_hidden_reference=same[0].is_hidden_reference,
            seconds=float(np.median([fetch.seconds for fetch in same])),
        )
        for token, same in by_token.items()
    ]


def _centered(fetches: Sequence[Fetch]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    seconds = np.array([fetch.seconds for fetch in fetches])
    hidden = np.array([fetch.is_hidden_reference for fetch in fetches])
    return seconds - np.median(seconds), hidden


def _split(
    pages: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    seconds = np.concatenate([times for times, _ in pages])
    hidden = np.concatenate([flags for _, flags in pages])
    return seconds[hidden], seconds[~hidden]


def _auc(hidden: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Mann-Whitney's U over the number of pairs."""
    ranks = rankdata(np.concatenate([hidden, other]))[: len(hidden)]
    wins = float(ranks.sum()) - len(hidden) * (len(hidden) + 1) / 2
    return wins / (len(hidden) * len(other))

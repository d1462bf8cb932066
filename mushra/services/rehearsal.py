"""Rehearses a test with simulated listeners, who sit it through HTTP like people."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connections

from mushra.bots.http_listener import HttpListener, SatPage
from mushra.models import ListeningTest, Stimulus, Trial
from mushra.selectors.ratings import SittingCounts, sitting_counts
from mushra.selectors.simulation import SimulatedOpinion, simulated_opinion

# Sittings at the same time: more than one, so that the site is used as a lab uses it.
N_AT_ONCE = 4


@dataclass(frozen=True)
class Rehearsal:
    """What was asked for and what the database holds afterwards."""

    n_listeners: int
    n_ratings_expected: int
    counts: SittingCounts

    @property
    def is_complete(self) -> bool:
        """True when every listener finished and every rating is there, once."""
        return (
            self.counts.finished == self.n_listeners
            and self.counts.begun == self.n_listeners
            and self.counts.ratings == self.n_ratings_expected
        )


def rehearse(
    test: ListeningTest, link: str, n_listeners: int, *, tell: Callable[[str], None]
) -> Rehearsal:
    """Lets simulated listeners take an open, simulated test behind its link.

    Raises: ValueError for a test with people; SittingFailedError when the site lets one down.
    """
    opinion = simulated_opinion(test)
    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        sittings = [pool.submit(_sit, opinion, link) for _ in range(n_listeners)]
        for number, sitting in enumerate(sittings, start=1):
            pages = sitting.result()
            tell(f"Simulated listener {number} of {n_listeners} finished {len(pages)} pages.")
    return Rehearsal(n_listeners, n_listeners * _n_rated_stimuli(test), sitting_counts(test))


def _sit(opinion: SimulatedOpinion, link: str) -> list[SatPage]:
    try:
        return HttpListener(score=opinion.score).sit(link)
    finally:
        connections.close_all()  # this thread's own


def _n_rated_stimuli(test: ListeningTest) -> int:
    trials = test.trials.filter(kind=Trial.Kind.RATED)
    rated = Stimulus.objects.filter(item__in=trials.values("item"), role__in=test.asked.rated)
    return rated.count()

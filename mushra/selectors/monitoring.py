"""How an open test stands, for the members of its project."""

from collections import Counter
from dataclasses import dataclass

from mushra.models import ListeningTest, Sitting
from mushra.reports.monitoring import Monitoring, StoppingRule, monitor
from mushra.reports.screening import screen
from mushra.selectors.preregistrations import RegisteredPlan
from mushra.selectors.ratings import ratings_with_listening
from mushra.selectors.reports import report_design
from mushra.stats.equivalence import DEFAULT_MARGIN


@dataclass(frozen=True)
class Quotas:
    """Who came so far.

    Args:
        planned: listeners, where a number was registered.
        devices: finished sittings by what was listened with.
    """

    begun: int
    finished: int
    planned: int | None
    devices: tuple[tuple[str, int], ...]

    @property
    def missing(self) -> int | None:
        """Listeners still to finish; None without a plan."""
        return None if self.planned is None else max(0, self.planned - self.finished)


def quotas_of(test: ListeningTest, registered: RegisteredPlan | None) -> Quotas:
    """Who began and finished, against what was planned; one query."""
    sittings = Sitting.objects.filter(test=test).values_list("device", "completed_at")
    labels = dict(Sitting.Device.choices)
    finished = [labels.get(device, "not said") for device, at in sittings if at is not None]
    return Quotas(
        begun=len(sittings),
        finished=len(finished),
        planned=registered.n_listeners if registered else None,
        devices=tuple(sorted(Counter(finished).items())),
    )


def monitoring_of(test: ListeningTest, registered: RegisteredPlan | None) -> Monitoring | None:
    """Screening and intervals so far; None while nobody has finished.

    The number of queries does not depend on how many listeners there are.
    """
    found = ratings_with_listening(test)
    if not len(found.table):
        return None
    design = report_design(test)
    return monitor(
        found.table,
        design,
        screen(found.table, design, found.listening),
        finished=_finished(test),
        rule=_rule(registered),
    )


def _finished(test: ListeningTest) -> list[str]:
    """Codes of the listeners in the order of finishing."""
    finished = Sitting.objects.filter(test=test, completed_at__isnull=False)
    return list(
        finished.order_by("completed_at", "number").values_list("listener__code", flat=True)
    )


def _rule(registered: RegisteredPlan | None) -> StoppingRule:
    if registered is None:
        return StoppingRule(margin=DEFAULT_MARGIN)
    return StoppingRule(
        margin=registered.margin,
        may_look=registered.looks == "sequence",
        predictions=[(one.first, one.second, one.prediction) for one in registered.predictions],
    )

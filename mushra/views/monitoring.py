"""An open test watched by its researchers: quotas, screening, intervals that may be looked at."""

import math
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mushra.models import ListeningTest, Membership
from mushra.reports.monitoring import SEQUENCE, Monitoring, PairStatus
from mushra.reports.wording import interval as interval_words
from mushra.reports.wording import number
from mushra.selectors.monitoring import Quotas, monitoring_of, quotas_of
from mushra.selectors.preregistrations import RegisteredPlan, registered_plan
from mushra.selectors.projects import member_row
from mushra.stats.sequential import SEQUENCE_DEFINITION
from mushra.views.access import members_page, researcher

BAR_WIDTH, NARROWEST_SCALE = 200.0, 20.0
FINDINGS = {
    "first_higher": "{first} is higher",
    "second_higher": "{second} is higher",
    "equivalent": "equivalent within the margin",
    "not_equivalent": "not equivalent",
    "undecided": "undecided",
}


@dataclass(frozen=True)
class PairRow:
    """A pair's line of the page, with its interval as a bar."""

    status: PairStatus
    first: str
    second: str
    finding: str
    interval: str
    middle: str
    bar: tuple[float, float, float] | None


@members_page
@never_cache
@require_GET
def monitoring(request: HttpRequest, pk: int) -> HttpResponse:
    """How the test stands; what was registered not to be looked at yet stays covered."""
    tests = ListeningTest.objects.select_related("batch__project")
    test = member_row(researcher(request), tests, pk, at_least=Membership.Role.VIEWER)
    registered = registered_plan(test)
    quotas = quotas_of(test, registered)
    found = monitoring_of(test, registered)
    is_covered = _is_covered(test, registered, quotas) and request.GET.get("look") != "anyway"
    scale = _scale(found)
    context = {
        "test": test,
        "batch": test.batch,
        "registered": registered,
        "quotas": quotas,
        "found": found,
        "is_covered": is_covered,
        "rows": [] if found is None or is_covered else _rows(test, found, scale),
        "scale": round(scale),
        "bar_width": BAR_WIDTH,
        "definition": SEQUENCE_DEFINITION,
    }
    return render(request, "mushra/researcher/monitoring.html", context)


def _is_covered(test: ListeningTest, registered: RegisteredPlan | None, quotas: Quotas) -> bool:
    """Whether it was registered that nobody looks yet."""
    if registered is None or registered.looks != "none":
        return False
    return test.state == ListeningTest.State.OPEN and bool(quotas.missing)


def _scale(found: Monitoring | None) -> float:
    """Points from zero to either end of the bars: round, and wide enough for all intervals."""
    pairs = found.pairs if found else ()
    ends = [
        abs(end)
        for pair in pairs
        if pair.interval
        for end in (pair.interval.low, pair.interval.high)
    ]
    return min(100.0, max(NARROWEST_SCALE, 10 * math.ceil(max(ends, default=0.0) / 10)))


def _rows(test: ListeningTest, found: Monitoring, scale: float) -> list[PairRow]:
    titles = dict(test.batch.scenarios.values_list("systems__code", "systems__title"))
    return [_row(pair, titles, scale) for pair in found.pairs]


def _row(pair: PairStatus, titles: dict[str, str], scale: float) -> PairRow:
    first, second = titles[pair.first], titles[pair.second]
    found = pair.interval
    has_finding = pair.kind == SEQUENCE
    return PairRow(
        status=pair,
        first=first,
        second=second,
        finding=FINDINGS[pair.finding].format(first=first, second=second) if has_finding else "",
        interval=interval_words(found.low, found.high, signed=True) if found else "",
        middle=number(pair.middle, signed=True),
        bar=None if found is None else _bar(found.low, pair.middle, found.high, scale),
    )


def _bar(low: float, middle: float, high: float, scale: float) -> tuple[float, float, float]:
    """Low end, middle and high end in pixels of the bar, cut at the scale's ends."""

    def place(points: float) -> float:
        cut = min(scale, max(-scale, points))
        return round(BAR_WIDTH * (cut + scale) / (2 * scale), 1)

    return place(low), place(middle), place(high)

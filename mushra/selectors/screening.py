"""What screening says of a test's listeners, for the page on which researchers may decide."""

from dataclasses import dataclass

from mushra.models import ListeningTest, ScreeningOverride, Sitting
from mushra.reports.screening import ScreeningFacts, screen
from mushra.selectors.ratings import ratings_with_listening
from mushra.selectors.reports import report_design
from mushra.stats.screening import Verdict


@dataclass(frozen=True)
class ScreenedListener:
    """One listener who finished: what the rules say, and what was decided, oldest first."""

    sitting: Sitting
    verdicts: tuple[Verdict, ...]
    flags: tuple[Verdict, ...]
    decisions: tuple[ScreeningOverride, ...]
    is_excluded: bool

    @property
    def code(self) -> str:
        return self.sitting.listener.code


@dataclass(frozen=True)
class ScreeningPage:
    """Everybody who finished, and the rules of the test."""

    listeners: tuple[ScreenedListener, ...]
    facts: ScreeningFacts | None


def screening_page(test: ListeningTest) -> ScreeningPage:
    """The verdicts on a test's finished sittings as they stand; nobody without ratings."""
    found = ratings_with_listening(test)
    if not len(found.table):
        return ScreeningPage((), None)
    facts = screen(found.table, report_design(test), found.listening)
    sittings = (
        Sitting.objects.filter(test=test, completed_at__isnull=False)
        .select_related("listener")
        .prefetch_related("overrides__made_by")
        .order_by("number")
    )
    return ScreeningPage(tuple(_listener(sitting, facts) for sitting in sittings), facts)


def _listener(sitting: Sitting, facts: ScreeningFacts) -> ScreenedListener:
    code = sitting.listener.code
    return ScreenedListener(
        sitting=sitting,
        verdicts=tuple(one for one in facts.verdicts if one.listener == code),
        flags=tuple(one for one in facts.flags if one.listener == code),
        decisions=tuple(sitting.overrides.all()),
        is_excluded=code in facts.excluded,
    )

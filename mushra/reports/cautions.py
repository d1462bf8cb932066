"""What a reader should know before believing a report, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mushra.reports.analysis import Results
from mushra.reports.design import ReportDesign
from mushra.reports.wording import counted
from mushra.stats.table import RatingTable

MIN_ITEMS = 5  # BS.1534-3 7: at least five excerpts
USUAL_LISTENERS = 20  # BS.1534-3 4.2: about 20 often suffice
MIN_SPEAKERS = 5  # fewer voices do not stand for voices in general
SATURATED_FROM = 80.0  # BS.1534-3 3: good content puts systems at 20-80
MANY_EXCLUDED = 1 / 3


@dataclass(frozen=True)
class Caution:
    """One warning: a stable word for programs and a sentence for people."""

    code: str
    text: str


def find_cautions(
    table: RatingTable, design: ReportDesign, results: Results, excluded: tuple[str, ...]
) -> tuple[Caution, ...]:
    """All warnings that apply, the gravest first.

    Args:
        table: every rating, before screening.
        results: the headline results.
        excluded: listeners that screening excludes.
    """
    return (
        *_about_listeners(table, design, excluded),
        *_about_material(table, results),
        *_about_completeness(table, design, results),
        *_about_scores(table, design),
    )


def _about_listeners(
    table: RatingTable, design: ReportDesign, excluded: tuple[str, ...]
) -> Iterator[Caution]:
    n_listeners = len(table.listeners)
    n_kept = n_listeners - len(excluded)
    if design.simulated:
        yield Caution(
            "simulated",
            "The listeners are simulated. The figures show that the test and its statistics work; "
            "they say nothing about how the systems sound.",
        )
    if n_kept == 0:
        yield Caution(
            "all_excluded",
            f"Screening would exclude all {n_listeners} listeners, so the results shown are those "
            "without exclusions. The rule does not suit this test, or the test did not work.",
        )
    elif len(excluded) > MANY_EXCLUDED * n_listeners:
        yield Caution(
            "many_excluded",
            f"Screening excludes {len(excluded)} of {n_listeners} listeners. Compare the results "
            "with and without exclusions before relying on either.",
        )
    if 0 < n_kept < USUAL_LISTENERS:
        yield Caution(
            "few_listeners",
            f"{counted(n_kept, 'listener')} after screening; about {USUAL_LISTENERS} often "
            "suffice (BS.1534-3). Read the intervals: they show what so few can tell.",
        )
    devices = table.levels("device")
    if len(devices) > 1 and not design.simulated:
        yield Caution(
            "mixed_devices",
            f"Listeners used {' and '.join(devices)}; BS.1534-3 asks for one kind in an analysis.",
        )


def _about_material(table: RatingTable, results: Results) -> Iterator[Caution]:
    if results.n_items < MIN_ITEMS:
        yield Caution(
            "few_items",
            f"{counted(results.n_items, 'item')}; BS.1534-3 asks for at least {MIN_ITEMS}. "
            "More listeners do not make up for few items.",
        )
    speakers = table.levels("speaker")
    if 0 < len(speakers) < MIN_SPEAKERS:
        yield Caution(
            "few_speakers",
            f"{counted(len(speakers), 'speaker')} ({', '.join(speakers)}): the conclusions hold "
            "for these speakers only, not for voices in general.",
        )


def _about_completeness(
    table: RatingTable, design: ReportDesign, results: Results
) -> Iterator[Caution]:
    n_missing = count_missing(table)
    if n_missing:
        yield Caution(
            "incomplete",
            f"{counted(n_missing, 'rating')} of {len(table) + n_missing} "
            f"{'is' if n_missing == 1 else 'are'} missing. The crossed tests and intervals use "
            "the largest set of listeners and items without gaps; the notes beside them say what "
            "was left out.",
        )
    untested = [row for row in (*results.pairs, *results.against_reference) if np.isnan(row.p)]
    if untested:
        names = "; ".join(
            f"{design.title_of(row.first)} against {design.title_of(row.second)}"
            for row in untested
        )
        yield Caution("untested", f"No crossed test could be computed for: {names}.")


def _about_scores(table: RatingTable, design: ReportDesign) -> Iterator[Caution]:
    scores = table.of_systems(set(design.under_test)).score
    if scores.size and (scores >= SATURATED_FROM).mean() > 0.5:
        percent = round(100 * float((scores >= SATURATED_FROM).mean()))
        yield Caution(
            "saturated",
            f"{percent} % of the ratings of the systems under test lie at 80 or above. The scale "
            "is saturated and small differences may be hidden; use a preference test, ABX or "
            "BS.1116 to tell these systems apart.",
        )
    reference = table.of_systems({design.reference or ""}).score
    if reference.size and float(reference.mean()) < SATURATED_FROM:
        why = " Listeners often did not recognize it, or heard its recording as flawed."
        yield Caution(
            "weak_reference",
            f"The hidden reference itself averages {float(reference.mean()):.0f} points."
            + ("" if design.simulated else why),
        )


def count_missing(table: RatingTable) -> int:
    """How many ratings lack: listeners times the (item, system) pairs shown, less those given."""
    shown = set(zip(table.item, table.system, strict=True))
    return len(table.listeners) * len(shown) - len(table)

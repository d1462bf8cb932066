"""What a reader should know before believing a report, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mushra.reports.agreement import Reliability
from mushra.reports.design import ReportDesign
from mushra.reports.rows import Results
from mushra.reports.screening import ScreeningFacts
from mushra.reports.trials import belongs_to_items, count_distinct
from mushra.reports.wording import counted
from mushra.stats.reliability import LOWEST_ALPHA
from mushra.stats.table import RatingTable

MIN_ITEMS = 5  # BS.1534-3 7: at least five excerpts
USUAL_LISTENERS = 20  # BS.1534-3 4.2: about 20 often suffice
MIN_SPEAKERS = 5  # fewer voices do not stand for voices in general
SATURATED_FROM = 80.0  # BS.1534-3 3: good content puts systems at 20-80
MANY_EXCLUDED = 1 / 3
MAX_NAMED = 10


@dataclass(frozen=True)
class Caution:
    """One warning: a stable word for programs and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True)
class Evidence:
    """What warnings rest on besides the ratings: the headline, agreement, and screening."""

    results: Results
    reliability: Reliability
    screening: ScreeningFacts


def find_cautions(
    table: RatingTable, design: ReportDesign, evidence: Evidence
) -> tuple[Caution, ...]:
    """All warnings that apply, the gravest first.

    Args:
        table: every rating, before screening.
    """
    return (
        *_about_listeners(table, design, evidence.screening.excluded),
        *_about_screening(evidence.screening),
        *_about_material(table, evidence.results),
        *_about_completeness(table, design, evidence.results),
        *_about_scores(table, design, evidence.results),
        *_about_agreement(evidence.reliability),
        *_about_choices(design, evidence.results),
        *(Caution("reading", note) for note in design.notes),
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
    screened = " after screening" if design.screening else ""
    if 0 < n_kept < USUAL_LISTENERS:
        yield Caution(
            "few_listeners",
            f"{counted(n_kept, 'listener')}{screened}; about {USUAL_LISTENERS} often "
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
    if speakers and not belongs_to_items(table, "speaker"):
        yield Caution(
            "unclear_speakers",
            "The column speaker does not say one voice for each item, so that nothing is concluded "
            "about speakers.",
        )
    elif 0 < len(speakers) < MIN_SPEAKERS:
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
            f"{'is' if n_missing == 1 else 'are'} missing: not every listener rated everything "
            "that was shown. The crossed tests and intervals use all ratings there are (restricted "
            "maximum likelihood); means, quartiles and ranks are those of the ratings given.",
        )
    yield from _unbalanced(table)
    untested = [row for row in (*results.pairs, *results.against_reference) if np.isnan(row.p)]
    if untested:
        names = "; ".join(
            f"{design.title_of(row.first)} against {design.title_of(row.second)}"
            for row in untested
        )
        yield Caution("untested", f"No crossed test could be computed for: {names}.")


def _unbalanced(table: RatingTable) -> Iterator[Caution]:
    counts = {system: len(table.rows_of(system)) for system in table.systems}
    fewest, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    if counts[fewest] < counts[most]:
        yield Caution(
            "unbalanced",
            f"Systems were not rated equally often: {fewest} {counts[fewest]} times, {most} "
            f"{counts[most]} times. Their means may rest on different items and listeners; compare "
            "systems by the paired differences, which use only what was rated with both.",
        )


def _about_screening(screening: ScreeningFacts) -> Iterator[Caution]:
    if screening.overrides:
        names = ", ".join(sorted({one.listener for one in screening.overrides}))
        yield Caution(
            "overridden",
            f"A researcher decided on {names} by hand; the reasons stand in the section on "
            "screening.",
        )
    flagged = sorted({one.listener for one in screening.flags} - set(screening.excluded))
    if flagged:
        rules = ", ".join(sorted({one.rule for one in screening.flags}))
        yield Caution(
            "flagged",
            f"{counted(len(flagged), 'listener')} kept though further checks ({rules}) speak "
            f"against {'them' if len(flagged) > 1 else 'that listener'}: {_some(flagged)}.",
        )


def _about_scores(table: RatingTable, design: ReportDesign, results: Results) -> Iterator[Caution]:
    scores = table.of_systems(set(design.under_test)).score
    if scores.size and (scores >= SATURATED_FROM).mean() > 0.5:
        percent = round(100 * float((scores >= SATURATED_FROM).mean()))
        yield Caution(
            "saturated",
            f"{percent} % of the ratings of the systems under test lie at 80 or above. The scale "
            "is saturated and small differences may be hidden; use a preference test, ABX or "
            "BS.1116 to tell these systems apart.",
        )
    tested = [row for row in results.systems if row.role == "under test"]
    if cut := [row.title for row in tested if row.shape.is_cut_off]:
        yield Caution(
            "cut_off",
            f"A tenth or more of the ratings of {_some(cut)} lie at an end of the scale (0 or "
            "100), which pulls the mean inward.",
        )
    if modes := [row.title for row in tested if row.shape.hints_at_modes]:
        yield Caution(
            "several_modes",
            f"The ratings of {_some(modes)} may have several peaks (bimodality coefficient above "
            "5/9): look at the histogram before speaking of an average listener.",
        )
    reference = table.scores_of(design.reference or "")
    if reference.size and float(reference.mean()) < SATURATED_FROM:
        why = " Listeners often did not recognize it, or heard its recording as flawed."
        yield Caution(
            "weak_reference",
            f"The hidden reference itself averages {float(reference.mean()):.0f} points."
            + ("" if design.simulated else why),
        )


def _about_agreement(reliability: Reliability) -> Iterator[Caution]:
    alpha = reliability.krippendorff_alpha
    if alpha < LOWEST_ALPHA:
        yield Caution(
            "disagreement",
            f"Listeners do not agree well: Krippendorff's alpha is {alpha:.2f} over all signals "
            f"rated, where {LOWEST_ALPHA} is the lowest that is usually accepted. Means hide that "
            "they heard different things or used the scale differently.",
        )


def _about_choices(design: ReportDesign, results: Results) -> Iterator[Caution]:
    shown = any(pair.equivalence and pair.equivalence.is_shown for pair in results.pairs)
    if shown and not design.margin_is_registered:
        yield Caution(
            "margin_not_registered",
            f"Equivalence is tested within ±{design.margin:g} points, a margin that was not fixed "
            "before the ratings as far as this report knows. If it was chosen after seeing them, "
            "the equivalence tests prove nothing.",
        )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def count_missing(table: RatingTable) -> int:
    """How many ratings lack: listeners times the (item, system) pairs shown, less those given."""
    shown = sum(count_distinct(table.item_codes[table.rows_of(one)]) for one in table.systems)
    return len(table.listeners) * shown - len(table)

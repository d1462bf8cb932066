"""Tables with a line for each system."""

from collections.abc import Sequence

from mushra.reports.document import RecoveryRow, ReportDocument
from mushra.reports.rows import Results, ScenarioResults, SystemRow
from mushra.reports.seenness import CLAIMS, SeenRow
from mushra.reports.tables.table import Column, ReportTable, Row, gaps_note, once_each
from mushra.reports.wording import NONE, counted, interval, number

EVERYONE = "-everyone"  # ends the names of tables without exclusions, where there are some
CROSSED = "crossed"  # the kind of a mean's interval
NO_INTERVAL = "Too few ratings for an interval."


def result_groups(document: ReportDocument) -> list[tuple[str, str, Results]]:
    """The headline and, where screening excludes somebody, everyone: name, suffix, results."""
    headline = document.headline
    if not document.screening.excluded:
        return [("All listeners", "", headline)]
    if not document.headline_is_screened:
        return [("Without exclusions", "", headline)]
    return [
        ("After screening", "", headline),
        ("Without exclusions", EVERYONE, document.everyone),
    ]


def median_tables(document: ReportDocument) -> list[ReportTable]:
    """Medians, quartiles and ranks, with and without exclusions."""
    return [
        _medians(f"medians{suffix}", _group_caption(name, results), results)
        for name, suffix, results in result_groups(document)
    ]


def mean_tables(document: ReportDocument) -> list[ReportTable]:
    """Means, intervals, letters and relative scores, with and without exclusions."""
    return [
        _means(f"means{suffix}", _group_caption(name, results), results)
        for name, suffix, results in result_groups(document)
    ]


def level_table(name: str, level: ScenarioResults) -> ReportTable:
    """Everything short about the systems within one scenario or condition."""
    results = level.results
    size = f"{counted(results.n_items, 'item')}, {counted(results.n_listeners, 'listener')}"
    columns = (
        Column("System"),
        Column("Median", is_lead=True),
        Column("Quartiles"),
        Column("Mean", is_lead=True),
        Column("95 % interval"),
        Column("Relative MUSHRA"),
        Column("95 % interval (%)"),
    )
    rows = tuple(
        Row(
            row.title,
            (number(row.median), interval(row.q1, row.q3), number(row.mean), *_ends(row)),
        )
        for row in results.systems
    )
    notes = _notes(results.systems)
    return ReportTable(name, f"{level.title}: {size}", columns, rows, notes)


def seen_table(rows: Sequence[SeenRow], *, has_scenarios: bool) -> ReportTable:
    """What each network had heard of the material in training; columns are the claims made."""
    claims = [claim for claim in CLAIMS if any(claim in row.claims for row in rows)]
    scenario = (Column("Scenario", is_text=True),) if has_scenarios else ()
    return ReportTable(
        "seen",
        "What the networks had heard of the material in training, as their model cards said when "
        "the stimuli were frozen",
        (Column("System"), *scenario, *(Column(CLAIMS[one], is_text=True) for one in claims)),
        tuple(
            Row(
                row.title,
                (
                    *((row.scenario_title,) if has_scenarios else ()),
                    *(_seen_words(row, one) for one in claims),
                ),
            )
            for row in rows
        ),
    )


def recovery_table(rows: Sequence[RecoveryRow]) -> ReportTable:
    """How well a simulation gives back its truth."""
    answers = {True: "yes", False: "no", None: NONE}
    return ReportTable(
        "recovery",
        "Stated, expected and observed means",
        (
            Column("System"),
            Column("True mean"),
            Column("Expected after cutting"),
            Column("Observed", is_lead=True),
            Column("95 % interval"),
            Column("Inside"),
        ),
        tuple(
            Row(
                row.title,
                (
                    number(row.true_mean),
                    number(row.expected_mean, decimals=2),
                    number(row.observed_mean, decimals=2),
                    interval(row.low, row.high),
                    answers[row.inside],
                ),
            )
            for row in rows
        ),
    )


def _group_caption(name: str, results: Results) -> str:
    return f"{name} ({counted(results.n_listeners, 'listener')})"


def _medians(name: str, caption: str, results: Results) -> ReportTable:
    columns = (
        Column("System"),
        Column("Ratings"),
        Column("Median", is_lead=True),
        Column("Quartiles"),
        Column("Interquartile range"),
        Column("Range"),
        Column("Mean rank"),
        Column("Median rank"),
    )
    rows = tuple(
        Row(
            row.title,
            (
                str(row.n_ratings),
                number(row.median),
                interval(row.q1, row.q3),
                number(row.iqr),
                f"{number(row.minimum, decimals=0)} to {number(row.maximum, decimals=0)}",
                number(row.mean_rank, decimals=2),
                number(row.median_rank),
            ),
        )
        for row in results.systems
    )
    return ReportTable(name, f"Medians and quartiles. {caption}", columns, rows)


def _means(name: str, caption: str, results: Results) -> ReportTable:
    has_letters = bool(results.letters)
    columns = (
        Column("System"),
        *((Column("Letters", is_text=True),) if has_letters else ()),
        Column("Mean", is_lead=True),
        Column("95 % interval"),
        Column("SE"),
        Column("df"),
        Column("SD"),
        Column("Relative MUSHRA"),
        Column("95 % interval (%)"),
    )
    rows = tuple(
        Row(
            row.title,
            (*((results.letters.get(row.system, NONE),) if has_letters else ()), *_mean_cells(row)),
        )
        for row in results.systems
    )
    notes = _notes(results.systems)
    if has_letters:
        letters = (
            "Letters: systems under test that share one do not differ significantly (0.05 after "
            "Holm). Sharing a letter does not show that they are equal."
        )
        notes = (letters, *notes)
    return ReportTable(name, f"Means and intervals. {caption}", columns, rows, notes)


def _mean_cells(row: SystemRow) -> tuple[str, ...]:
    mean = row.interval
    ends = _ends(row)
    return (
        number(row.mean),
        ends[0],
        number(mean.se if mean else None, decimals=2),
        number(mean.df if mean else None),
        number(row.sd),
        *ends[1:],
    )


def _ends(row: SystemRow) -> tuple[str, str, str]:
    """The interval of the mean, the relative score and its interval."""
    mean, relative = row.interval, row.relative
    has_range = relative is not None and row.role != "reference"  # that is 100 % by definition
    return (
        interval(mean.low, mean.high) if mean else NONE,
        f"{number(relative.percent)} %" if relative else NONE,
        interval(relative.low, relative.high) if relative and has_range else NONE,
    )


def _notes(rows: Sequence[SystemRow]) -> tuple[str, ...]:
    crossed = [(row, row.interval) for row in rows if row.interval and row.interval.kind == CROSSED]
    cells = [(row.n_ratings, mean.n_listeners * mean.n_items) for row, mean in crossed]
    return (
        *gaps_note("ratings", [(total - n_ratings, total) for n_ratings, total in cells]),
        *once_each((row.title, _note(row)) for row in rows),
    )


def _note(row: SystemRow) -> str:
    return row.interval.note if row.interval else NO_INTERVAL


def _seen_words(row: SeenRow, claim: str) -> str:
    count = row.claims.get(claim)
    if count is None:
        return "not known"
    if not count.n_unseen:
        return "in training"
    return f"in training for {count.n_seen} of {row.n_items}" if count.n_seen else "never heard"

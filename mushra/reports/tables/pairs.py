"""Tables with a line for each pair of systems."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mushra.reports.document import ReportDocument
from mushra.reports.rows import ListenerMeanTests, PairRow, ScenarioResults
from mushra.reports.tables.systems import EVERYONE, result_groups
from mushra.reports.tables.table import (
    STAR,
    STAR_NOTE,
    Column,
    ReportTable,
    Row,
    gaps_note,
    once_each,
)
from mushra.reports.verdicts import ALPHA, pair_verdict
from mushra.reports.wording import MINUS, NONE, interval, number, p_statement, p_value

DIFFERENCE = Column("Difference")
CROSSED = "Crossed test: new listeners, new sentences"
POOLED = "A pooled test would have said"
POOLED_NOTE = (
    "A pooled test takes every rating for an independent one, as many papers do. Its p stands here "
    "for comparison only: it is far too small, and it is not a result."
)


@dataclass(frozen=True)
class PairTables:
    """The tables of one family of pairs: what to report, and what stands beside it."""

    is_headline: bool
    crossed: ReportTable
    equivalence: ReportTable | None
    listener_means: ReportTable | None
    speakers: ReportTable | None

    @property
    def first(self) -> tuple[ReportTable, ...]:
        """What to report: the differences, and whether they are small."""
        return (self.crossed, self.equivalence) if self.equivalence else (self.crossed,)

    @property
    def all(self) -> tuple[ReportTable, ...]:
        found = (self.crossed, self.equivalence, self.listener_means, self.speakers)
        return tuple(one for one in found if one is not None)


def pair_tables(document: ReportDocument) -> list[PairTables]:
    """Systems under test, then against the reference; with and without exclusions."""
    titles = {system.code: system.title for system in document.design.systems}
    groups = result_groups(document)
    single = len(groups) == 1
    return [
        _family(f"{family}{suffix}", words if single else f"{words}, {name.lower()}", rows, titles)
        for name, suffix, results in groups
        for family, words, rows in (
            ("pairs", "Systems under test", results.pairs),
            ("reference", "Systems under test against the reference", results.against_reference),
        )
        if rows
    ]


def level_pairs_table(name: str, level: ScenarioResults, titles: dict[str, str]) -> ReportTable:
    """The crossed tests within one scenario or condition."""
    table = _crossed(name, f"{level.title}: systems under test", level.results.pairs, titles)
    return replace(table, notes=tuple(note for note in table.notes if note != POOLED_NOTE))


def _family(name: str, words: str, rows: Sequence[PairRow], titles: dict[str, str]) -> PairTables:
    def made(
        make: Callable[..., ReportTable], suffix: str, has: Callable[[PairRow], object]
    ) -> ReportTable | None:
        present = [row for row in rows if has(row) is not None]
        return make(f"{name}-{suffix}", words, present, titles) if present else None

    return PairTables(
        is_headline=not name.endswith(EVERYONE),
        crossed=_crossed(name, words, rows, titles),
        equivalence=made(_equivalence, "equivalence", lambda row: row.equivalence),
        listener_means=made(_listener_means, "listener-means", lambda row: row.listener_means),
        speakers=made(_speakers, "speakers", lambda row: row.speakers),
    )


def _crossed(name: str, words: str, rows: Sequence[PairRow], titles: dict[str, str]) -> ReportTable:
    columns = (
        DIFFERENCE,
        Column("Points", CROSSED, is_lead=True),
        Column("95 % interval", CROSSED),
        Column("SE", CROSSED),
        Column("df", CROSSED),
        Column("t", CROSSED),
        Column("p", CROSSED),
        Column("p (Holm)", CROSSED),
        Column(POOLED),
    )
    notes = (
        *gaps_note(
            "differences",
            [
                (row.n_missing, row.n_listeners * row.n_items)
                for row in rows
                if not math.isnan(row.se)
            ],
        ),
        *once_each((_name(row, titles), row.note) for row in rows),
    )
    return ReportTable(
        name,
        f"{words}: differences",
        columns,
        tuple(Row(_name(row, titles), _crossed_cells(row)) for row in rows),
        (STAR_NOTE, POOLED_NOTE, *notes),
    )


def _crossed_cells(row: PairRow) -> tuple[str, ...]:
    return (
        number(row.difference, signed=True),
        interval(row.low, row.high, signed=True),
        number(row.se, decimals=2),
        number(row.df),
        number(row.t, decimals=2),
        p_value(row.p),
        _starred(row.p_holm),
        p_statement(row.pooled.p) if row.pooled else NONE,
    )


def _equivalence(
    name: str, words: str, rows: Sequence[PairRow], titles: dict[str, str]
) -> ReportTable:
    margin = next((row.equivalence.margin for row in rows if row.equivalence), 0.0)
    tost = f"Equivalence within ±{margin:g} points (TOST)"
    higher = "Chance that the first is rated higher"
    columns = (
        DIFFERENCE,
        Column("90 % interval", tost),
        Column("p", tost),
        Column("Smallest margin shown", tost),
        Column("Verdict", is_text=True, is_lead=True),
        Column("P(A > B)", higher),
        Column("95 % interval", higher),
    )
    return ReportTable(
        name,
        f"{words}: equivalence and superiority",
        columns,
        tuple(Row(_name(row, titles), _equivalence_cells(row)) for row in rows),
        (
            "Undecided: neither a difference nor equivalence is shown. p of equivalence is not "
            "corrected for several pairs.",
        ),
    )


def _equivalence_cells(row: PairRow) -> tuple[str, ...]:
    test, chance = row.equivalence, row.superiority
    return (
        interval(test.low, test.high, signed=True) if test else NONE,
        p_value(test.p if test else None),
        f"±{number(test.smallest_margin)}" if test else NONE,
        pair_verdict(row),
        number(chance.probability if chance else None, decimals=2),
        f"{number(chance.low, decimals=2)} to {number(chance.high, decimals=2)}"
        if chance
        else NONE,
    )


def _listener_means(
    name: str, words: str, rows: Sequence[PairRow], titles: dict[str, str]
) -> ReportTable:
    student, ranks, effects = "Paired t", "Wilcoxon", "Effect sizes"
    columns = (
        DIFFERENCE,
        Column("t", student),
        Column("p", student),
        Column("p (Holm)", student),
        Column("p", ranks),
        Column("p (Holm)", ranks),
        Column("Sign-flip p"),
        Column("Cohen's dz", effects),
        Column("Hedges' g", effects),
        Column("Rank-biserial", effects),
        Column("Hodges-Lehmann", effects),
        Column("95 % interval", effects),
    )
    tests = [row.listener_means for row in rows if row.listener_means]
    approximate = not all(one.wilcoxon_is_exact and one.sign_flip_is_exact for one in tests)
    exactness = (
        "Wilcoxon's and the sign-flip test are exact for up to a few dozen listeners; here some "
        "p-values are approximations."
        if approximate
        else "Wilcoxon's and the sign-flip test are exact."
    )
    return ReportTable(
        name,
        f"{words}: listener means, for these sentences only",
        columns,
        tuple(Row(_name(row, titles), _listener_cells(row.listener_means)) for row in rows),
        (STAR_NOTE, exactness),
    )


def _listener_cells(tests: ListenerMeanTests | None) -> tuple[str, ...]:
    if tests is None:
        return (NONE,) * 11
    return (
        number(tests.t, decimals=2),
        p_value(tests.t_p),
        _starred(tests.t_p_holm),
        p_value(tests.wilcoxon_p),
        _starred(tests.wilcoxon_p_holm),
        p_value(tests.sign_flip_p),
        number(tests.cohen_dz, decimals=2, signed=True),
        number(tests.hedges_g, decimals=2, signed=True),
        number(tests.rank_biserial, decimals=2, signed=True),
        number(tests.hodges_lehmann, signed=True),
        interval(tests.hodges_lehmann_low, tests.hodges_lehmann_high, signed=True),
    )


def _speakers(
    name: str, words: str, rows: Sequence[PairRow], titles: dict[str, str]
) -> ReportTable:
    found = [row.speakers for row in rows if row.speakers]
    columns = (
        DIFFERENCE,
        Column("Points", is_lead=True),
        Column("95 % interval"),
        Column("SE"),
        Column("df"),
        Column("p"),
        Column("p (Holm)"),
        Column("Speakers"),
    )
    table_rows = tuple(
        Row(
            _name(row, titles),
            (
                number(one.difference, signed=True),
                interval(one.low, one.high, signed=True),
                number(one.se, decimals=2),
                number(one.df),
                p_value(one.p),
                _starred(one.p_holm),
                str(one.n_speakers),
            ),
        )
        for row, one in zip((row for row in rows if row.speakers), found, strict=True)
    )
    claims = dict.fromkeys(one.claim for one in found if one.claim)
    notes = (STAR_NOTE, *(f"Speaks for: {claim}." for claim in claims))
    return ReportTable(name, f"{words}: speakers random too", columns, table_rows, notes)


def _name(row: PairRow, titles: dict[str, str]) -> str:
    return f"{titles[row.first]} {MINUS} {titles[row.second]}"


def _starred(p: float) -> str:
    return f"{p_value(p)} {STAR}" if p < ALPHA else p_value(p)

"""The report's tables as text: what the page, the PDF and the LaTeX files all show."""

from collections.abc import Iterator, Sequence

from mushra.reports.document import ReportDocument
from mushra.reports.factors import FactorResults
from mushra.reports.rows import ScenarioResults
from mushra.reports.tables.conformity import conformity_table
from mushra.reports.tables.factors import interactions_table, layout_tables, stems
from mushra.reports.tables.listeners import flags_table, overrides_table, verdicts_table
from mushra.reports.tables.listeners import reliability_table as reliability_table
from mushra.reports.tables.pairs import level_pairs_table
from mushra.reports.tables.pairs import pair_tables as pair_tables
from mushra.reports.tables.systems import level_table, recovery_table, seen_table
from mushra.reports.tables.systems import mean_tables as mean_tables
from mushra.reports.tables.systems import median_tables as median_tables
from mushra.reports.tables.table import ReportTable as ReportTable


def all_tables(document: ReportDocument) -> tuple[ReportTable, ...]:
    """Every table of a report, in its order; no two have the same name."""
    return tuple(_tables(document))


def seen_tables(document: ReportDocument) -> list[ReportTable]:
    """What the networks had heard, where any network says."""
    has_scenarios = bool(document.scenarios)
    return [seen_table(document.seen, has_scenarios=has_scenarios)] if document.seen else []


def screening_tables(document: ReportDocument) -> list[ReportTable]:
    """Verdicts, decisions by hand and flags: those that there are."""
    screening = document.screening
    found = [
        (screening.verdicts, lambda: verdicts_table(document)),
        (screening.overrides, lambda: overrides_table(screening.overrides)),
        (screening.flags, lambda: flags_table(screening.flags)),
    ]
    return [make() for present, make in found if present]


def level_tables(
    document: ReportDocument, factor: str, levels: Sequence[ScenarioResults]
) -> list[tuple[ScenarioResults, list[ReportTable]]]:
    """For each level of a factor the systems within it, and their pairs."""
    titles = {system.code: system.title for system in document.design.systems}
    found = []
    for level, stem in zip(levels, stems(level.code for level in levels), strict=True):
        tables = [level_table(f"{factor}-{stem}", level)]
        if level.results.pairs:
            tables.append(level_pairs_table(f"{factor}-{stem}-differences", level, titles))
        found.append((level, tables))
    return found


def factor_tables(document: ReportDocument) -> list[tuple[FactorResults, list[ReportTable]]]:
    """For every factor the paper's table and the interactions."""
    found = []
    names = stems(factor.factor for factor in document.factors)
    for factor, stem in zip(document.factors, names, strict=True):
        systems = document.design.systems
        tables = layout_tables(factor, systems, f"by-{stem}") if factor.layout else []
        interactions = interactions_table(factor, document, f"by-{stem}-interactions")
        found.append((factor, [*tables, *([interactions] if interactions else [])]))
    return found


def conformity_tables(document: ReportDocument) -> list[ReportTable]:
    """What BS.1534-3 itself computes, where there are pairs."""
    titles = {system.code: system.title for system in document.design.systems}
    table = conformity_table(document.conformity, titles)
    return [table] if table else []


def recovery_tables(document: ReportDocument) -> list[ReportTable]:
    """How a simulation gives back its truth; none for people."""
    return [recovery_table(document.recovery)] if document.recovery else []


def _tables(document: ReportDocument) -> Iterator[ReportTable]:
    yield from seen_tables(document)
    yield from screening_tables(document)
    yield from median_tables(document)
    yield from mean_tables(document)
    for family in pair_tables(document):
        yield from family.all
    yield from conformity_tables(document)
    yield reliability_table(document.reliability)
    for factor, levels in (("scenario", document.scenarios), ("condition", document.conditions)):
        for _, tables in level_tables(document, factor, levels):
            yield from tables
    for _, tables in factor_tables(document):
        yield from tables
    yield from recovery_tables(document)

"""What the tests show, one sentence each, made of the report's own numbers."""

import math

from mushra.reports.analysis import PairRow, Results
from mushra.reports.design import ReportDesign
from mushra.reports.wording import interval, number, p_statement

ALPHA = 0.05  # BS.1534-3 9


def find_findings(results: Results, design: ReportDesign) -> tuple[str, ...]:
    """The means in order, then each pair among the systems under test."""
    return (*_means_sentence(results), *(_pair_sentence(pair, design) for pair in results.pairs))


def _means_sentence(results: Results) -> tuple[str, ...]:
    tested = [row for row in results.systems if row.role == "under test"]
    if not tested:
        return ()
    ranked = sorted(tested, key=lambda row: -row.mean)
    means = ", ".join(f"{row.title} {number(row.mean)}" for row in ranked)
    return (f"Mean scores of the systems under test, highest first: {means}.",)


def _pair_sentence(pair: PairRow, design: ReportDesign) -> str:
    first, second = design.title_of(pair.first), design.title_of(pair.second)
    if math.isnan(pair.p_holm):
        return f"{first} and {second} could not be compared. {pair.note}"
    if pair.difference < 0:
        first, second = second, first
    size = abs(pair.difference)
    low, high = (pair.low, pair.high) if pair.difference >= 0 else (-pair.high, -pair.low)
    figures = f"95 % interval {interval(low, high)}, {p_statement(pair.p_holm)} after Holm"
    if pair.p_holm < ALPHA:
        return f"{first} scores higher than {second} by {number(size)} points ({figures})."
    return (
        f"No difference was shown between {first} and {second}: {number(size)} points in favor of "
        f"{first} ({figures}). This does not show that they are equal."
    )

"""What the tests show, one sentence each, made of the report's own numbers."""

import math
from collections.abc import Sequence

from mushra.reports.analysis import PairRow, Results
from mushra.reports.design import ReportDesign
from mushra.reports.wording import interval, number, p_statement

ALPHA = 0.05  # BS.1534-3 9
MAX_SENTENCES = 6  # the pairs of four systems


def find_findings(results: Results, design: ReportDesign) -> tuple[str, ...]:
    """The means in order, then the pairs among the systems under test.

    A few pairs get a sentence each; more than that are counted, and those without a significant
    difference named.
    """
    means = _means_sentence(results)
    if len(results.pairs) > MAX_SENTENCES:
        return (*means, *_pairs_summary(results.pairs, design))
    return (*means, *(_pair_sentence(pair, design) for pair in results.pairs))


def _means_sentence(results: Results) -> tuple[str, ...]:
    tested = [row for row in results.systems if row.role == "under test"]
    if not tested:
        return ()
    ranked = sorted(tested, key=lambda row: -row.mean)
    means = ", ".join(f"{row.title} {number(row.mean)}" for row in ranked)
    return (f"Mean scores of the systems under test, highest first: {means}.",)


def _pairs_summary(pairs: Sequence[PairRow], design: ReportDesign) -> tuple[str, ...]:
    shown = sum(pair.p_holm < ALPHA for pair in pairs)
    count = f"{shown} of the {len(pairs)} differences between them are significant after Holm."
    others = [
        f"{design.title_of(pair.first)} and {design.title_of(pair.second)}"
        for pair in pairs
        if not pair.p_holm < ALPHA
    ]
    if not others:
        return (count,)
    return (
        count,
        f"No difference was shown between {'; '.join(others)}. This does not show that they are "
        "equal.",
    )


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

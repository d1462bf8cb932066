"""What the tests show, one sentence each, made of the report's own numbers."""

import math
from collections.abc import Sequence

from mushra.reports.design import ReportDesign
from mushra.reports.rows import PairRow, Results
from mushra.reports.wording import interval, number, p_statement

ALPHA = 0.05  # BS.1534-3 9
MAX_SENTENCES = 6  # the pairs of four systems
MAX_NAMED = 12


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
    equal = [_names(pair, design) for pair in pairs if _is_equivalent(pair)]
    others = [
        _names(pair, design)
        for pair in pairs
        if not pair.p_holm < ALPHA and not _is_equivalent(pair)
    ]
    return (
        count,
        *(
            (f"Shown to be equal within ±{design.margin:g} points: {_few(equal)}.",)
            if equal
            else ()
        ),
        *(
            (
                f"No difference was shown between {_few(others)}. This does not show that they "
                "are equal.",
            )
            if others
            else ()
        ),
    )


def _few(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    return "; ".join(names[:MAX_NAMED]) + (f"; and {more} more pairs" if more > 0 else "")


def _names(pair: PairRow, design: ReportDesign) -> str:
    return f"{design.title_of(pair.first)} and {design.title_of(pair.second)}"


def _is_equivalent(pair: PairRow) -> bool:
    return pair.equivalence is not None and pair.equivalence.is_shown


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
        found = f"{first} scores higher than {second} by {number(size)} points ({figures})."
    else:
        found = (
            f"No difference was shown between {first} and {second}: {number(size)} points in favor "
            f"of {first} ({figures})."
        )
    return f"{found}{_equivalence_sentence(pair)}"


def _equivalence_sentence(pair: PairRow) -> str:
    """What the equivalence test adds: a small difference may be both real and negligible."""
    if not _is_equivalent(pair) or pair.equivalence is None:
        return "" if pair.p_holm < ALPHA else " This does not show that they are equal."
    test = pair.equivalence
    shown = f"equal within ±{test.margin:g} points ({p_statement(test.p)})"
    if pair.p_holm < ALPHA:
        return f" The difference is real and small: they are shown to be {shown}."
    return f" They are shown to be {shown}."

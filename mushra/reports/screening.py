"""Who is left out of the headline, by which rule, and what a researcher decided against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mushra.reports.design import ReportDesign
from mushra.stats.screening import (
    RULES,
    ListeningEvidence,
    Override,
    RepeatedScores,
    Verdict,
    ambiguous_items,
    excluded_listeners,
    screen_flat,
    screen_heard,
    screen_hidden_reference,
    screen_mid_anchor,
    screen_repeats,
    screen_speed,
)
from mushra.stats.table import RatingTable


@dataclass(frozen=True, eq=False)
class Listening:
    """What is known of the listening behind the ratings of a table.

    Args:
        evidence: seconds heard and spent, row by row of the table.
        repeats: the ratings of what was rated more than once; None where nothing was.
        finished_at: when each listener gave the last rating, as text, by listener.
        overrides: decisions of researchers, in the order in which they were made.
    """

    evidence: ListeningEvidence = field(default_factory=ListeningEvidence)
    repeats: RepeatedScores | None = None
    finished_at: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()


NOTHING_KNOWN = Listening()


@dataclass(frozen=True)
class ScreeningFacts:
    """The rules applied, every verdict, and whom they exclude.

    Args:
        rules: the rules that exclude, in the order of the verdicts.
        verdicts: one for each rule and listener.
        excluded: who is left out after overrides, sorted.
        note: which rules are not applied, and why.
        flags: verdicts of rules that do not exclude in this test, for the listeners whom they would
            exclude; to be looked at, not acted on.
        overrides: researchers' decisions with their reasons; the last one on a listener counts.
        items_left_out: items on which R2 does not count (R2x, or too narrow for the anchor).
    """

    rules: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    excluded: tuple[str, ...]
    note: str
    flags: tuple[Verdict, ...] = ()
    overrides: tuple[Override, ...] = ()
    items_left_out: tuple[str, ...] = ()


def screen(table: RatingTable, design: ReportDesign, listening: Listening) -> ScreeningFacts:
    """The verdicts of all rules on a table; only those that the design names exclude."""
    verdicts = {
        rule: _timed(_verdicts(rule, table, design, listening), listening) for rule in RULES
    }
    applied = tuple(one for rule in design.screening for one in verdicts.get(rule, ()))
    flags = tuple(
        one
        for rule, found in verdicts.items()
        if rule not in design.screening and rule not in ("R1", "R2")
        for one in found
        if one.excluded
    )
    known = set(table.listeners)
    overrides = tuple(one for one in listening.overrides if one.listener in known)
    return ScreeningFacts(
        rules=design.screening,
        verdicts=applied,
        excluded=excluded_listeners(applied, overrides),
        note=_note(design),
        flags=flags,
        overrides=overrides,
        items_left_out=_items_left_out(table, design),
    )


def _verdicts(
    rule: str, table: RatingTable, design: ReportDesign, listening: Listening
) -> tuple[Verdict, ...]:
    """One rule's verdicts; none where the test has not what the rule looks at."""
    if rule == "R1" and design.reference is not None:
        return screen_hidden_reference(table, reference=design.reference)
    if rule == "R2" and design.mid_anchor is not None and design.mid_anchor_valid:
        return screen_mid_anchor(table, mid_anchor=design.mid_anchor, items=design.mid_anchor_items)
    if rule == "flat":
        return screen_flat(table)
    return _listening_verdicts(rule, table, listening)


def _listening_verdicts(rule: str, table: RatingTable, listening: Listening) -> tuple[Verdict, ...]:
    heard, page = listening.evidence.heard_s, listening.evidence.page_s
    if rule == "heard" and heard is not None and not np.isnan(heard).all():
        return screen_heard(table, heard)
    if rule == "speed" and page is not None and not np.isnan(page).all():
        return screen_speed(table, page)
    if rule == "repeats" and listening.repeats is not None:
        return screen_repeats(table, listening.repeats)
    return ()


def _timed(verdicts: tuple[Verdict, ...], listening: Listening) -> tuple[Verdict, ...]:
    times = listening.finished_at
    return (
        tuple(replace(one, at=times.get(one.listener)) for one in verdicts) if times else verdicts
    )


def _items_left_out(table: RatingTable, design: ReportDesign) -> tuple[str, ...]:
    if "R2" not in design.screening or design.mid_anchor is None:
        return ()
    unclear = set(ambiguous_items(table, mid_anchor=design.mid_anchor))
    if design.mid_anchor_items is not None:
        unclear |= set(table.items) - set(design.mid_anchor_items)
    return tuple(sorted(unclear))


def _note(design: ReportDesign) -> str:
    if "R2" in design.screening:
        return ""
    if design.mid_anchor is None:
        return "Rule R2 is not applied: the test has no mid anchor."
    if not design.mid_anchor_valid:
        return (
            f"Rule R2 is not applied: the mid anchor ({design.title_of(design.mid_anchor)}) is not "
            "the 7 kHz anchor the rule is made for."
        )
    return "Rule R2 is not applied: the protocol does not ask for it."

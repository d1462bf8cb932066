"""Tables about listeners: verdicts, overrides, agreement."""

from collections.abc import Sequence

from mushra.reports.agreement import Reliability
from mushra.reports.document import ReportDocument
from mushra.reports.tables.table import Column, ReportTable, Row
from mushra.reports.wording import NONE, interval, number
from mushra.stats.reliability import Icc
from mushra.stats.screening import Override, Verdict

UNITS = {"heard": " s", "speed": " s"}  # of a rule's threshold; otherwise points


def verdicts_table(document: ReportDocument) -> ReportTable:
    """What every rule says of every listener, and what holds in the end."""
    screening = document.screening
    decided = {one.listener: one for one in screening.overrides}
    excluded = set(screening.excluded)
    return ReportTable(
        "screening",
        "Verdict on each listener",
        (
            Column("Listener"),
            Column("Rule", is_text=True),
            Column("Against the rule"),
            Column("Share"),
            Column("Allowed"),
            Column("Last rating", is_text=True),
            Column("Verdict", is_text=True),
        ),
        tuple(
            Row(
                one.listener,
                (
                    one.rule,
                    f"{one.n_bad} of {one.n_items}",
                    _share(one),
                    f"{one.max_percent} %",
                    _time(one.at),
                    _verdict_words(one, decided.get(one.listener)),
                ),
                is_marked=one.listener in excluded,
            )
            for one in screening.verdicts
        ),
        is_long=True,
    )


def overrides_table(overrides: Sequence[Override]) -> ReportTable:
    """Decisions that researchers took by hand, with their reasons."""
    return ReportTable(
        "overrides",
        "Decided by a researcher",
        (
            Column("Listener"),
            Column("Decision", is_text=True),
            Column("Reason", is_text=True),
            Column("By", is_text=True),
            Column("When", is_text=True),
        ),
        tuple(
            Row(
                one.listener,
                (_decision(one), one.reason, one.by or NONE, _time(one.at)),
            )
            for one in overrides
        ),
        ("Where a listener stands more than once, the last decision counts.",)
        if len({one.listener for one in overrides}) < len(overrides)
        else (),
        is_long=True,
    )


def flags_table(flags: Sequence[Verdict]) -> ReportTable:
    """Listeners whom rules speak against that do not exclude in this test."""
    return ReportTable(
        "flags",
        "To be looked at: these rules do not exclude in this test",
        (
            Column("Listener"),
            Column("Rule", is_text=True),
            Column("Against the rule"),
            Column("Share"),
            Column("Threshold"),
        ),
        tuple(
            Row(
                one.listener,
                (
                    one.rule,
                    f"{one.n_bad} of {one.n_items}",
                    _share(one),
                    f"{one.threshold:g}{UNITS.get(one.rule, ' points')}",
                ),
            )
            for one in flags
        ),
        is_long=True,
    )


def reliability_table(reliability: Reliability) -> ReportTable:
    """Agreement among the listeners, and of each with themselves."""
    rows = (
        Row("Krippendorff's alpha, all signals", (_two(reliability.krippendorff_alpha), NONE)),
        Row("Krippendorff's alpha, systems under test", (_two(reliability.alpha_under_test), NONE)),
        Row("ICC(A,1), one listener", _icc(reliability.icc_a1)),
        Row("ICC(A,k), mean of the listeners", _icc(reliability.icc_ak)),
        Row(
            f"Repeat RMSE, points ({reliability.n_repeats} repeats)",
            (number(reliability.repeat_rmse), NONE),
        ),
    )
    return ReportTable(
        "reliability",
        "Do the listeners agree?",
        (Column("Measure"), Column("Value", is_lead=True), Column("95 % interval")),
        rows,
        (reliability.note,) if reliability.note else (),
    )


def _share(one: Verdict) -> str:
    return f"{100 * one.share:.1f} %" if one.n_items else NONE


def _verdict_words(one: Verdict, override: Override | None) -> str:
    words = "excluded" if one.excluded else "kept"
    if override is None or override.excluded in (None, one.excluded):
        return words
    return f"{words}; overridden: {_decision(override)}"


def _decision(override: Override) -> str:
    if override.excluded is None:
        return "as the rules say"
    return "excluded" if override.excluded else "kept"


def _time(at: str | None) -> str:
    """An ISO time to the minute; other texts as they are."""
    return (at or NONE)[:16].replace("T", " ")


def _two(value: float) -> str:
    return number(value, decimals=2)


def _icc(icc: Icc | None) -> tuple[str, str]:
    if icc is None:
        return NONE, NONE
    ends = interval(icc.interval.low, icc.interval.high)
    if ends != NONE:
        ends = f"{_two(icc.interval.low)} to {_two(icc.interval.high)}"
    return _two(icc.value), ends

"""What BS.1534-3 itself computes, beside the crossed tests: for comparison, never the headline."""

from mushra.reports.conformity import Conformity, ConformityRow
from mushra.reports.tables.table import Column, ReportTable, Row
from mushra.reports.wording import MINUS, NONE, interval, number, p_statement, p_value
from mushra.stats.anova import AnovaChecks, WithinEffect

MAX_VARIANCE_RATIO = 4  # BS.1534-3 9


def conformity_table(conformity: Conformity, titles: dict[str, str]) -> ReportTable | None:
    """Permutation of medians and two-way bootstrap of each pair; None without pairs."""
    if not conformity.pairs:
        return None
    return ReportTable(
        "conformity",
        "For comparison: what BS.1534-3 itself computes, and a bootstrap",
        (
            Column("Difference"),
            Column("Medians", "Attachment 3, pooled permutation"),
            Column("p", "Attachment 3, pooled permutation"),
            Column("95 % interval of the mean", "Two-way bootstrap"),
        ),
        tuple(Row(_name(row, titles), _cells(row)) for row in conformity.pairs),
        (
            "Attachment 3 permutes all ratings as if they were independent: its p is too small, "
            "and it stands here because the Recommendation offers it. The bootstrap draws "
            "listeners and items independently and checks the crossed intervals without assuming "
            "a normal distribution.",
            *_anova_notes(conformity),
        ),
    )


def _cells(row: ConformityRow) -> tuple[str, str, str]:
    return (
        number(row.median_difference, signed=True),
        p_value(row.median_p),
        interval(row.low, row.high, signed=True),
    )


def _anova_notes(conformity: Conformity) -> tuple[str, ...]:
    notes = (_anova_words(conformity.anova), _check_words(conformity.checks))
    return tuple(note for note in notes if note)


def _anova_words(anova: WithinEffect | None) -> str:
    if anova is None:
        return ""
    return (
        "Repeated-measures analysis of variance on listener means (Attachment 4; these sentences "
        f"only): F({anova.df}, {anova.df_error}) = {number(anova.f, decimals=2)}, "
        f"{p_statement(anova.p_huynh_feldt)} with Huynh-Feldt's epsilon "
        f"{number(anova.huynh_feldt, decimals=2)}, "
        f"{p_statement(anova.p_greenhouse_geisser)} with Greenhouse-Geisser's "
        f"{number(anova.greenhouse_geisser, decimals=2)}; partial eta squared "
        f"{number(anova.partial_eta_squared, decimals=2)}."
    )


def _check_words(checks: AnovaChecks | None) -> str:
    if checks is None:
        return ""
    ratio = number(checks.variance_ratio, decimals=2)
    normal = p_value(checks.shapiro_p)
    shapiro = f"; Shapiro-Wilk on the residuals: p {normal}" if normal != NONE else ""
    return (
        f"Its check-list: the largest variance is {ratio} times the smallest (advice: at most "
        f"{MAX_VARIANCE_RATIO}){shapiro}."
    )


def _name(row: ConformityRow, titles: dict[str, str]) -> str:
    return f"{titles[row.first]} {MINUS} {titles[row.second]}"

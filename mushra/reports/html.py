"""The report as one self-contained page: styles and figures inside, nothing to fetch.

The template gets text only, so that it renders without Django's settings: from a notebook as from
the site.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import mark_safe

from mushra.design.conditions import title_of
from mushra.reports.analysis import PairRow, Results, ScenarioResults, SystemRow
from mushra.reports.document import DesignFacts, RecoveryRow, ReportDocument
from mushra.reports.figures import ReportFigure, draw_figures
from mushra.reports.seenness import CLAIMS, SeenRow
from mushra.reports.wording import MINUS, NONE, counted, interval, number, p_value
from mushra.stats.screening import Verdict
from mushra.stats.table import RatingTable

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "static" / "css" / "report.css"
NOT_STATED = "Not stated."
# For whoever serves the page: its styles are inside it, and it runs and fetches nothing.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render_html(document: ReportDocument, table: RatingTable) -> str:
    """The report's page.

    Args:
        document: the report of `build_report(table, design)`.
        table: the same table, for the dots of the figures.
    """
    return render_page(document, draw_figures(document, table))


def render_page(document: ReportDocument, figures: Sequence[ReportFigure]) -> str:
    """The report's page with figures that are drawn already."""
    engine = Engine(dirs=[str(TEMPLATES)])
    template = engine.get_template("mushra/report/report.html")
    return template.render(Context(_page(document, figures)))


def _page(document: ReportDocument, figures: Sequence[ReportFigure]) -> dict[str, Any]:
    titles = {system.code: system.title for system in document.design.systems}
    return {
        "title": document.title,
        "styles": mark_safe(STYLES.read_text(encoding="utf-8")),  # our own file
        "is_simulated": document.listeners == "simulated",
        "method_title": document.method_title,
        "is_standard": document.method == "mushra",
        "attribute": document.attribute,
        "deviations": document.deviations,
        "summary": _summary(document),
        "findings": document.findings,
        "cautions": document.cautions,
        "figures": [_figure(place, figure) for place, figure in enumerate(figures, start=1)],
        "screening": _screening(document),
        "design": _design(document.design),
        "anchors": [s for s in document.design.systems if s.role.endswith("anchor")],
        "groups": _groups(document),
        "has_exclusions": bool(document.screening.excluded),
        "headline_name": "after screening" if document.headline_is_screened else "of everyone",
        "pair_tables": _pair_tables(document, titles),
        "friedman": _friedman(document.headline),
        "scenarios": [_scenario(scenario, titles) for scenario in document.scenarios],
        "conditions": [_scenario(condition, titles) for condition in document.conditions],
        "seen": _seen(document.seen),
        "recovery": [_recovery(row) for row in document.recovery],
        "recovered": _recovered(document),
        "methods": document.methods,
        "definitions": document.definitions,
        "facts": _reproduction(document),
    }


def _summary(document: ReportDocument) -> list[dict[str, str]]:
    design, results = document.design, document.headline
    excluded = len(document.screening.excluded)
    tested = sum(system.role == "under test" for system in design.systems)
    listeners = f"{results.n_listeners}"
    if excluded and document.headline_is_screened:
        listeners += f" of {document.everyone.n_listeners}"
    return [
        {"name": "Listeners", "value": listeners},
        {"name": "Items", "value": f"{results.n_items}"},
        {"name": "Systems under test", "value": f"{tested}"},
        {"name": "Ratings", "value": f"{results.n_ratings}"},
        {"name": "Last rating", "value": document.last_rating_at or NOT_STATED},
    ]


def _figure(place: int, figure: ReportFigure) -> dict[str, str]:
    return {
        "number": str(place),
        "name": figure.name,
        "title": figure.title,
        "caption": figure.caption,
        "description": figure.description,
        # Matplotlib escapes the titles it draws; everything else in the SVG is its own.
        "svg": mark_safe(figure.inline()),
    }


def _screening(document: ReportDocument) -> dict[str, Any]:
    screening = document.screening
    return {
        "rules": [_RULES.get(rule, rule) for rule in screening.rules],
        "verdicts": [_verdict(verdict) for verdict in screening.verdicts],
        "excluded": ", ".join(screening.excluded),
        "n_excluded": counted(len(screening.excluded), "listener"),
        "n_all": counted(document.everyone.n_listeners, "listener"),
        "n_kept": str(document.after_screening.n_listeners),
        "note": screening.note,
    }


_RULES = {
    "R1": "R1 (BS.1534-3, 4.1.2): a listener is excluded who rates the hidden reference below 90 "
    "on more than 15 % of the items.",
    "R2": "R2 (BS.1534-3, 4.1.2): a listener is excluded who rates the mid anchor above 90 on "
    "more than 15 % of the items; items on which more than 25 % of listeners do so do not count.",
}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "listener": verdict.listener,
        "rule": verdict.rule,
        "bad": f"{verdict.n_bad} of {verdict.n_items}",
        "share": f"{100 * verdict.share:.1f} %" if verdict.n_items else NONE,
        "excluded": verdict.excluded,
        "verdict": "excluded" if verdict.excluded else "kept",
    }


def _design(design: DesignFacts) -> dict[str, Any]:
    devices = ", ".join(f"{device} ({count})" for device, count in design.devices.items())
    return {
        "systems": design.systems,
        "scenarios": [
            {"title": scenario.title, "n_items": counted(scenario.n_items, "item")}
            for scenario in design.scenarios
        ],
        "n_items": counted(design.n_items, "item"),
        "n_listeners": counted(design.n_listeners, "listener"),
        "n_unfinished": design.n_unfinished,
        "n_ratings": counted(design.n_ratings, "rating"),
        "n_missing": counted(design.n_missing, "rating"),
        "is_complete": design.n_missing == 0,
        "speakers": _counted_list(design.speakers),
        "languages": _counted_list(design.languages),
        "styles": _counted_list(design.styles),
        "conditions": _counted_list(tuple(title_of(code) for code in design.conditions)),
        "material": design.material,
        "devices": devices or NOT_STATED,
        "stimuli": design.stimuli or NOT_STATED,
        "playback": design.playback or NOT_STATED,
        "level": design.level or NOT_STATED,
        "instructions": design.instructions or NOT_STATED,
        "training": design.training or NOT_STATED,
    }


def _counted_list(values: tuple[str, ...]) -> str:
    return f"{len(values)}: {', '.join(values)}" if values else NOT_STATED


def _groups(document: ReportDocument) -> list[dict[str, Any]]:
    """The tables of systems: the headline, and everyone where screening excludes somebody."""
    groups = [_group("After screening", document.headline)]
    if not document.screening.excluded:
        return [{**groups[0], "name": "All listeners"}]
    if not document.headline_is_screened:
        return [{**groups[0], "name": "Without exclusions"}]
    return [*groups, _group("Without exclusions", document.everyone)]


def _group(name: str, results: Results) -> dict[str, Any]:
    rows = [_system(row) for row in results.systems]
    return {
        "name": name,
        "n_listeners": counted(results.n_listeners, "listener"),
        "rows": rows,
        "notes": _notes((row["title"], row["note"]) for row in rows),
    }


def _notes(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Each note once, with the rows it belongs to."""
    names: dict[str, list[str]] = {}
    total = 0
    for name, note in rows:
        names.setdefault(note, []).append(name)
        total += 1
    return [
        f"{'All rows' if len(named) == total > 1 else '; '.join(named)}: {note}"
        for note, named in names.items()
        if note
    ]


def _system(row: SystemRow) -> dict[str, Any]:
    mean, relative = row.interval, row.relative
    return {
        "title": row.title,
        "role": row.role,
        "n": str(row.n_ratings),
        "median": number(row.median),
        "quartiles": interval(row.q1, row.q3),
        "iqr": number(row.iqr),
        "range": f"{number(row.minimum, decimals=0)} to {number(row.maximum, decimals=0)}",
        "mean": number(row.mean),
        "interval": interval(mean.low, mean.high) if mean else NONE,
        "se": number(mean.se if mean else None, decimals=2),
        "df": number(mean.df if mean else None),
        "sd": number(row.sd),
        "relative": f"{number(relative.percent)} %" if relative else NONE,
        "relative_interval": _relative_interval(row),
        "note": mean.note if mean else "Too few ratings for an interval.",
    }


def _relative_interval(row: SystemRow) -> str:
    if row.relative is None or row.role == "reference":  # the reference is 100 % by definition
        return NONE
    return interval(row.relative.low, row.relative.high)


def _pair_tables(document: ReportDocument, titles: dict[str, str]) -> list[dict[str, Any]]:
    groups = [("", document.headline)]
    if document.screening.excluded and document.headline_is_screened:
        groups = [("after screening", document.headline), ("everyone", document.everyone)]
    return [
        _pair_table(f"{what}{', ' + group if group else ''}", rows, titles)
        for group, results in groups
        for what, rows in (
            ("Systems under test", results.pairs),
            ("Systems under test against the reference", results.against_reference),
        )
        if rows
    ]


def _pair_table(name: str, rows: tuple[PairRow, ...], titles: dict[str, str]) -> dict[str, Any]:
    pairs = [_pair(row, titles) for row in rows]
    return {
        "name": name,
        "rows": pairs,
        "notes": _notes((pair["name"], pair["note"]) for pair in pairs),
    }


def _pair(row: PairRow, titles: dict[str, str]) -> dict[str, Any]:
    tests = row.listener_means
    return {
        "name": f"{titles[row.first]} {MINUS} {titles[row.second]}",
        "first": titles[row.first],
        "sign": MINUS,
        "second": titles[row.second],
        "difference": number(row.difference, signed=True),
        "interval": interval(row.low, row.high, signed=True),
        "se": number(row.se, decimals=2),
        "df": number(row.df),
        "t": number(row.t, decimals=2),
        "p": p_value(row.p),
        "p_holm": p_value(row.p_holm),
        "is_significant": row.p_holm < 0.05,
        "wilcoxon": p_value(tests.wilcoxon_p if tests else None),
        "wilcoxon_holm": p_value(tests.wilcoxon_p_holm if tests else None),
        "dz": number(tests.cohen_dz if tests else None, decimals=2, signed=True),
        "rank_biserial": number(tests.rank_biserial if tests else None, decimals=2, signed=True),
        "note": row.note,
    }


def _friedman(results: Results) -> str:
    test = results.friedman
    if test is None:
        return ""
    return (
        f"Friedman's test on listener means over the {test.n_systems} systems under test: "
        f"chi-square {number(test.chi_square, decimals=2)} with {test.df} degrees of freedom, "
        f"p {p_value(test.p)}; Kendall's W {number(test.kendall_w, decimals=2)} "
        f"({counted(test.n_listeners, 'listener')}; these sentences only)."
    )


def _scenario(scenario: ScenarioResults, titles: dict[str, str]) -> dict[str, Any]:
    results = scenario.results
    group = _group("", results)
    return {
        "title": scenario.title,
        "size": f"{counted(results.n_items, 'item')}, {counted(results.n_listeners, 'listener')}",
        "rows": group["rows"],
        "notes": group["notes"],
        "pairs": [_pair(row, titles) for row in results.pairs],
    }


def _seen(rows: Sequence[SeenRow]) -> dict[str, Any]:
    """The table of seenness; its columns are the claims that any network makes."""
    claims = [claim for claim in CLAIMS if any(claim in row.claims for row in rows)]
    return {
        "columns": [CLAIMS[claim] for claim in claims],
        "rows": [
            {
                "scenario": row.scenario_title,
                "title": row.title,
                "cells": [_seen_words(row, claim) for claim in claims],
            }
            for row in rows
        ],
    }


def _seen_words(row: SeenRow, claim: str) -> str:
    count = row.claims.get(claim)
    if count is None:
        return "not known"
    if not count.n_unseen:
        return "in training"
    return f"in training for {count.n_seen} of {row.n_items}" if count.n_seen else "never heard"


def _recovery(row: RecoveryRow) -> dict[str, Any]:
    answers = {True: "yes", False: "no", None: NONE}
    return {
        "title": row.title,
        "true": number(row.true_mean),
        "expected": number(row.expected_mean, decimals=2),
        "observed": number(row.observed_mean, decimals=2),
        "interval": interval(row.low, row.high),
        "inside": answers[row.inside],
    }


def _recovered(document: ReportDocument) -> str:
    tried = [row for row in document.recovery if row.inside is not None]
    return f"{sum(bool(row.inside) for row in tried)} of {len(tried)}"


def _reproduction(document: ReportDocument) -> list[dict[str, str]]:
    design = document.design
    made = ", ".join(f"{name} {version}" for name, version in design.versions.items())
    computed = ", ".join(f"{name} {version}" for name, version in document.software.items())
    return [
        {"name": "Protocol", "value": design.protocol_hash, "kind": "hash"},
        {"name": "Seed", "value": str(design.seed), "kind": ""},
        {"name": "Last rating", "value": document.last_rating_at or NOT_STATED, "kind": ""},
        {"name": "Stimuli and test made with", "value": made or NOT_STATED, "kind": ""},
        {"name": "Report computed with", "value": computed, "kind": ""},
        {"name": "Report format", "value": document.schema, "kind": ""},
    ]

"""The report's numbers as one JSON document, the form that `manage.py analyze --json` prints.

Field names are an interface: programs read them. What could not be computed is null. Figures are in
points unless said otherwise; p-values are two-sided.
"""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from mushra.reports.agreement import Reliability
from mushra.reports.conformity import Conformity
from mushra.reports.document import ReportDocument
from mushra.reports.factors import FactorResults, InteractionRow
from mushra.reports.rows import ListenerMeanTests, PairRow, Results, SystemRow
from mushra.reports.screening import ScreeningFacts
from mushra.stats.hypothesis_tests import Friedman
from mushra.stats.reliability import Icc
from mushra.stats.screening import Verdict

SCHEMA = "earshot-analysis/1"
NUMBERS_NAME = "analysis.json"  # of the file that holds them
# More digits than any reader needs, fewer than differ between processors.
SIGNIFICANT_DIGITS = 12


def to_numbers(document: ReportDocument) -> str:
    """The numbers as JSON text, the same for the same ratings and choices."""
    return json_text(numbers_of(document))


def json_text(value: Any) -> str:
    """Dataclasses, mappings and sequences as JSON text; what is no number is null."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False) + "\n"


def numbers_of(document: ReportDocument) -> dict[str, Any]:
    """The numbers as plain data. `systems` to `reliability` are after screening (the headline);
    `without_screening` holds the same of everybody."""
    headline = document.headline
    return {
        "schema": SCHEMA,
        "title": document.title,
        "method": document.method,
        "listeners": document.listeners,
        "n_listeners": headline.n_listeners,
        "n_items": headline.n_items,
        "n_ratings": headline.n_ratings,
        "warnings": [caution.text for caution in document.cautions],
        "warning_codes": [caution.code for caution in document.cautions],
        "findings": document.findings,
        "screening": _screening_by_listener(document.screening),
        "screening_summary": _screening(document.screening, document.headline_is_screened),
        **_results(headline),
        "reliability": _reliability(document.reliability),
        "without_screening": _results(document.everyone),
        "conformity": _conformity(document.conformity),
        "factors": [_factor(one) for one in document.factors],
        "definitions": document.definitions,
        "design": {
            "margin": document.design.margin,
            "margin_is_registered": document.design.margin_is_registered,
            "registration": document.design.registration,
            "seed": document.design.seed,
            "protocol_hash": document.design.protocol_hash or None,
            "source": document.design.source or None,
        },
        "software": document.software,
    }


def _results(results: Results) -> dict[str, Any]:
    return {
        "systems": [_system(row, results.letters) for row in results.systems],
        "omnibus": {"friedman": _friedman(results.friedman)},
        "pairs": [_pair(row) for row in results.pairs],
        "against_reference": [_pair(row) for row in results.against_reference],
    }


def _screening_by_listener(screening: ScreeningFacts) -> list[dict[str, Any]]:
    """One entry per listener: the verdict of the rule that excludes, else of the first rule.

    `excluded` is the decision, a researcher's override included; `verdicts` has every rule's own.
    """
    by_listener: dict[str, list[Verdict]] = {}
    for verdict in screening.verdicts:
        by_listener.setdefault(verdict.listener, []).append(verdict)
    decided = {override.listener for override in screening.overrides}
    return [
        {
            **_verdict(next((one for one in verdicts if one.excluded), verdicts[0])),
            "excluded": listener in screening.excluded,
            "overridden": listener in decided,
            "verdicts": [_verdict(one) for one in verdicts],
        }
        for listener, verdicts in sorted(by_listener.items())
    ]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "listener": verdict.listener,
        "rule": verdict.rule,
        "n_items": verdict.n_items,
        "n_bad": verdict.n_bad,
        "share": verdict.share,
        "excluded": verdict.excluded,
        "threshold": verdict.threshold,
        "max_percent": verdict.max_percent,
        "at": verdict.at,
    }


def _screening(screening: ScreeningFacts, is_applied: bool) -> dict[str, Any]:
    """Whom the rules and a researcher's overrides leave out; flags leave nobody out."""
    return {
        "rules": screening.rules,
        "excluded": screening.excluded,
        "is_applied": is_applied,
        "note": screening.note,
        "flags": [_verdict(verdict) for verdict in screening.flags],
        "overrides": screening.overrides,
        "items_left_out": screening.items_left_out,
    }


def _system(row: SystemRow, letters: Mapping[str, str]) -> dict[str, Any]:
    """ci95 is the crossed interval of the mean, over listeners alone where `ci95_kind` says so."""
    mean, relative = row.interval, row.relative
    return {
        "name": row.system,
        "title": row.title,
        "role": row.role,
        "n": row.n_ratings,
        "mean": row.mean,
        "sd": row.sd,
        "median": row.median,
        "q1": row.q1,
        "q3": row.q3,
        "iqr": row.iqr,
        "minimum": row.minimum,
        "maximum": row.maximum,
        "ci95": [mean.low, mean.high] if mean else None,
        "ci95_kind": mean.kind if mean else None,
        "se": mean.se if mean else None,
        "df": mean.df if mean else None,
        "mean_rank": row.mean_rank,
        "median_rank": row.median_rank,
        "relative": relative.percent if relative else None,
        "relative_ci95": [relative.low, relative.high] if relative else None,
        "letters": letters.get(row.system),
        "shape": row.shape,
    }


def _friedman(test: Friedman | None) -> dict[str, Any] | None:
    """n listeners, k systems under test; on listener means over complete trials."""
    if test is None:
        return None
    return {
        "n": test.n_listeners,
        "k": test.n_systems,
        "chi2": test.chi_square,
        "df": test.df,
        "p": test.p,
        "kendall_w": test.kendall_w,
        "iman_davenport": {"f": test.f, "df": test.f_df, "p": test.f_p},
    }


def _pair(row: PairRow) -> dict[str, Any]:
    """a minus b; n_ratings counts the (listener, item) cells rated with both."""
    equivalence, pooled = row.equivalence, row.pooled
    return {
        "a": row.first,
        "b": row.second,
        "n_listeners": row.n_listeners,
        "n_items": row.n_items,
        "n_ratings": row.n_ratings,
        "difference": row.difference,
        "se": row.se,
        "df": row.df,
        "t": row.t,
        "p": row.p,
        "p_holm": row.p_holm,
        "ci95": _ends(row.low, row.high),
        "method": row.method or None,
        "claim": row.claim or None,
        "variance_components": row.components,
        "listener_means": _listener_means(row.listener_means),
        "equivalence": {
            "margin": equivalence.margin,
            "p": equivalence.p,
            "ci90": [equivalence.low, equivalence.high],
            "smallest_margin": equivalence.smallest_margin,
            "is_shown": equivalence.is_shown,
        }
        if equivalence
        else None,
        "superiority": row.superiority,
        "new_speakers": row.speakers,
        "pooled": {"t": pooled.t, "p": pooled.p, "sentence": pooled.sentence} if pooled else None,
        "n_missing": row.n_missing,
        "note": row.note or None,
    }


def _listener_means(tests: ListenerMeanTests | None) -> dict[str, Any] | None:
    """Tests on listener means: they hold for these sentences only."""
    if tests is None:
        return None
    return {
        "n": tests.n_listeners,
        "t": tests.t,
        "p_t": tests.t_p,
        "p_t_holm": tests.t_p_holm,
        "wilcoxon_p_exact": tests.wilcoxon_p,
        "wilcoxon_p_exact_holm": tests.wilcoxon_p_holm,
        "wilcoxon_is_exact": tests.wilcoxon_is_exact,
        "signflip_p_exact": tests.sign_flip_p,
        "signflip_is_exact": tests.sign_flip_is_exact,
        "cohen_dz": tests.cohen_dz,
        "hedges_g": tests.hedges_g,
        "rank_biserial": tests.rank_biserial,
        "hodges_lehmann": tests.hodges_lehmann,
        "hodges_lehmann_ci95": [tests.hodges_lehmann_low, tests.hodges_lehmann_high],
    }


def _reliability(found: Reliability) -> dict[str, Any]:
    """Agreement over all signals rated, the hidden reference and anchors included."""
    return {
        "krippendorff_alpha": found.krippendorff_alpha,
        "icc_a1": found.icc_a1.value if found.icc_a1 else None,
        "icc_ak": found.icc_ak.value if found.icc_ak else None,
        "repeat_rmse": found.repeat_rmse,
        "krippendorff_alpha_under_test": found.alpha_under_test,
        "icc_a1_ci95": _icc_ends(found.icc_a1),
        "icc_ak_ci95": _icc_ends(found.icc_ak),
        "n_repeats": found.n_repeats,
        "note": found.note or None,
    }


def _icc_ends(icc: Icc | None) -> list[float] | None:
    return _ends(icc.interval.low, icc.interval.high) if icc else None


def _factor(factor: FactorResults) -> dict[str, Any]:
    return {
        "factor": factor.factor,
        "title": factor.title,
        "levels": [
            {"level": level.code, "title": level.title, **_level(level.results)}
            for level in factor.levels
        ],
        "table": factor.layout,
        "interactions": [_interaction(row) for row in factor.interactions],
        "note": factor.note or None,
    }


def _level(results: Results) -> dict[str, Any]:
    counts = {
        "n_listeners": results.n_listeners,
        "n_items": results.n_items,
        "n_ratings": results.n_ratings,
    }
    return {**counts, **_results(results)}


def _interaction(row: InteractionRow) -> dict[str, Any]:
    return {
        "a": row.first,
        "b": row.second,
        "level": row.level,
        "difference": row.difference,
        "se": row.se,
        "df": row.df,
        "t": row.t,
        "p": row.p,
        "p_holm": row.p_holm,
        "ci95": _ends(row.low, row.high),
        "method": row.method or None,
        "note": row.note or None,
    }


def _conformity(found: Conformity) -> dict[str, Any]:
    """What BS.1534-3 itself offers; ci95_bootstrap is the two-way bootstrap's."""
    return {
        "repeated_measures_anova": found.anova,
        "assumptions": found.checks,
        "pairs": [
            {
                "a": row.first,
                "b": row.second,
                "median_difference": row.median_difference,
                "median_permutation_p": row.median_p,
                "ci95_bootstrap": _ends(row.low, row.high),
            }
            for row in found.pairs
        ],
        "seed": found.seed,
    }


def _ends(low: float, high: float) -> list[float] | None:
    return None if math.isnan(low) else [low, high]


def _plain(value: Any) -> Any:
    """Dataclasses, mappings and tuples as JSON has them; what is no number is null."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    return value

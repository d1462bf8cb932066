"""The report as data: everything that its page, its JSON and its files say."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, TypeAlias

from mushra.reports.agreement import Reliability, compute_reliability
from mushra.reports.analysis import (
    LEVEL,
    Results,
    ScenarioResults,
    SystemRow,
    compute_results,
)
from mushra.reports.cautions import Caution, Evidence, count_missing, find_cautions
from mushra.reports.conformity import Conformity, compute_conformity
from mushra.reports.design import (
    METHODS,
    MaterialEntry,
    Registration,
    ReportDesign,
    ScenarioEntry,
)
from mushra.reports.factors import (
    FactorResults,
    LevelOutcome,
    compute_level,
    factor_results,
    levels_of,
    varying_factors,
)
from mushra.reports.findings import find_findings
from mushra.reports.jobs import run_jobs
from mushra.reports.methods import methods_paragraph
from mushra.reports.screening import NOTHING_KNOWN, Listening, screen
from mushra.reports.screening import ScreeningFacts as ScreeningFacts
from mushra.reports.seenness import SeenRow, seen_rows
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.intervals import (
    CROSSED_MEAN_DEFINITION,
    LISTENER_MEAN_DEFINITION,
    RELATIVE_DEFINITION,
    Interval,
)
from mushra.stats.table import RatingTable

SCHEMA = "earshot-report/2"
LIBRARIES = ("numpy", "scipy", "matplotlib")
KIND_FACTOR = "listener_kind"
JobName: TypeAlias = str | tuple[str, str]  # or: a factor and its level

DEFINITIONS = {
    "quartiles": "Tukey's hinges (the median belongs to both halves when n is odd; R fivenum)",
    "whiskers": "outermost ratings within 1.5 interquartile ranges of the hinges",
    "sd": "standard deviation of all ratings, divisor n − 1",
    "ci95": CROSSED_MEAN_DEFINITION,
    "ci95_these_sentences_only": LISTENER_MEAN_DEFINITION,
    "relative": RELATIVE_DEFINITION,
    "crossed_test": (
        "Paired differences, two-sided; listeners and items both random; REML variance "
        "components, Satterthwaite degrees of freedom (R lmerTest: difference ~ 1 + "
        "(1 | listener) + (1 | item))"
    ),
    "p_holm": "Holm's correction within its table; confidence intervals are not corrected",
    "listener_means": (
        "Tests and effects on each listener's mean difference over the items rated with both "
        "systems; they hold for these sentences only"
    ),
    "wilcoxon": (
        "Exact two-sided Wilcoxon signed-rank test on listener means, zeros left out; it holds "
        "for these sentences only"
    ),
    "sign_flip": "Exact two-sided sign-flip permutation test on listener means",
    "equivalence": (
        "Two one-sided t tests (TOST) with the standard error and degrees of freedom of the "
        "crossed test; 90 % interval; level 0.05, not corrected for several pairs"
    ),
    "speakers": (
        "The crossed test with speakers random too, sentences nested in them; for voices that "
        "nobody heard in this test"
    ),
    "superiority": (
        "Probability that a listener rates the first above the second on a sentence, ties counted "
        "half; listeners and items both random"
    ),
    "mean_rank": "Mean rank among all systems of a trial, 1 is the best, ties share their mean",
    "letters": "Systems that share a letter do not differ significantly after Holm",
    "interaction": (
        "Difference within a level minus the difference elsewhere; crossed model, Holm within "
        "the factor"
    ),
    "reliability": (
        "Krippendorff's alpha for interval data and ICC of absolute agreement (two-way random; "
        "A,1 one listener, A,k their mean) over all signals rated; repeat RMSE between a rating "
        "and its repeat"
    ),
    "conformity": (
        "For comparison with BS.1534-3 only: repeated-measures analysis of variance on listener "
        "means (Attachment 4), permutation of medians (Attachment 3, 10 000 draws); two-way "
        "bootstrap of the mean difference, listeners and items drawn independently (2000 draws)"
    ),
    "pooled": (
        "Student's paired t over all ratings as if they were independent, as many papers compute "
        "it; for comparison only, its p-values are far too small"
    ),
}


@dataclass(frozen=True)
class ScenarioFacts:
    """A scenario and how many items it has."""

    code: str
    title: str
    n_items: int


@dataclass(frozen=True)
class SystemFacts:
    """A system and its part in the test."""

    code: str
    title: str
    role: str


@dataclass(frozen=True)
class DesignFacts:
    """What was tested, on what, with whom.

    n_listeners finished and are in the ratings; n_unfinished began, did not finish, and are not.
    margin: of equivalence, points; source: the file the ratings are from, empty for a test of this
    site.
    """

    systems: tuple[SystemFacts, ...]
    scenarios: tuple[ScenarioFacts, ...]
    n_items: int
    n_listeners: int
    n_unfinished: int
    n_ratings: int
    n_missing: int
    speakers: tuple[str, ...]
    languages: tuple[str, ...]
    styles: tuple[str, ...]
    conditions: tuple[str, ...]
    devices: Mapping[str, int]
    material: tuple[MaterialEntry, ...]
    stimuli: str
    playback: str
    level: str
    instructions: str
    training: str
    seed: int
    protocol_hash: str
    versions: Mapping[str, str]
    margin: float
    margin_is_registered: bool
    registration: Registration | None
    source: str


@dataclass(frozen=True)
class RecoveryRow:
    """How well a simulated test gives back what its listeners were made to think.

    inside says whether the interval holds the expected mean; None when there is no interval.
    """

    system: str
    title: str
    true_mean: float
    expected_mean: float
    observed_mean: float
    low: float | None
    high: float | None
    inside: bool | None


@dataclass(frozen=True)
class ReportDocument:
    """A report. `after_screening` and `everyone` hold the same tables, with and without exclusions.

    listeners is `human` or `simulated`. What follows `everyone` is computed on the headline's
    ratings: `scenarios` and `conditions` in the order of the design, `factors` for everything that
    varies (those two included, with the paper's table and the interactions of each).
    """

    schema: str
    title: str
    method: str
    method_title: str
    attribute: str
    deviations: tuple[str, ...]
    listeners: str
    last_rating_at: str | None
    cautions: tuple[Caution, ...]
    findings: tuple[str, ...]
    methods: str
    design: DesignFacts
    screening: ScreeningFacts
    after_screening: Results
    everyone: Results
    reliability: Reliability
    scenarios: tuple[ScenarioResults, ...]
    conditions: tuple[ScenarioResults, ...]
    factors: tuple[FactorResults, ...]
    conformity: Conformity
    seen: tuple[SeenRow, ...]
    recovery: tuple[RecoveryRow, ...]
    definitions: Mapping[str, str]
    software: Mapping[str, str]

    @property
    def headline(self) -> Results:
        """The results to read first: after screening, unless that leaves nobody."""
        return self.after_screening if self.after_screening.n_listeners else self.everyone

    @property
    def headline_is_screened(self) -> bool:
        return bool(self.after_screening.n_listeners)

    def headline_ratings(self, table: RatingTable) -> RatingTable:
        """The ratings behind the headline, out of the report's table."""
        if not self.headline_is_screened:
            return table
        return table.without_listeners(set(self.screening.excluded))


def build_report(
    table: RatingTable,
    design: ReportDesign,
    listening: Listening = NOTHING_KNOWN,
    *,
    processes: int = 1,
) -> ReportDocument:
    """The report on a table of ratings; the same input gives an equal report.

    Args:
        table: current ratings of the rated trials (training is never in it). Factors it uses if
            present: scenario, speaker, language, style, condition, the claims of seenness, device,
            listener_kind.
        design: what the ratings cannot say. Every system of the table must be in it.
        listening: what is known of the listening behind them, and researchers' overrides.
        processes: that compute it, see `run_jobs`.
    Raises: TooFewRatings for an empty table; InvalidRatings when table and design contradict each
        other (an unknown system or scenario, simulated listeners in a test of people).
    """
    _check_table(table, design)
    screening = screen(table, design, listening)
    excluded = screening.excluded
    table = table.sorted_rows()
    kept = table.without_listeners(set(excluded))
    ratings = kept if len(kept) else table
    jobs: dict[JobName, Callable[[], Any]] = {
        "everyone": partial(compute_results, table, design),
        **({"screened": partial(compute_results, kept, design)} if excluded else {}),
        **_level_jobs(ratings, design),
        "conformity": partial(compute_conformity, ratings, design),
        "reliability": partial(compute_reliability, ratings, design.under_test, listening.repeats),
    }
    found = run_jobs(jobs, processes=processes)
    everyone: Results = found["everyone"]
    screened: Results = found.get("screened", everyone)
    headline = screened if len(kept) else everyone
    reliability: Reliability = found["reliability"]
    levels = _outcomes(found, ratings, design)
    return ReportDocument(
        schema=SCHEMA,
        title=design.title,
        method=design.method,
        method_title=METHODS[design.method],
        attribute=design.attribute,
        deviations=design.deviations,
        listeners="simulated" if design.simulated else "human",
        last_rating_at=design.last_rating_at,
        cautions=find_cautions(table, design, Evidence(headline, reliability, screening)),
        findings=find_findings(headline, design),
        methods=methods_paragraph(design, headline, screening, n_recruited=everyone.n_listeners),
        design=_design_facts(table, design),
        screening=screening,
        after_screening=screened,
        everyone=everyone,
        reliability=reliability,
        scenarios=tuple(one.results for one in levels["scenario"]) if _scenarios(design) else (),
        conditions=tuple(one.results for one in levels["condition"]),
        factors=tuple(
            factor_results(name, ratings, levels[name]) for name in varying_factors(ratings, design)
        ),
        conformity=found["conformity"],
        seen=seen_rows(table, design, _scenarios(design)),
        recovery=_recovery(headline.systems, design),
        definitions=DEFINITIONS,
        software=software_versions(),
    )


def _level_jobs(table: RatingTable, design: ReportDesign) -> dict[JobName, Callable[[], Any]]:
    return {
        (factor, level): partial(compute_level, table, design, factor, level)
        for factor in _tabulated(table, design)
        for level in levels_of(table, design, factor)
    }


def _outcomes(
    found: Mapping[JobName, Any], table: RatingTable, design: ReportDesign
) -> dict[str, list[LevelOutcome]]:
    """What the jobs found of each level of each factor."""
    return {
        factor: [found[factor, level] for level in levels_of(table, design, factor)]
        for factor in _tabulated(table, design)
    }


def _tabulated(table: RatingTable, design: ReportDesign) -> list[str]:
    return list(dict.fromkeys(("scenario", "condition", *varying_factors(table, design))))


def software_versions() -> dict[str, str]:
    """Versions of what computes the report, name to version."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **libraries}


def _check_table(table: RatingTable, design: ReportDesign) -> None:
    if not len(table):
        raise TooFewRatings("There are no ratings yet, so there is nothing to report.")
    unknown = sorted(set(table.systems) - set(design.codes))
    if unknown:
        raise InvalidRatings(f"The ratings name systems the design lacks: {', '.join(unknown)}.")
    kinds = table.levels(KIND_FACTOR)
    expected = "simulated" if design.simulated else "human"
    if kinds and kinds != (expected,):
        raise InvalidRatings(
            f"The design says that the listeners are {expected}, but the ratings say: "
            f"{', '.join(kinds)}. Report people and simulations apart."
        )
    scenarios = {scenario.code for scenario in design.scenarios}
    strange = sorted(set(table.levels("scenario")) - scenarios)
    if scenarios and strange:
        raise InvalidRatings(f"The ratings name scenarios the design lacks: {', '.join(strange)}.")


def _scenarios(design: ReportDesign) -> tuple[ScenarioEntry, ...]:
    return design.scenarios if len(design.scenarios) > 1 else ()


def _design_facts(table: RatingTable, design: ReportDesign) -> DesignFacts:
    return DesignFacts(
        systems=tuple(
            SystemFacts(code, design.title_of(code), design.role_of(code)) for code in design.codes
        ),
        scenarios=tuple(
            ScenarioFacts(scenario.code, scenario.title, _n_items_in(table, scenario.code))
            for scenario in design.scenarios
        ),
        n_items=len(table.items),
        n_listeners=len(table.listeners),
        n_unfinished=design.n_unfinished,
        n_ratings=len(table),
        n_missing=count_missing(table),
        speakers=table.levels("speaker"),
        languages=table.levels("language"),
        styles=table.levels("style"),
        conditions=table.levels("condition"),
        devices=_devices(table),
        material=design.material,
        stimuli=design.stimuli,
        playback=design.playback,
        level=design.level,
        instructions=design.instructions,
        training=design.training,
        seed=design.seed,
        protocol_hash=design.protocol_hash,
        versions=dict(sorted(design.versions.items())),
        margin=design.margin,
        margin_is_registered=design.margin_is_registered,
        registration=design.registration,
        source=design.source,
    )


def _n_items_in(table: RatingTable, scenario: str) -> int:
    if "scenario" not in table.factors:
        return len(table.items)
    return len(table.having("scenario", scenario).items)


def _devices(table: RatingTable) -> dict[str, int]:
    if "device" not in table.factors:
        return {}
    used = ((device, table.having("device", device)) for device in table.levels("device"))
    return {device: len(part.listeners) for device, part in used}


def _recovery(rows: tuple[SystemRow, ...], design: ReportDesign) -> tuple[RecoveryRow, ...]:
    truth = design.simulation
    if truth is None:
        return ()
    return tuple(
        _recovery_row(row, truth.means[row.system], truth.expected_means[row.system])
        for row in rows
        if row.system in truth.means
    )


def _recovery_row(row: SystemRow, true_mean: float, expected: float) -> RecoveryRow:
    interval = row.interval
    return RecoveryRow(
        system=row.system,
        title=row.title,
        true_mean=true_mean,
        expected_mean=expected,
        observed_mean=row.mean,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        inside=Interval(interval.low, interval.high, LEVEL).contains(expected)
        if interval
        else None,
    )

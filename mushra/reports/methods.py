"""The methods paragraph: ready to paste, and made of the report's own numbers alone."""

from mushra.reports.analysis import Results
from mushra.reports.design import METHODS, ReportDesign
from mushra.reports.wording import counted, listed
from mushra.stats.screening import (
    MAX_BAD_ITEMS_PERCENT,
    MAX_MID_ANCHOR_SCORE,
    MIN_HIDDEN_REFERENCE_SCORE,
)


def methods_paragraph(design: ReportDesign, results: Results, *, n_recruited: int) -> str:
    """Method, listeners, screening and statistics in sentences.

    Args:
        results: the headline results.
        n_recruited: listeners before screening.
    """
    sentences = (
        _listeners_sentence(design, n_recruited),
        _screening_sentence(design, results.n_listeners, n_recruited),
        _material_sentence(design, results),
        *_deviation_sentences(design),
        *_statistics_sentences(design, results),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _listeners_sentence(design: ReportDesign, n_recruited: int) -> str:
    kind = "simulated listener" if design.simulated else "listener"
    return (
        f"{counted(n_recruited, kind)} took a {METHODS[design.method]} rating "
        f"{design.attribute} on the continuous scale from 0 to 100."
    )


def _screening_sentence(design: ReportDesign, n_analyzed: int, n_recruited: int) -> str:
    rules = []
    if "R1" in design.screening:
        rules.append(f"rated the hidden reference below {MIN_HIDDEN_REFERENCE_SCORE:.0f}")
    if "R2" in design.screening:
        rules.append(f"rated the mid anchor above {MAX_MID_ANCHOR_SCORE:.0f}")
    if not rules:
        return "No listener was excluded by screening."
    who = f"listeners who {' or '.join(rules)} on more than {MAX_BAD_ITEMS_PERCENT} % of the items"
    n_excluded = n_recruited - n_analyzed
    return (
        f"Post-screening (BS.1534-3, 4.1.2) excludes {who}: {n_excluded} of {n_recruited} "
        f"{'was' if n_excluded == 1 else 'were'} excluded, leaving {n_analyzed}."
    )


def _material_sentence(design: ReportDesign, results: Results) -> str:
    signals = [counted(len(design.under_test), "system") + " under test"]
    if design.reference:
        signals.append("a hidden reference")
    if design.anchors:
        signals.append(counted(len(design.anchors), "anchor"))
    return (
        f"Each of {counted(results.n_items, 'item')} was presented with {listed(signals)}, in an "
        f"order drawn for each listener, which gave {results.n_ratings} ratings."
    )


def _deviation_sentences(design: ReportDesign) -> tuple[str, ...]:
    if not design.deviations:
        return ()
    return ("The test deviates from BS.1534-3:", *design.deviations)


def _statistics_sentences(design: ReportDesign, results: Results) -> tuple[str, ...]:
    intervals = (
        "Medians are given with the interquartile range (Tukey's hinges), means with 95 % "
        "Student-t intervals in which listeners and items are both random (two-way crossed model, "
        "Satterthwaite degrees of freedom)."
    )
    if not results.pairs and not results.against_reference:
        return (intervals,)
    families = [
        f"the {counted(len(rows), 'comparison')} {what}"
        for rows, what in (
            (results.pairs, "among systems under test"),
            (results.against_reference, "with the reference"),
        )
        if rows
    ]
    tests = (
        "Systems were compared by paired differences in the same crossed model (restricted "
        "maximum likelihood, two-sided t test), so the conclusions extend to new listeners and new "
        f"sentences; p-values were corrected by Holm's method within {listed(families)}, at a "
        "level of 0.05."
    )
    return (intervals, tests)

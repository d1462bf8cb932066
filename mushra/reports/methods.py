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
        n_recruited: listeners who finished, before screening.
    """
    sentences = (
        _listeners_sentence(design, n_recruited),
        _unfinished_sentence(design),
        _screening_sentence(design, results.n_listeners, n_recruited),
        _material_sentence(design, results),
        *_deviation_sentences(design),
        *_statistics_sentences(design, results),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _listeners_sentence(design: ReportDesign, n_recruited: int) -> str:
    test = f"a {METHODS[design.method]}"
    scale = f"{design.attribute} on the continuous scale from 0 to 100"
    if not design.simulated:
        return f"{counted(n_recruited, 'listener')} took {test} rating {scale}."
    return (
        f"The ratings of {counted(n_recruited, 'simulated listener')} in {test} of {scale} were "
        "drawn by a computer from stated true means; no person heard or rated anything."
    )


def _unfinished_sentence(design: ReportDesign) -> str:
    if not design.n_unfinished:
        return ""
    verb = "is" if design.n_unfinished == 1 else "are"
    return f"{design.n_unfinished} more began but did not finish and {verb} not analyzed."


def _screening_sentence(design: ReportDesign, n_analyzed: int, n_recruited: int) -> str:
    rules = []
    if "R1" in design.screening:
        rules.append(f"rated the hidden reference below {MIN_HIDDEN_REFERENCE_SCORE:.0f}")
    if "R2" in design.screening:
        rules.append(f"rated the mid anchor above {MAX_MID_ANCHOR_SCORE:.0f}")
    if not rules:
        return "No listener was excluded by screening."
    kind = "simulated listeners" if design.simulated else "listeners"
    who = f"{kind} who {' or '.join(rules)} on more than {MAX_BAD_ITEMS_PERCENT} % of the items"
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
    items = f"Each of {counted(results.n_items, 'item')}"
    if design.simulated:
        return f"{items} had {listed(signals)}, which gave {results.n_ratings} ratings."
    order = "" if design.source else ", in an order drawn for each listener"
    given = f"which gave {results.n_ratings} ratings"
    return f"{items} was presented with {listed(signals)}{order}, {given}."


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
    scope = (
        "" if design.simulated else ", so the conclusions extend to new listeners and new sentences"
    )
    tests = (
        "Systems were compared by paired differences in the same crossed model (restricted "
        f"maximum likelihood, two-sided t test){scope}; p-values were corrected by "
        f"Holm's method within {listed(families)}, at a level of 0.05."
    )
    return (intervals, tests)

"""The methods paragraph: ready to paste, and made of the report's own numbers alone."""

from mushra.reports.design import METHODS, ReportDesign
from mushra.reports.rows import Results
from mushra.reports.screening import ScreeningFacts
from mushra.reports.wording import counted, listed
from mushra.stats.screening import RULES


def methods_paragraph(
    design: ReportDesign, results: Results, screening: ScreeningFacts, *, n_recruited: int
) -> str:
    """Method, listeners, screening and statistics in sentences.

    Args:
        results: the headline results.
        screening: the rules, verdicts and overrides behind them.
        n_recruited: listeners who finished, before screening.
    """
    sentences = (
        _listeners_sentence(design, n_recruited),
        _unfinished_sentence(design),
        *_screening_sentences(design, screening, n_recruited),
        _material_sentence(design, results),
        *_deviation_sentences(design),
        _registration_sentence(design),
        *_statistics_sentences(design, results),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _listeners_sentence(design: ReportDesign, n_recruited: int) -> str:
    test = f"a {METHODS[design.method]}"
    scale = f"{design.attribute} on the continuous scale from 0 to 100"
    if design.source and not design.simulated:
        return f"Ratings from 0 to 100 by {counted(n_recruited, 'listener')} were read from a file."
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


def _screening_sentences(
    design: ReportDesign, screening: ScreeningFacts, n_recruited: int
) -> tuple[str, ...]:
    n_excluded = len(screening.excluded)
    by_hand = _by_hand_sentence(screening)
    if not screening.rules:
        return (by_hand or "No listener was excluded by screening.",)
    kind = "simulated listeners" if design.simulated else "listeners"
    rules = [f"{kind} who {RULES[rule]}" for rule in screening.rules]
    verb = "was" if n_excluded == 1 else "were"
    left = f", leaving {n_recruited - n_excluded}"
    if n_excluded == n_recruited:
        left = "; as this leaves nobody, the results given are those without exclusions"
    return (
        f"Post-screening excludes {'; '.join(rules)}: {n_excluded} of {n_recruited} {verb} "
        f"excluded{left}.",
        by_hand,
    )


def _by_hand_sentence(screening: ScreeningFacts) -> str:
    decided = {one.listener: one.excluded for one in screening.overrides}
    out = sum(one is True for one in decided.values())
    kept = sum(one is False for one in decided.values())
    if not out and not kept:
        return ""
    return (
        f"By a researcher's decision, with the reason stated, {out} "
        f"{'was' if out == 1 else 'were'} excluded and {kept} kept."
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


def _registration_sentence(design: ReportDesign) -> str:
    found = design.registration
    if found is None:
        return ""
    return (
        f"Design, screening, comparisons and the margin of equivalence were registered on "
        f"{found.registered_at[:10]}, before the test opened (sha256 {found.sha256[:12]}…)."
    )


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
    claims = sorted({row.claim for row in (*results.pairs, *results.against_reference)} - {""})
    scope = "" if design.simulated or not claims else f", so the conclusions extend to {claims[-1]}"
    equivalence = (
        f" Equivalence within ±{design.margin:g} points was tested by two one-sided tests on the "
        "same standard errors."
    )
    tests = (
        "Systems were compared by paired differences in the same crossed model (restricted "
        f"maximum likelihood, two-sided t test){scope}; p-values were corrected by "
        f"Holm's method within {listed(families)}, at a level of 0.05.{equivalence}"
    )
    return (intervals, tests)

"""The report's sections in the order of BS.1534-3, section 10: one content for page and PDF."""

from collections.abc import Iterator, Sequence

from mushra.design.conditions import title_of
from mushra.reports.blocks import (
    Block,
    Bullets,
    Fact,
    Facts,
    FigureBlock,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from mushra.reports.document import DesignFacts, ReportDocument
from mushra.reports.figures import ReportFigure
from mushra.reports.rows import Results, ScenarioResults
from mushra.reports.tables import (
    ReportTable,
    conformity_tables,
    factor_tables,
    level_tables,
    mean_tables,
    median_tables,
    pair_tables,
    recovery_tables,
    reliability_table,
    screening_tables,
    seen_tables,
)
from mushra.reports.tables.table import Column, Row
from mushra.reports.wording import counted, number, p_statement
from mushra.stats.screening import RULES

NOT_STATED = "Not stated."
# The definitions to show, by their key in the document, with their names.
DEFINED = {
    "quartiles": "Quartiles",
    "sd": "Standard deviation",
    "ci95": "95 % interval",
    "relative": "Relative MUSHRA",
    "mean_rank": "Ranks",
    "crossed_test": "Crossed test",
    "p_holm": "Holm",
    "equivalence": "Equivalence",
    "letters": "Letters",
    "superiority": "P(A > B)",
    "speakers": "Speakers",
    "listener_means": "Listener means",
    "wilcoxon": "Wilcoxon",
    "sign_flip": "Sign-flip",
    "interaction": "Dependence on a factor",
    "reliability": "Agreement",
    "pooled": "Pooled test",
    "conformity": "For comparison",
}


def report_sections(
    document: ReportDocument, figures: Sequence[ReportFigure]
) -> tuple[Section, ...]:
    """All sections that have something to say; the first twelve are always there."""
    sections = (
        Section("graphs", "Graphs", tuple(_graphs(document, figures))),
        Section("listeners", "Listeners", tuple(_listeners(document))),
        Section("design", "Design", tuple(_design(document))),
        Section("material", "Material", tuple(_material(document))),
        Section("playback", "Playback", tuple(_playback(document))),
        Section("training", "Training and instructions", tuple(_training(document))),
        Section("processing", "Data processing", tuple(_processing(document))),
        Section("anchors", "Anchors", tuple(_anchors(document))),
        Section("screening", "Post-screening", tuple(_screening(document))),
        Section("medians", "Medians and quartiles", _tables(median_tables(document))),
        Section("means", "Means and intervals", _tables(mean_tables(document))),
        Section("tests", "Significance", tuple(_tests(document))),
        Section("reliability", "Agreement of the listeners", _reliability(document)),
        Section("scenarios", "Scenarios", tuple(_scenarios(document))),
        Section("conditions", "Conditions", tuple(_conditions(document))),
        Section("factors", "By factor", tuple(_factors(document))),
        Section("recovery", "Recovery of the stated means", tuple(_recovery(document))),
        Section("methods", "Methods paragraph", _methods(document)),
        Section("reproduction", "Reproduction", _reproduction(document)),
    )
    return tuple(section for section in sections if section.blocks)


def summary_facts(document: ReportDocument) -> tuple[Fact, ...]:
    """The numbers under the title."""
    design, results = document.design, document.headline
    tested = sum(system.role == "under test" for system in design.systems)
    listeners = f"{results.n_listeners}"
    if document.screening.excluded and document.headline_is_screened:
        listeners += f" of {document.everyone.n_listeners}"
    return (
        Fact("Listeners", listeners),
        Fact("Items", f"{results.n_items}"),
        Fact("Systems under test", f"{tested}"),
        Fact("Ratings", f"{results.n_ratings}"),
        Fact("Last rating", document.last_rating_at or NOT_STATED),
    )


def _tables(tables: Sequence[ReportTable]) -> tuple[Block, ...]:
    return tuple(TableBlock(table) for table in tables)


def _which(document: ReportDocument) -> str:
    return "after screening" if document.headline_is_screened else "of everyone"


def _graphs(document: ReportDocument, figures: Sequence[ReportFigure]) -> Iterator[Block]:
    if document.screening.excluded:
        yield Paragraph(
            f"The graphs show the ratings {_which(document)}, unless they say otherwise."
        )
    for place, figure in enumerate(figures, start=1):
        yield FigureBlock(figure, place)


def _listeners(document: ReportDocument) -> Iterator[Block]:
    n_all = counted(document.everyone.n_listeners, "listener")
    kept = f"{document.after_screening.n_listeners} remained after post-screening."
    if document.listeners == "simulated":
        yield Paragraph(f"Simulated: a computer drew the ratings of {n_all}; {kept}")
    elif document.design.source:
        yield Paragraph(f"The file holds the ratings of {n_all}; {kept}")
    else:
        yield Paragraph(f"{n_all} took the test to its end; {kept}")
    n_unfinished = document.design.n_unfinished
    if n_unfinished:
        verb = "is" if n_unfinished == 1 else "are"
        yield Paragraph(f"{n_unfinished} more began but did not finish and {verb} not analyzed.")
    elif document.listeners != "simulated" and not document.design.source:
        yield Paragraph("Nobody began without finishing.")


def _design(document: ReportDocument) -> Iterator[Block]:
    design = document.design
    yield Paragraph(" ".join(_design_sentences(document)))
    if design.source:
        yield Paragraph(f"The ratings were read from a file: {design.source}.")
    yield TableBlock(_systems_table(design))
    if design.scenarios:
        named = ", ".join(
            f"{one.title} ({counted(one.n_items, 'item')})" for one in design.scenarios
        )
        yield Paragraph(f"Scenarios: {named}.")
    registered = (
        "fixed before the first rating" if design.margin_is_registered else "not registered"
    )
    yield Paragraph(f"Margin of equivalence: ±{design.margin:g} points, {registered}.")


def _design_sentences(document: ReportDocument) -> Iterator[str]:
    design, simulated = document.design, document.listeners == "simulated"
    yield (
        f"{counted(design.n_items, 'item')}, {counted(design.n_listeners, 'listener')}, "
        f"{counted(design.n_ratings, 'rating')}."
    )
    if design.n_missing:
        yield f"{counted(design.n_missing, 'rating')} missing."
    elif simulated:
        yield "No rating is missing."
    else:
        yield "Every listener rated every system shown on every item."
    if not simulated and not design.source:
        yield "The order of items and of the sounds on a page was drawn for each listener."


def _systems_table(design: DesignFacts) -> ReportTable:
    return ReportTable(
        "systems",
        "Systems and their part in the test",
        (Column("System"), Column("Role", is_text=True)),
        tuple(Row(system.title, (system.role,)) for system in design.systems),
    )


def _material(document: ReportDocument) -> Iterator[Block]:
    design = document.design
    conditions = tuple(title_of(code) for code in design.conditions)
    yield Facts(
        (
            Fact("Speakers", _counted_list(design.speakers)),
            Fact("Languages", _counted_list(design.languages)),
            Fact("Styles", _counted_list(design.styles)),
            Fact("Conditions", _counted_list(conditions)),
            Fact("Stimuli", design.stimuli or NOT_STATED),
            *(Fact(one.name, f"{one.attribution} ({one.licence})") for one in design.material),
        )
    )
    yield from _tables(seen_tables(document))


def _counted_list(values: tuple[str, ...]) -> str:
    return f"{len(values)}: {', '.join(values)}" if values else NOT_STATED


def _playback(document: ReportDocument) -> Iterator[Block]:
    design, simulated = document.design, document.listeners == "simulated"
    devices = ", ".join(f"{device} ({count})" for device, count in design.devices.items())
    if simulated:
        yield Paragraph("The listeners are simulated: nothing was played.", "note")
    yield Facts(
        (
            *(() if simulated else (Fact("Devices", devices or NOT_STATED),)),
            Fact("Playback", design.playback or NOT_STATED),
            Fact("Level", design.level or NOT_STATED),
        )
    )


def _training(document: ReportDocument) -> Iterator[Block]:
    if document.listeners == "simulated":
        yield Paragraph(
            "The listeners are simulated: nobody was trained or instructed. The test provides for "
            "this:",
            "note",
        )
    design = document.design
    yield Facts(
        (
            Fact("Training", design.training or NOT_STATED),
            Fact("Instructions", design.instructions or NOT_STATED, "verbatim"),
        )
    )


def _processing(document: ReportDocument) -> Iterator[Block]:
    yield Paragraph(
        "Scores are used as given, 0 to 100; nothing is normalized and no single rating is "
        "removed. The figures are defined so:"
    )
    known = document.definitions
    yield Facts(
        tuple(Fact(name, f"{known[key]}.") for key, name in DEFINED.items() if key in known)
    )


def _anchors(document: ReportDocument) -> Iterator[Block]:
    anchors = [one for one in document.design.systems if one.role.endswith("anchor")]
    if not anchors:
        yield Paragraph("The test has no anchors.")
        return
    named = ", ".join(f"{anchor.title} ({anchor.role})" for anchor in anchors)
    further = " See above where this test leaves BS.1534-3." if document.deviations else ""
    yield Paragraph(f"{named}.{further}")


def _screening(document: ReportDocument) -> Iterator[Block]:
    screening = document.screening
    if screening.rules:
        yield Paragraph("A listener is left out who")
        yield Bullets(tuple(f"{rule}: {RULES.get(rule, rule)}" for rule in screening.rules))
    else:
        yield Paragraph("No rule excludes listeners in this test.")
    yield Paragraph(" ".join(_exclusion_sentences(document)))
    yield from _tables(screening_tables(document))


def _exclusion_sentences(document: ReportDocument) -> Iterator[str]:
    screening = document.screening
    if screening.excluded:
        n_excluded = counted(len(screening.excluded), "listener")
        n_all = counted(document.everyone.n_listeners, "listener")
        yield f"{n_excluded} of {n_all} excluded: {', '.join(screening.excluded)}."
    else:
        yield "Nobody is excluded."
    if screening.note:
        yield screening.note
    if screening.items_left_out:
        yield f"Items that do not count for R2: {', '.join(screening.items_left_out)}."
    yield "Results are shown with and without exclusions."


def _tests(document: ReportDocument) -> Iterator[Block]:
    families = pair_tables(document)
    if not families:
        yield Paragraph("There are no two systems to compare.")
        return
    yield Paragraph(
        "The crossed test is the one to report: it speaks for new listeners and new sentences. "
        "Tables marked “these sentences only” treat the sentences as fixed; they find differences "
        "more easily and must not be generalized. A difference that is not significant is not "
        "equality; whether systems are equal is what the test of equivalence asks."
    )
    for family in families:
        yield from _tables(family.all if family.is_headline else family.first)
    if words := _friedman(document.headline):
        yield Paragraph(words, "note")
    yield from _tables(conformity_tables(document))


def _friedman(results: Results) -> str:
    test = results.friedman
    if test is None:
        return ""
    return (
        f"Friedman's test on listener means over the {test.n_systems} systems under test: "
        f"chi-square {number(test.chi_square, decimals=2)} with {test.df} degrees of freedom, "
        f"{p_statement(test.p)}; Kendall's W {number(test.kendall_w, decimals=2)} "
        f"({counted(test.n_listeners, 'listener')}; these sentences only)."
    )


def _reliability(document: ReportDocument) -> tuple[Block, ...]:
    return (
        Paragraph(
            "1 is perfect agreement, 0 none. Values rise with the differences among what is rated, "
            "so hidden reference and anchors raise them."
        ),
        TableBlock(reliability_table(document.reliability)),
    )


def _scenarios(document: ReportDocument) -> Iterator[Block]:
    if document.scenarios:
        yield Paragraph(
            "Relative MUSHRA and Holm's correction are within each scenario. The tables show the "
            f"ratings {_which(document)}."
        )
        yield from _levels(document, "scenario", document.scenarios)


def _conditions(document: ReportDocument) -> Iterator[Block]:
    if document.conditions:
        yield Paragraph(
            "The reference is the recording in the same condition. Relative MUSHRA and Holm's "
            "correction are within each condition. The tables show the ratings "
            f"{_which(document)}."
        )
        yield from _levels(document, "condition", document.conditions)


def _levels(
    document: ReportDocument, factor: str, levels: Sequence[ScenarioResults]
) -> Iterator[Block]:
    for level, tables in level_tables(document, factor, levels):
        yield Heading(level.title)
        yield from _tables(tables)


def _factors(document: ReportDocument) -> Iterator[Block]:
    if document.factors:
        yield Paragraph(f"The tables show the ratings {_which(document)}.")
    for factor, tables in factor_tables(document):
        yield Heading(factor.title)
        yield from _tables(tables)
        if factor.note:
            yield Paragraph(factor.note, "note")


def _recovery(document: ReportDocument) -> Iterator[Block]:
    tried = [row for row in document.recovery if row.inside is not None]
    inside = f"{sum(bool(row.inside) for row in tried)} of {len(tried)}"
    if document.recovery:
        yield Paragraph(
            "The simulated listeners were given true means. After rounding and cutting to 0–100 "
            f"their scores have the expected means below; {inside} of the 95 % intervals hold them."
        )
    yield from _tables(recovery_tables(document))


def _methods(document: ReportDocument) -> tuple[Block, ...]:
    return (
        Paragraph("Made of this report's numbers, ready to paste:"),
        Paragraph(document.methods, "quote"),
    )


def _reproduction(document: ReportDocument) -> tuple[Block, ...]:
    design = document.design
    made = ", ".join(f"{name} {version}" for name, version in design.versions.items())
    computed = ", ".join(f"{name} {version}" for name, version in document.software.items())
    facts = (
        Fact("Protocol", design.protocol_hash or NOT_STATED, "hash"),
        *_registration_facts(design),
        Fact("Seed", str(design.seed)),
        Fact("Last rating", document.last_rating_at or NOT_STATED),
        Fact("Stimuli and test made with", made or NOT_STATED),
        Fact("Report computed with", computed),
        Fact("Report format", document.schema),
    )
    files = (
        "The ratings (ratings.csv), all numbers (report.json), the tables (LaTeX and CSV) and the "
        "figures (SVG and PDF) belong to this report. The same ratings and protocol give the same "
        "bytes."
    )
    return (Facts(facts), Paragraph(files, "note"))


def _registration_facts(design: DesignFacts) -> tuple[Fact, ...]:
    found = design.registration
    if found is None:
        return ()
    return (
        Fact("Pre-registered", f"{found.registered_at}, before the test opened"),
        Fact("Pre-registration (PDF, sha256)", found.sha256, "hash"),
    )

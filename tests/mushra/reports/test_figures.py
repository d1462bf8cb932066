import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from mushra.forms import MAX_SCENARIOS
from mushra.reports.design import ScenarioEntry, SystemEntry
from mushra.reports.document import build_report
from mushra.reports.figures import _drawings, draw_figures, style
from mushra.reports.figures.style import SCENARIO_MARKERS, render
from mushra.reports.fonts import FALLBACK_FONTS, FALLBACK_PACKAGES, installed_fallbacks
from mushra.stats.table import RatingTable


@pytest.fixture(scope="module")
def figures(document, table):
    return draw_figures(document, table)


def names_of(document, table):
    """Which figures a report has, without drawing them."""
    return [drawing.name for drawing in _drawings(document, table.sorted_rows())]


def drawn(document, table, name):
    """One figure of a report."""
    (one,) = (one for one in _drawings(document, table.sorted_rows()) if one.name == name)
    return render(one, simulated=document.listeners == "simulated")


def test_a_report_has_its_figures(figures):
    assert [figure.name for figure in figures] == [
        "ratings",
        "means",
        "boxes-scenario",
        "scenarios",
        "differences",
        "histograms",
        "heat-map",
    ]


def test_one_scenario_and_one_system_need_no_comparing_figures(table, design):
    alone = table.of_systems({"natural", "universal"})
    document = build_report(alone, replace(design, scenarios=()))

    assert names_of(document, alone) == ["ratings", "means", "histograms", "heat-map"]


def test_listening_evidence_is_drawn_where_there_is_some(table, design):
    plays = ["" if who == "S01" else "3" for who in table.listener]
    known = table.with_factor("plays", plays).with_factor("moves", ["1"] * len(table))
    figure = drawn(build_report(known, design), known, "evidence")

    assert "<!-- Plays -->" in figure.svg
    assert "<!-- Slider moves -->" in figure.svg
    assert "Plays for each rating: the median listener 3, the least 3" in figure.description


def test_figures_are_the_same_bytes_every_time(figures, document, table):
    for figure in figures:  # `test_export` does this with a document that is built again
        assert "dc:date" not in figure.svg
    assert drawn(document, table, "heat-map") == figures[-1]


def test_figures_are_well_formed_and_carry_their_title(figures):
    for figure in figures:
        root = ET.fromstring(figure.inline().replace("xlink:href", "href"))
        assert root.attrib["aria-label"] == figure.title
        assert root.attrib["role"] == "img"


def test_no_two_figures_of_a_page_share_an_id(figures):
    ids = [
        element.attrib["id"]
        for figure in figures
        for element in ET.fromstring(figure.inline()).iter()
        if "id" in element.attrib
    ]

    assert len(ids) == len(set(ids))


def test_every_reference_inside_a_figure_has_its_target(figures):
    href = "{http://www.w3.org/1999/xlink}href"
    for figure in figures:
        elements = list(ET.fromstring(figure.inline()).iter())
        ids = {element.attrib.get("id") for element in elements}
        used = {element.attrib[href] for element in elements if href in element.attrib}
        local = {target for target in used if not target.startswith("data:image/png")}
        assert {target[1:] for target in local} <= ids


def test_every_rating_after_screening_is_a_dot(document, figures):
    dots = figures[0].svg.count("fill-opacity: 0.38")

    assert dots >= document.headline.n_ratings


def test_a_simulated_figure_says_so_and_others_do_not(figures, human_document, human_table):
    # Text is drawn as paths; matplotlib keeps it as a comment beside them.
    for figure in figures:
        assert "<!-- SIMULATED LISTENERS" in figure.svg
    assert "SIMULATED" not in drawn(human_document, human_table, "means").svg


def test_the_scale_words_are_in_the_figure(figures):
    svg = figures[0].svg

    for word in ("Bad", "Poor", "Fair", "Good", "Excellent"):
        assert f"<!-- {word} -->" in svg


def test_a_hostile_title_stays_text(table, design):
    hostile = "$x --><script>alert(1)</script>"
    systems = tuple(
        SystemEntry(s.code, hostile if s.code == "world" else s.title) for s in design.systems
    )
    document = build_report(table, replace(design, systems=systems))

    for figure in draw_figures(document, table):
        assert "<script" not in figure.inline()
        ET.fromstring(figure.inline())


def test_one_rating_per_system_can_be_drawn(human_design):
    tiny = RatingTable(("L1",) * 2, ("u00",) * 2, ("natural", "world"), np.array([100.0, 60.0]))
    document = build_report(tiny, replace(human_design, scenarios=()))

    assert [one.name for one in draw_figures(document, tiny)] == ["ratings", "means", "histograms"]


def first_figure_named(title, human_design):
    system = human_design.under_test[0]
    named = replace(
        human_design,
        scenarios=(),
        systems=tuple(
            replace(one, title=title) if one.code == system else one for one in human_design.systems
        ),
    )
    table = RatingTable(["L1"], ["u1"], [system], [50.0])

    return draw_figures(build_report(table, named), table)[0]


@pytest.fixture
def without_fallbacks(monkeypatch):
    """A machine on which no further font was installed."""
    monkeypatch.setattr(style, "installed_fallbacks", list)
    style._families.cache_clear()
    yield
    style._families.cache_clear()


def test_letters_that_the_font_lacks_are_said_in_the_caption(
    human_design, without_fallbacks, recwarn
):
    first = first_figure_named("文字", human_design)

    assert "A box stands for a letter" in first.caption
    assert not [one for one in recwarn if "Glyph" in str(one.message)]


@pytest.mark.skipif(
    len(installed_fallbacks()) < len(FALLBACK_FONTS), reason=f"needs {FALLBACK_PACKAGES}"
)
def test_other_alphabets_and_emoji_are_drawn_where_their_fonts_are(human_design):
    assert "A box" not in first_figure_named("文字 한국어 😀", human_design).caption


def test_further_fonts_change_nothing_where_they_are_not_needed(human_design, monkeypatch):
    first = first_figure_named("Wörter, слова", human_design)
    monkeypatch.setattr(style, "installed_fallbacks", list)
    style._families.cache_clear()

    assert first_figure_named("Wörter, слова", human_design) == first
    style._families.cache_clear()


def test_no_two_scenarios_of_a_batch_share_a_marker():
    assert len(set(SCENARIO_MARKERS)) == len(SCENARIO_MARKERS) >= MAX_SCENARIOS


def test_as_many_scenarios_as_a_batch_may_have_are_drawn(table, design):
    n_scenarios = len(SCENARIO_MARKERS)
    numbers = [
        10 * int(item[1:]) + int(who[-1])
        for item, who in zip(table.item, table.listener, strict=True)
    ]
    codes = [f"s{number % n_scenarios}" for number in numbers]
    scenarios = tuple(ScenarioEntry(code, f"Scenario {code}") for code in sorted(set(codes)))
    many = table.with_factor("scenario", codes)
    document = build_report(many, replace(design, scenarios=scenarios))
    assert len(document.scenarios) == n_scenarios
    for name in ("scenarios", "boxes-scenario"):
        assert f"<!-- Scenario {codes[0]}" in drawn(document, many, name).svg


def test_the_margin_of_equivalence_is_in_the_forest(document, table, design):
    wide = build_report(table, replace(design, margin=40.0))

    assert "±5 points" in drawn(document, table, "differences").caption
    figure = drawn(wide, table, "differences")
    assert "±40 points" in figure.caption
    assert "different, within the margin" in figure.description


def test_very_many_ratings_are_counted_not_dotted(design):
    rng = np.random.default_rng(3)
    n_items, systems = 600, ("natural", "world")
    table = RatingTable(
        [f"L{k}" for k in range(2) for _ in range(n_items * 2)],
        [f"i{k}" for _ in range(2) for k in range(n_items) for _ in systems],
        systems * (2 * n_items),
        np.round(rng.uniform(0, 100, 4 * n_items)),
    )
    document = build_report(table, replace(design, scenarios=(), screening=()))
    figure = drawn(document, table, "ratings")

    assert figure.svg.count("fill-opacity: 0.38") == 0
    assert "a bar for each point of the scale" in figure.caption
    assert len(figure.svg) < 200_000

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from mushra.forms import MAX_SCENARIOS
from mushra.reports.design import ScenarioEntry, SystemEntry
from mushra.reports.document import build_report
from mushra.reports.figures import SCENARIO_MARKERS, draw_figures
from mushra.stats.table import RatingTable


@pytest.fixture(scope="module")
def figures(document, table):
    return draw_figures(document, table)


def test_a_report_has_its_four_figures(figures):
    names = [figure.name for figure in figures]

    assert names == ["ratings", "means", "scenarios", "differences"]


def test_one_scenario_and_one_system_need_no_comparing_figures(table, design):
    alone = table.of_systems({"natural", "universal"})
    document = build_report(alone, replace(design, scenarios=()))

    assert [figure.name for figure in draw_figures(document, alone)] == ["ratings", "means"]


def test_figures_are_the_same_bytes_every_time(figures, document, table):
    again = draw_figures(document, table)

    assert [figure.svg for figure in again] == [figure.svg for figure in figures]
    assert "dc:date" not in figures[0].svg


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
        used = {element.attrib[href][1:] for element in elements if href in element.attrib}
        assert used <= ids


def test_every_rating_after_screening_is_a_dot(document, figures):
    dots = figures[0].svg.count("fill-opacity: 0.38")

    assert dots >= document.headline.n_ratings


def test_a_simulated_figure_says_so_and_others_do_not(figures, human_document, human_table):
    # Text is drawn as paths; matplotlib keeps it as a comment beside them.
    for figure in figures:
        assert "<!-- SIMULATED LISTENERS" in figure.svg
    for figure in draw_figures(human_document, human_table):
        assert "SIMULATED" not in figure.svg


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

    assert len(draw_figures(document, tiny)) == 2


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
    assert "scenarios" in {figure.name for figure in draw_figures(document, many)}

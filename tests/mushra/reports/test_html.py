import re
import subprocess
import sys
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from mushra.reports.design import SystemEntry
from mushra.reports.document import build_report
from mushra.reports.figures import draw_figures
from mushra.reports.html import Link, render_page
from mushra.reports.screening import Listening
from mushra.reports.wording import number, p_statement
from mushra.stats.screening import Override
from mushra.stats.table import RatingTable

ROOT = Path(__file__).parents[3]
SECTIONS = [
    "graphs",
    "listeners",
    "design",
    "material",
    "playback",
    "training",
    "processing",
    "anchors",
    "screening",
    "medians",
    "means",
    "tests",
]


@pytest.fixture(scope="module")
def page(document, table):
    return render_page(document, draw_figures(document, table))


def test_sections_follow_the_order_of_the_standard(page):
    found = re.findall(r'<h2 id="(\w+)">', page)

    assert found[: len(SECTIONS)] == SECTIONS


def test_the_page_fetches_nothing(page):
    assert not re.search(r"<(script|link|img|iframe|object)\b", page)
    assert not re.search(r"""(?:src|href)="(?!#|data:image/png)""", page.replace("xlink:", ""))
    assert "url(http" not in page
    assert "@import" not in page


def test_the_page_shows_the_documents_numbers(page, document):
    for row in document.headline.systems:
        assert f'<td class="lead">{number(row.mean)}</td>' in page
    for pair in document.headline.pairs:
        assert number(pair.difference, signed=True) in page


def test_a_simulated_report_is_unmistakable(page, human_document, human_table):
    human = render_page(human_document, ())

    assert "<title>SIMULATED LISTENERS: " in page
    assert '<p class="simulated-name">Simulated listeners</p>' in page
    assert "SIMULATED" not in human
    assert "Simulated" not in human.replace(".simulated", "")


def test_every_table_has_a_caption_and_headed_rows(page):
    tables = re.findall(r"<table.*?</table>", page, re.S)

    assert len(tables) >= 10
    for table in tables:
        assert "<caption>" in table
        body = re.findall(r"<tr.*?</tr>", table.split("<tbody>")[1], re.S)
        assert all('<th scope="row">' in row for row in body)
        head = table.split("</thead>")[0]
        assert head.count("<th ") == head.count('scope="col')
        cells = body[0].count("<td") + 1
        spans = [int(span) for span in re.findall(r'colspan="(\d+)"', head)]
        assert sum(spans) == cells - 1 if spans else head.count("<th ") == cells


def test_every_id_is_unique(page):
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))


def test_every_tag_is_closed(page):
    checker = _Balance()
    checker.feed(page)

    assert checker.open == []


class _Balance(HTMLParser):
    """Collects the tags that are opened and not closed."""

    VOID = frozenset({"meta", "br", "path", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_what_people_typed_is_escaped(table, design):
    hostile = '<script>alert("x")</script>'
    systems = tuple(SystemEntry(s.code, f"{s.title} {hostile}") for s in design.systems)
    document = build_report(
        table,
        replace(design, title=hostile, systems=systems, instructions=hostile, attribute=hostile),
    )

    assert "<script" not in render_page(document, ())


def test_deviations_are_declared(page):
    assert "Where this test leaves BS.1534-3" in page
    assert "There is no mid anchor: the recordings end at 8 kHz." in page


def test_results_without_exclusions_stand_beside_those_after_screening(page):
    assert "After screening (12 listeners)" in page
    assert "Without exclusions (13 listeners)" in page


def test_a_partial_report_renders(human_design):
    tiny = RatingTable(("L1",) * 2, ("u00",) * 2, ("natural", "world"), np.array([100.0, 60.0]))
    document = build_report(tiny, replace(human_design, scenarios=()))

    assert "Too few ratings for an interval." in render_page(document, ())


def test_the_report_renders_without_the_site():
    """In a bare interpreter: no settings, no models."""
    program = (
        "import sys\n"
        "import mushra.reports.export\n"
        "from mushra.reports.html import TEMPLATES\n"
        "from django.template import Context, Engine\n"
        "page = Engine(dirs=[str(TEMPLATES)]).get_template('mushra/report/report.html')\n"
        "print(len(page.render(Context({'title': 'x'}))) > 500)\n"
        "print('mushra.models' in sys.modules, 'config' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split() == ["True", "False", "False"]


def test_a_note_that_holds_for_every_row_is_said_once(table, design):
    unfinished = table.where(
        not (listener == "S02" and item == "u09")
        for listener, item in zip(table.listener, table.item, strict=True)
    )

    page = render_page(build_report(unfinished, design), ())

    assert page.count("1 of 120 differences are missing in each row; computed by") >= 2


def section(page: str, name: str) -> str:
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, re.S)
    assert found is not None
    return found.group()


def test_playback_and_level_stand_apart(human_table, human_design):
    stated = replace(human_design, playback="In step, on one clock.", level="Set once, then kept.")
    part = section(render_page(build_report(human_table, stated), ()), "playback")

    assert "<dt>Playback</dt><dd>In step, on one clock.</dd>" in part
    assert "<dt>Level</dt><dd>Set once, then kept.</dd>" in part


def test_a_level_nobody_stated_is_said_to_be_not_stated(human_table, human_design):
    stated = replace(human_design, playback="In step, on one clock.")
    part = section(render_page(build_report(human_table, stated), ()), "playback")

    assert "<dt>Level</dt><dd>Not stated.</dd>" in part


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "Nobody began without finishing."),
        (1, "1 more began but did not finish and is not analyzed."),
        (5, "5 more began but did not finish and are not analyzed."),
    ],
)
def test_listeners_who_did_not_finish_are_stated(human_table, human_design, count, sentence):
    document = build_report(human_table, replace(human_design, n_unfinished=count))
    part = section(render_page(document, ()), "listeners")

    assert "13 listeners took the test to its end; 12 remained" in part
    assert sentence in part


def test_a_simulated_report_claims_no_listening(page):
    text = page.replace("No person took this test.", "")

    assert "nothing was played" in section(page, "playback")
    assert "headphones" not in section(page, "playback")
    for claim in ("took", "listened", "Every listener rated", "drawn for each listener"):
        assert claim not in text


def test_a_file_that_travels_has_no_links_to_the_site(page, document):
    shown = render_page(document, (), [Link("Everything", "/x.zip", is_download=True)])

    assert '<nav class="site"' not in page
    assert '<a href="/x.zip" download>Everything</a>' in shown


def test_each_figure_has_words_for_who_cannot_see_it(page):
    figures = re.findall(r"<figure.*?</figure>", page, re.S)

    assert len(figures) >= 6
    for figure in figures:
        assert 'role="img" aria-label="' in figure
        assert re.search(r'<span class="unseen">\S.{20,}</span>', figure, re.S)


def test_what_a_pooled_test_would_have_said_stands_beside_each_pair(page, document):
    part = section(page, "tests")

    assert "A pooled test would have said" in part
    assert escape(p_statement(document.headline.pairs[0].pooled.p)) in part


def test_every_pair_has_its_verdict_on_equivalence(page, document):
    part = section(page, "tests")

    assert "Equivalence within ±5 points (TOST)" in part
    assert part.count('<td class="text lead">') >= len(document.headline.pairs)


def test_a_researchers_decision_stands_with_its_reason(human_table, human_design):
    overrides = (Override("S02", True, "The <headphones> broke.", "ada", "2025-11-22T20:10:00"),)
    document = build_report(human_table, human_design, Listening(overrides=overrides))
    part = section(render_page(document, ()), "screening")

    assert "kept; overridden: excluded" in part
    assert "The &lt;headphones&gt; broke." in part
    assert "2025-11-22 20:10" in part

"""The report's addresses, before and after somebody has finished."""

import csv
import io
import json
import re
import zipfile

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mushra.models import Stimulus
from mushra.reports import figures
from mushra.reports.figures import draw_figures
from mushra.selectors.ratings_map import ratings_map
from mushra.selectors.sittings import current_presentation
from mushra.services.screening import override_screening
from mushra.services.sittings import (
    Evidence,
    NewRating,
    begin_sitting,
    complete_presentation,
    record_device,
    save_rating,
)
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "report",
    "report-json",
    "ratings-csv",
    "test-report-pdf",
    "test-report-zip",
    "test-ratings-map",
)


def sit(test, scores=(100, 30, 20, 60, 70)):
    """A finished sitting in which each system gets its score in order of `SYSTEMS`."""
    sitting = record_device(begin_sitting(test), "headphones")
    while (page := current_presentation(sitting)) is not None:
        for presented in page.presented.filter(position__gt=0).select_related("stimulus__system"):
            score = scores[presented.stimulus.system.sort_order]
            new = NewRating(presented.token, 1, score, Evidence(1, 2.0, 0, 0))
            save_rating(sitting, new)
        complete_presentation(sitting, page.page_number)
    return sitting


@pytest.mark.parametrize("name", ADDRESSES)
def test_before_anybody_has_finished_the_page_says_what_is_missing(name, running_test, viewer):
    begin_sitting(running_test)
    response = signed_in(viewer).get(reverse(name, args=[running_test.pk]))
    assert response.status_code == 409
    assert "1 listener" in response.content.decode()


def test_the_report_page_is_self_contained_and_may_style_itself(running_test, viewer):
    sit(running_test)
    sit(running_test, scores=(95, 35, 25, 65, 60))
    response = signed_in(viewer).get(reverse("report", args=[running_test.pk]))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<svg" in html
    assert "<script" not in html
    assert "style-src 'unsafe-inline'" in response.headers["Content-Security-Policy"]


@pytest.fixture
def drawn(monkeypatch):
    """How often figures were drawn since."""
    calls = []

    def draw(*given):
        calls.append(given)
        return draw_figures(*given)

    caches["figures"].clear()
    monkeypatch.setattr(figures, "draw_figures", draw)
    return calls


def test_figures_are_drawn_once_for_the_page_and_the_pdf(running_test, viewer, drawn):
    sit(running_test)
    sit(running_test, scores=(95, 35, 25, 65, 60))
    client = signed_in(viewer)

    pages = [client.get(reverse("report", args=[running_test.pk])).content for _ in range(2)]
    pdf = client.get(reverse("test-report-pdf", args=[running_test.pk])).content

    assert pages[0] == pages[1]
    assert pdf.startswith(b"%PDF")
    assert len(drawn) == 1


def test_a_new_rating_or_override_is_drawn_at_once(running_test, viewer, owner, drawn):
    first, _ = sit(running_test), sit(running_test, scores=(95, 35, 25, 65, 60))
    client, address = signed_in(viewer), reverse("report", args=[running_test.pk])
    pages = [client.get(address).content]

    sit(running_test, scores=(92, 40, 35, 55, 50))
    pages.append(client.get(address).content)
    override_screening(first, decision="exclude", reason="Slept through the test.", user=owner)
    pages.append(client.get(address).content)

    assert len(drawn) == len(set(pages)) == 3


def test_json_and_csv_hold_the_finished_sittings_alone(running_test, viewer):
    sit(running_test)
    finished = sit(running_test, scores=(95, 35, 25, 65, 60))
    begin_sitting(running_test)
    client = signed_in(viewer)
    document = json.loads(client.get(reverse("report-json", args=[running_test.pk])).content)
    text = client.get(reverse("ratings-csv", args=[running_test.pk])).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert document["design"]["n_listeners"] == 2
    assert document["design"]["n_unfinished"] == 1
    assert document["design"]["protocol_hash"] == running_test.protocol_hash
    assert len(rows) == 2 * 5 * 5
    own = [row for row in rows if row["listener"] == finished.listener.code]
    assert {row["score"] for row in own if row["system"] == "griffin_lim"} == {"65"}
    assert {row["listener_kind"] for row in rows} == {"human"}


def get(name, test, user, **query):
    return signed_in(user).get(reverse(name, args=[test.pk]), query)


def test_the_page_leads_to_every_file_and_the_file_does_not(running_test, viewer):
    sit(running_test)
    sit(running_test, scores=(95, 35, 25, 65, 60))
    page = get("report", running_test, viewer).content.decode()
    archive = zipfile.ZipFile(io.BytesIO(get("test-report-zip", running_test, viewer).content))
    folder = f"report-{running_test.pk}/"
    filed = archive.read(f"{folder}report.html").decode()

    for name in ("test-report-pdf", "test-report-zip", "test-ratings-map", "test"):
        assert f'href="{reverse(name, args=[running_test.pk])}"' in page
    assert not re.search(r'href="/', filed)
    assert {f"{folder}report.pdf", f"{folder}tables/pairs.tex"} <= set(archive.namelist())


def test_the_pdf_is_a_download(running_test, viewer):
    sit(running_test)
    sit(running_test, scores=(95, 35, 25, 65, 60))
    response = get("test-report-pdf", running_test, viewer)

    assert response.content.startswith(b"%PDF-")
    assert response.headers["Content-Type"] == "application/pdf"
    assert f"report-{running_test.pk}.pdf" in response.headers["Content-Disposition"]


def test_every_score_of_the_map_plays_its_own_stimulus(running_test, viewer):
    sit(running_test)
    page = get("test-ratings-map", running_test, viewer, system="griffin_lim").content.decode()
    stimuli = Stimulus.objects.filter(
        system__code="griffin_lim", item__scenario__batch=running_test.batch_id
    )

    cells = re.findall(r'class="shade-6" data-play data-audio="([^"]+)"[^>]*>60<', page)
    rated = [reverse("stimulus-audio", args=[one.pk]) for one in stimuli]
    assert len(cells) == 5
    assert set(cells) <= set(rated)
    assert page.count('scope="row"') == 1


def test_an_unknown_system_or_page_shows_the_first(running_test, viewer):
    sit(running_test)
    response = get("test-ratings-map", running_test, viewer, system="nobody", page="-3")

    assert response.status_code == 200
    assert 'aria-current="true"' in response.content.decode()


def test_more_listeners_cost_the_map_no_more_queries(running_test):
    counts = []
    for _ in range(2):
        sit(running_test)
        with CaptureQueriesContext(connection) as queries:
            ratings_map(running_test, system="", page="")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8


def test_what_the_browser_saw_is_in_the_ratings(running_test, viewer):
    sit(running_test)
    text = get("ratings-csv", running_test, viewer).content.decode()
    row = next(csv.DictReader(io.StringIO(text)))

    assert (row["plays"], row["heard_s"], row["switches"], row["moves"]) == ("1", "2.0", "0", "1")

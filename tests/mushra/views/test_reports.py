"""The report's three addresses, before and after somebody has finished."""

import csv
import io
import json

import pytest
from django.urls import reverse

from mushra.selectors.sittings import current_presentation
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
ADDRESSES = ("report", "report-json", "ratings-csv")


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

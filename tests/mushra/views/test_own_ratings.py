"""A ratings file dropped on a page: the report, or every broken line; nothing is kept."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mushra import analysis_forms
from mushra.models import Rating
from tests.conftest import signed_in
from tests.mushra.stats.golden import GOLDEN
from tests.mushra.views.pages import text_of

pytestmark = pytest.mark.django_db
RATINGS = (GOLDEN / "analyze_missing.csv").read_bytes()


def dropped(user, content: bytes, **choices):
    file = SimpleUploadedFile("study.csv", content, content_type="text/csv")
    data = {"ratings": file, "margin": 5, "screening": "on", "answer": "page"} | choices
    return signed_in(user).post(reverse("own-ratings"), data)


def test_the_page_asks_for_a_file_and_says_what_becomes_of_it(stranger):
    assert "nothing is kept" in text_of(signed_in(stranger).get(reverse("own-ratings")))


def test_a_file_is_answered_with_its_report(stranger):
    response = dropped(stranger, RATINGS, reference="ref", low_anchor="lp35")

    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "study.csv" in text_of(response)
    assert not Rating.objects.exists()


def test_the_numbers_are_those_of_the_command(stranger):
    response = dropped(stranger, RATINGS, reference="ref", low_anchor="lp35", answer="json")
    expected = json.loads((GOLDEN / "analyze.json").read_text(encoding="utf-8"))["missing"]

    found = json.loads(response.content)

    assert [pair["difference"] for pair in found["pairs"]] == pytest.approx(
        [pair["difference"] for pair in expected["pairs"]]
    )


def test_broken_lines_are_all_named(stranger):
    text = b"listener,item,system,score\nL1,a,A,50\nL1,a,B,x\nL1,b\n"

    response = dropped(stranger, text)

    assert response.status_code == 400
    assert "Line 3: the score 'x' is not a number from 0 to 100" in text_of(response)
    assert "Line 4: 2 fields, the header has 4" in text_of(response)


def test_an_unknown_reference_is_said_at_its_field(stranger):
    response = dropped(stranger, RATINGS, reference="nobody")

    assert response.status_code == 400
    assert "'nobody' is not among the systems of the file: A, B, C, D, lp35, ref" in text_of(
        response
    )


def test_a_file_that_is_too_large_is_refused_before_it_is_read(stranger, monkeypatch):
    monkeypatch.setattr(analysis_forms, "MAX_UPLOAD_BYTES", 100)

    response = dropped(stranger, RATINGS)

    assert response.status_code == 400
    assert "manage.py analyze" in text_of(response)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\xff", b"a,b\n1,2\n"])
def test_what_is_no_ratings_file_is_refused(stranger, content):
    assert dropped(stranger, content).status_code == 400


def test_words_in_a_file_stay_words(stranger):
    text = "listener,item,system,score\n" + "".join(
        f"L{who},i{item},<script>alert({system})</script>,{50 + who + item * system}\n"
        for who in range(3)
        for item in range(3)
        for system in range(2)
    )

    assert b"<script>alert" not in dropped(stranger, text.encode()).content


def test_all_files_come_as_a_zip_with_the_numbers(stranger):
    response = dropped(stranger, RATINGS, reference="ref", low_anchor="lp35", answer="zip")

    with ZipFile(BytesIO(response.content)) as archive:
        names = {name.removeprefix("report/") for name in archive.namelist()}
    assert {"report.html", "report.pdf", "analysis.json", "ratings.csv"} <= names
    assert response.headers["Content-Disposition"] == 'attachment; filename="report.zip"'

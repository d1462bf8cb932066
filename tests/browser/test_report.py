"""The report and the map of ratings in a real browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.mushra.finished import finish_sittings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_beside_the_browser"),
]


@pytest.fixture
def page(editors_page: Page) -> Page:
    return editors_page


def test_the_report_fits_a_phone_and_its_figures_have_names(page, running_test):
    finish_sittings(running_test, 3)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(reverse("report", args=[running_test.pk]))

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("img", name="All ratings, with box plots")).to_be_visible()
    expect(page.get_by_role("table", name="Systems under test: differences")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("All files"))).to_be_visible()


def test_a_score_plays_what_it_was_given_to(page, running_test):
    finish_sittings(running_test, 2)
    page.goto(reverse("report", args=[running_test.pk]))
    page.get_by_role("link", name="Ratings to listen to").click()
    page.get_by_role("link", name="World", exact=False).click()
    cell = page.locator("tbody button[data-play]").first
    with page.expect_response(re.compile(r"/stimuli/\d+/audio/")) as answer:
        cell.click()

    assert answer.value.ok
    assert answer.value.url.endswith(cell.get_attribute("data-audio"))

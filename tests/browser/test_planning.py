"""Planning, registering and watching a test in a real browser."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mushra.selectors.preregistrations import RegisteredPair
from mushra.services.listening_tests import open_test
from mushra.services.preregistrations import RegistrationPlan, register_test
from mushra.stats.simulate import SimulationModel, simulate_ratings
from tests.mushra.finished import finish_sittings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_beside_the_browser"),
]


@pytest.fixture
def page(editors_page: Page) -> Page:
    return editors_page


def test_a_plan_is_answered_and_can_be_shared_by_its_address(page):
    page.get_by_role("link", name="Plan").click()
    page.get_by_label("Sentences (items)").fill("12")
    page.get_by_label("How much differences vary").select_option("separation")
    page.get_by_label(re.compile("Margin of equivalence")).fill("5")
    page.get_by_label("Check by simulation").check()
    page.get_by_role("button", name="Show what it can find").click()
    expect(page.get_by_text("Add sentences, not listeners")).to_be_visible()
    expect(page.get_by_role("img", name="Power over the number of sentences")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_label("Sentences (items)")).to_have_value("12")


def test_a_refused_plan_says_why_at_its_field(page):
    page.goto(reverse("planning"))
    page.get_by_label("Listeners", exact=True).fill("1")
    page.get_by_label("How much differences vary").select_option("typed")
    page.get_by_role("button", name="Show what it can find").click()
    expect(page.get_by_label("Listeners", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Type the three variances").first).to_be_visible()


def test_a_pilot_file_fills_in_its_variances(page, tmp_path):
    model = SimulationModel({"natural": 98, "a": 40, "b": 55}, 3, 3, 4, 6, 8)
    pilot = tmp_path / "pilot.csv"
    items = [f"i{n}" for n in range(12)]
    simulate_ratings(model, n_listeners=10, items=items, seed=3).write_csv(pilot)
    page.goto(reverse("planning"))
    page.get_by_label("Ratings (CSV)").set_input_files(pilot)
    page.get_by_label(re.compile("Systems to leave out")).fill("natural")
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_text("measured on pilot.csv: 10 listeners")).to_be_visible()


def test_a_draft_is_registered_opened_and_stays_as_it_was(page, draft_test):
    page.goto(reverse("test", args=[draft_test.pk]))
    page.get_by_role("link", name="Pre-register it first").click()
    page.get_by_label("Question").fill("Is WORLD rated higher than Griffin-Lim?")
    page.get_by_label("griffin_lim and world").select_option("second_better")
    page.get_by_label("Planned listeners").fill("24")
    page.get_by_label(re.compile("At any time")).check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    page.goto(reverse("test", args=[draft_test.pk]))
    page.get_by_role("button", name="Open test").click()
    page.goto(reverse("test-preregistration", args=[draft_test.pk]))
    expect(page.get_by_text("it cannot be changed any more")).to_be_visible()
    expect(page.get_by_role("button", name="Register")).to_have_count(0)


@pytest.mark.parametrize("looks", ["sequence", "none"])
def test_an_open_test_is_watched_as_it_was_registered(page, draft_test, looks):
    pairs = [RegisteredPair("griffin_lim", "world", "second_better")]
    register_test(draft_test, RegistrationPlan("Which?", pairs, 5.0, 40, looks), user=None)
    test = open_test(draft_test)
    finish_sittings(test, 24, means={"griffin_lim": 20.0, "world": 80.0})
    finish_sittings(test, 1, means={"natural": 50.0}, seed=2)
    page.goto(reverse("test", args=[test.pk]))
    page.get_by_role("link", name="Watch the test").click()
    said = "You may stop." if looks == "sequence" else "so nothing is shown"
    expect(page.get_by_text(said)).to_be_visible()

"""A listener takes a whole test on the real site: real server, real browser, keyboard alone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, expect

from mushra.models import PresentedStimulus, Rating, Sitting
from mushra.selectors.ratings import rating_table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LABELS = "ABCDE"


@pytest.fixture(autouse=True, scope="module")
def _database_beside_the_browser():
    """Playwright's event loop runs in this thread; Django would refuse to query beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def page(chromium, web_server, running_test):
    """A fresh browser at the test's link. Any script error or refused resource fails the test."""
    problems: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if _is_ours(line) else None)
    page.goto(web_server.base_url + reverse("welcome", args=[running_test.link_token]))
    yield page
    context.close()
    assert problems == []


def _is_ours(line: ConsoleMessage) -> bool:
    """An error, but for the refused connections of a server that a test has killed."""
    return line.type == "error" and "ERR_CONNECTION_REFUSED" not in line.text


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def begin(page: Page) -> None:
    """Consent and level, by keyboard."""
    page.locator("#consent").focus()
    press(page, "Space", "Tab", "Enter")
    play = page.get_by_role("button", name="Play the passage")
    expect(play).to_be_enabled()
    play.focus()
    press(page, "Enter")
    expect(page.locator("#level-status")).to_have_text("Playing, repeating")
    press(page, "Tab", "Space", "Tab", "Space", "Tab", "Enter")
    ready(page)


def ready(page: Page) -> None:
    page.wait_for_selector("main[data-phase=ready]")


def rate(page: Page, label: str, points: int) -> None:
    """Chooses a stimulus by its letter and moves its slider up from 0."""
    press(page, label.lower())
    slider = page.get_by_role("slider", name=f"Rating of stimulus {label}")
    expect(slider).to_be_enabled()
    press(page, "Home", *["PageUp"] * (points // 10), *["ArrowUp"] * (points % 10))
    expect(slider).to_have_value(str(points))


def rate_all(page: Page) -> None:
    for number, label in enumerate(LABELS):
        rate(page, label, 100 if number == 0 else 11 * number)


def finish_page(page: Page) -> None:
    expect(page.locator("#next")).to_be_enabled()
    with page.expect_navigation():
        press(page, "n")


def test_a_test_is_taken_from_link_to_thanks_and_a_reload_loses_nothing(page, running_test):
    begin(page)
    rate_all(page)
    finish_page(page)
    for number in range(1, 6):
        ready(page)
        expect(page.locator(".trial-progress__text")).to_have_text(
            re.compile(rf"Page\s+{number}\s+of\s+5")
        )
        rate_all(page)
        if number == 3:
            expect(page.locator("#save-status")).to_have_attribute("data-status", "saved")
            page.reload()
            ready(page)
            slider = page.get_by_role("slider", name="Rating of stimulus C")
            expect(slider).to_have_attribute("aria-valuetext", "22, Poor")
        finish_page(page)
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()

    sitting = Sitting.objects.get()
    assert sitting.completed_at is not None
    assert sitting.device == "headphones"
    table = rating_table(running_test)
    assert sorted(table.score) == sorted([100.0, 11.0, 22.0, 33.0, 44.0] * 5)
    assert all(rating.evidence["heard_s"] > 0 for rating in Rating.objects.all())


def test_the_same_link_leads_back_to_the_page_left(page, web_server, running_test):
    begin(page)
    rate(page, "B", 42)
    expect(page.locator("#save-status")).to_have_attribute("data-status", "saved")
    page.goto(web_server.base_url + reverse("welcome", args=[running_test.link_token]))
    ready(page)
    slider = page.get_by_role("slider", name="Rating of stimulus B")
    expect(slider).to_have_attribute("aria-valuetext", "42, Fair")
    assert Sitting.objects.count() == 1


def test_a_rating_made_while_the_server_is_down_arrives_when_it_is_back(page, web_server):
    begin(page)
    rate(page, "A", 30)
    expect(page.locator("#save-status")).to_have_attribute("data-status", "saved")
    web_server.kill()
    rate(page, "B", 57)
    expect(page.locator("#save-status")).to_have_attribute("data-status", "retrying")
    web_server.start()
    expect(page.locator("#save-status")).to_have_attribute("data-status", "saved", timeout=20_000)
    saved = Rating.objects.filter(presented__presentation__page_number=1)
    assert saved.filter(score=57).count() == 1
    position = PresentedStimulus.objects.get(ratings__score=57).position
    assert position == 2

"""A researcher's way in a real browser: plan, generate, freeze, open, share."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mushra.forms import MAX_SCENARIOS
from mushra.models import Batch, ListeningTest
from mushra.services.batches import generate_batch
from mushra.services.sittings import begin_sitting
from synth.models import Clip
from synth.services.rendering import render_next
from tests.conftest import fake_render, render_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_beside_the_browser"),
]


@pytest.fixture
def page(editors_page):
    return editors_page


def state_of(page: Page, what: str):
    return page.get_by_role("status", name=f"State of the {what}")


def test_from_a_draft_to_an_open_test_without_reloading_by_hand(page, draft_batch):
    page.reload()
    page.get_by_role("link", name=draft_batch.name).click()
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#progress-text")).to_contain_text("0 of 30 rendered")
    render_next(render=fake_render)
    expect(page.locator("#progress-text")).to_contain_text(re.compile(r"^[1-9]\d* of 30"))
    render_all()
    expect(state_of(page, "batch")).to_have_text("Ready")
    expect(page.get_by_role("progressbar", name="Stimuli rendered")).to_have_js_property(
        "value", 100
    )
    page.get_by_role("button", name="Freeze").click()
    expect(state_of(page, "batch")).to_have_text("Frozen")

    page.get_by_role("link", name="New test").click()
    page.get_by_label("Title").fill("How do these voices sound?")
    page.get_by_role("button", name="Create test").click()
    expect(state_of(page, "test")).to_have_text("Draft")
    page.get_by_role("button", name="Open test").click()
    expect(state_of(page, "test")).to_have_text("Open")

    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    link = page.get_by_label("Link for listeners").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert ListeningTest.objects.get().link_token in link


def test_listeners_are_counted_as_they_come(page, running_test):
    page.goto(reverse("test", args=[running_test.pk]))
    expect(page.get_by_text("Nobody has begun yet.")).to_be_visible()
    sitting = begin_sitting(running_test)
    expect(page.locator("[data-count=begun]")).to_have_text("1")
    expect(page.get_by_role("row", name=re.compile(sitting.listener.code))).to_contain_text(
        "0 of 6"
    )
    expect(page.get_by_text("Nobody has begun yet.")).to_be_hidden()


def test_a_failure_is_told_and_can_be_retried(page, draft_batch):
    generate_batch(draft_batch, user=None)
    page.goto(reverse("batch", args=[draft_batch.pk]))
    clip = draft_batch.job.clips.first()
    Clip.objects.filter(pk=clip.pk).update(
        state="failed", error_code="x", error_message="Too narrow a band."
    )
    expect(page.get_by_text("Too narrow a band.")).to_be_visible()
    page.get_by_role("button", name="Retry failed").click()
    expect(page.get_by_text("Too narrow a band.")).to_be_hidden()
    assert Clip.objects.get(pk=clip.pk).state == "wanted"


def test_a_stimulus_plays_until_another_is_asked_for(page, ready_batch):
    page.goto(reverse("batch", args=[ready_batch.pk]))
    first, second = (
        page.get_by_role("button", name=re.compile(f"Play {name},")).first
        for name in ("world", "griffin_lim")
    )
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    second.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(second).to_have_attribute("aria-pressed", "false", timeout=4000)  # half a second long


def test_scenarios_are_added_removed_and_counted(page, project, corpus, systems):
    page.goto(reverse("batch-new"))
    page.get_by_label("Name", exact=True).fill("Made in a browser")
    add = page.get_by_role("button", name="Add another scenario")
    for _ in range(MAX_SCENARIOS - 1):
        add.click()
    expect(add).to_be_hidden()
    scenarios = page.locator("[data-scenario]")
    for _ in range(MAX_SCENARIOS - 2):
        scenarios.nth(1).get_by_role("button", name="Remove this scenario").click()
    for number, title in enumerate(("Everybody", "French only")):
        scenarios.nth(number).get_by_label("Title").fill(title)
        scenarios.nth(number).get_by_label("Number of items").fill("1")
        scenarios.nth(number).get_by_label("world").check()
    scenarios.nth(1).get_by_label(re.compile("French")).check()
    expect(scenarios.nth(1).locator("[data-match]")).to_have_text(
        "4 recordings of 1 speaker match, none with text"
    )
    page.get_by_role("button", name="Create batch").click()
    expect(state_of(page, "batch")).to_have_text("Draft")
    plans = Batch.objects.get().scenarios.values_list("title", "filters")
    assert list(plans) == [("Everybody", {}), ("French only", {"languages": ["fr"]})]


def test_a_refused_plan_leads_to_the_field_concerned(page, project, corpus, systems):
    page.goto(reverse("batch-new"))
    page.get_by_label("Name", exact=True).fill("Too much")
    page.get_by_label("Title").fill("Everybody")
    page.get_by_label("Number of items").fill("150")
    page.get_by_label("world").check()
    page.get_by_role("button", name="Create batch").click()
    page.get_by_role("alert").get_by_role("link", name=re.compile("needs 151 utterances")).click()
    expect(page.get_by_label("Number of items")).to_be_focused()
    expect(page.get_by_label("Number of items")).to_have_attribute("aria-invalid", "true")

"""What a listener meets on the trial page, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from mushra.design.attributes import NATURALNESS_ALONE, SPEAKER_SIMILARITY
from tests.browser.site import Sitting

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
TEN_CENTIMETERS = 378  # CSS pixels


def ready(page: Page) -> Page:
    page.wait_for_selector("main[data-phase=ready]")
    return page


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=f"Rating of stimulus {label}")


def rate_by_keys(page: Page, label: str, *keys: str) -> None:
    page.keyboard.press(label.lower())
    expect(slider(page, label)).to_be_enabled()
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("#save-status")).to_have_attribute("data-status", "saved")


def warnings_of(page: Page) -> list[str]:
    kinds: list[str] = []

    def note(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    return kinds


def test_a_page_is_taken_by_keyboard_alone(visit: Visit):
    sitting = Sitting(n_stimuli=3)
    page = ready(visit(sitting))
    page.keyboard.press("r")
    for label, keys in {"A": ["End"], "B": ["PageUp", "ArrowUp"], "C": ["Home"]}.items():
        rate_by_keys(page, label, *keys)
    expect(page.locator("#next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Thank you for listening")).to_be_visible()
    assert [sitting.current(token)["score"] for token in ("t1", "t2", "t3")] == [100, 61, 0]


def test_welcome_and_level_are_taken_by_keyboard_alone(visit: Visit):
    page = visit(Sitting(n_stimuli=2), "/t/demo/")
    page.locator("#consent").focus()
    for key in ("Space", "Tab", "Enter"):
        page.keyboard.press(key)
    ready(page)
    page.goto("/level/")
    play = page.get_by_role("button", name="Play the passage")
    expect(play).to_be_enabled()
    play.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#level-status")).to_have_text("Playing, repeating")
    for key in ("Tab", "Space", "Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)
    ready(page)


def test_only_the_slider_of_what_is_heard_is_enabled(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=3)))
    sliders = [slider(page, label) for label in "ABC"]
    for one in sliders:
        expect(one).to_be_disabled()
    page.get_by_role("button", name="Stimulus B").click()
    expect(sliders[1]).to_be_enabled()
    expect(sliders[0]).to_be_disabled()
    page.get_by_role("button", name="Reference").click()
    expect(sliders[1]).to_be_disabled()


def test_pausing_disables_the_slider_and_keeps_the_focus(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2)))
    page.keyboard.press("a")
    expect(slider(page, "A")).to_be_enabled()
    slider(page, "A").focus()
    page.keyboard.press("Space")
    expect(slider(page, "A")).to_be_disabled()
    expect(page.get_by_role("button", name="Stimulus A")).to_be_focused()


def test_not_rated_is_told_apart_from_zero(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2)))
    expect(slider(page, "A")).to_have_attribute("aria-valuetext", "not rated")
    rate_by_keys(page, "A", "Home")
    expect(slider(page, "A")).to_have_attribute("aria-valuetext", "0, Bad")
    expect(page.locator(".strip[data-label=A]")).to_have_attribute("data-rating", "rated")


def test_a_press_where_the_unrated_thumb_waits_is_a_rating(visit: Visit):
    sitting = Sitting(n_stimuli=2)
    page = ready(visit(sitting))
    page.keyboard.press("a")
    expect(slider(page, "A")).to_be_enabled()
    slider(page, "A").click()
    saved(page)
    assert sitting.current("t1")["score"] == 50


def test_sounds_are_fetched_in_presented_order(visit: Visit):
    sitting = Sitting(n_stimuli=5)
    ready(visit(sitting))
    assert sitting.fetched == [f"/api/audio/t{n}/" for n in range(6)]


def test_a_sound_that_fails_can_be_fetched_again(visit: Visit):
    sitting = Sitting(n_stimuli=2, audio_failures=1)
    page = visit(sitting)
    expect(page.locator("#loading-message")).to_contain_text("The server is busy.")
    page.get_by_role("button", name="Try again").click()
    ready(page)


def test_one_rating_per_movement_with_its_evidence(visit: Visit):
    sitting = Sitting(n_stimuli=2)
    page = ready(visit(sitting))
    rate_by_keys(page, "A", *["ArrowUp"] * 12)
    saved(page)
    page.wait_for_timeout(500)
    (rating,) = sitting.ratings
    assert (rating["sequence"], rating["score"]) == (1, 62)
    evidence = rating["evidence"]
    assert (evidence["plays"], evidence["switches"], evidence["loops"]) == (1, 0, 0)
    assert 0.5 <= evidence["heard_s"] < 10


def test_a_later_rating_of_the_same_stimulus_has_the_next_number(visit: Visit):
    sitting = Sitting(n_stimuli=2)
    page = ready(visit(sitting))
    rate_by_keys(page, "A", "End")
    page.wait_for_timeout(500)
    page.keyboard.press("PageDown")
    page.wait_for_timeout(500)
    saved(page)
    assert [(one["sequence"], one["score"]) for one in sitting.ratings] == [(1, 100), (2, 90)]


def test_a_reload_restores_what_was_rated(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=3)))
    rate_by_keys(page, "B", "PageUp")
    saved(page)
    page.reload()
    ready(page)
    expect(slider(page, "B")).to_have_value("60")
    expect(page.locator("#remaining")).to_have_text("Still to hear: A, C.")


def test_a_failing_server_is_told_and_tried_again(visit: Visit):
    sitting = Sitting(n_stimuli=2, rating_failures=1)
    page = ready(visit(sitting))
    rate_by_keys(page, "A", "End")
    expect(page.locator("#save-status-text")).to_have_text("Not saved yet, retrying")
    saved(page)
    assert sitting.statuses == [503, 201]


def test_unsaved_ratings_survive_a_reload(visit: Visit):
    sitting = Sitting(n_stimuli=2, rating_failures=1_000)
    page = ready(visit(sitting))
    rate_by_keys(page, "A", "End")
    expect(page.locator("#save-status")).to_have_attribute("data-status", "retrying")
    page.on("dialog", lambda dialog: dialog.accept())
    sitting.rating_failures = 0
    page.reload()
    ready(page)
    saved(page)
    assert sitting.current("t1")["score"] == 100
    expect(slider(page, "A")).to_have_value("100")


def test_a_rating_just_moved_survives_leaving_the_page(visit: Visit):
    sitting = Sitting(n_stimuli=2)
    page = ready(visit(sitting))
    rate_by_keys(page, "A", "End")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/closed/")
    page.goto("/s/demo/")
    ready(page)
    saved(page)
    assert sitting.current("t1")["score"] == 100


def test_leaving_with_something_unsaved_warns(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2, rating_failures=1_000)))
    page.locator("#reference").click()  # browsers warn only those who have acted on the page
    rate_by_keys(page, "A", "End")
    expect(page.locator("#save-status")).to_have_attribute("data-status", "retrying")
    warnings = warnings_of(page)
    page.goto("/closed/")
    assert warnings == ["beforeunload"]


def test_leaving_with_everything_saved_does_not_warn(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2)))
    page.locator("#reference").click()
    rate_by_keys(page, "A", "End")
    saved(page)
    warnings = warnings_of(page)
    page.goto("/closed/")
    assert warnings == []


def test_without_a_hundred_next_reminds_once_and_then_goes_on(visit: Visit):
    sitting = Sitting(n_stimuli=2)
    page = ready(visit(sitting))
    for label in "AB":
        rate_by_keys(page, label, "PageUp")
    page.locator("#next:enabled").click()
    expect(page.locator("#reminder")).to_contain_text("usually at least one is rated 100")
    assert not sitting.is_complete
    page.locator("#next").click()
    expect(page.get_by_role("heading", name="Thank you for listening")).to_be_visible()


def test_a_refused_completion_says_what_is_missing(visit: Visit):
    refusal = "1 of 2 stimuli on this page are not rated yet."
    sitting = Sitting(n_stimuli=2, require_hundred=False, complete_refusal=refusal)
    page = ready(visit(sitting))
    for label in "AB":
        rate_by_keys(page, label, "End")
    page.locator("#next:enabled").click()
    expect(page.locator("#trouble")).to_contain_text(refusal)
    expect(page.locator("#next")).to_be_enabled()


def test_what_happens_is_spoken(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=3)))
    announcer = page.locator("#announcer[aria-live=polite]")
    page.keyboard.press("c")
    expect(announcer).to_have_text("Playing stimulus C")
    expect(slider(page, "C")).to_be_enabled()
    page.keyboard.press("PageUp")
    expect(announcer).to_have_text("C rated 60, Good")
    saved(page)
    page.keyboard.press("t")
    expect(announcer).to_have_text("1 of 3 rated. Still to hear: A, B. Saved.")


def test_letter_keys_can_be_switched_off(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2)))
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Stimulus A")).to_have_attribute("aria-pressed", "false")


def test_the_loop_is_never_shorter_than_500_ms(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2, seconds=2)))
    page.get_by_label("Loop start").focus()
    page.keyboard.press("End")
    expect(page.locator("#loop-text")).to_have_text("Loop 1.50 s – 2.00 s")
    page.get_by_role("button", name="Whole clip").click()
    expect(page.locator("#loop-text")).to_have_text("Loop 0.00 s – 2.00 s")


def test_twelve_stimuli_fit_at_1280_pixels(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=12), width=1280))
    for selector in ("#board", "html"):
        overflow = page.locator(selector).evaluate("one => one.scrollWidth - one.clientWidth")
        assert overflow <= 0, selector
    foot = page.locator("#next").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= 800


def test_a_slider_travels_at_least_ten_centimeters(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2)))
    page.keyboard.press("a")
    expect(slider(page, "A")).to_be_enabled()
    box = slider(page, "A").bounding_box()
    assert box is not None
    thumb = 24
    assert box["height"] - thumb >= TEN_CENTIMETERS
    middle = box["x"] + box["width"] / 2
    for score in (0, 20, 80, 100):
        page.mouse.click(middle, box["y"] + thumb / 2 + (1 - score / 100) * (box["height"] - thumb))
        expect(slider(page, "A")).to_have_value(re.compile(f"^{score}$"))


def test_the_page_can_be_taken_by_touch_on_a_tablet(visit: Visit):
    sitting = Sitting(n_stimuli=12)
    page = ready(visit(sitting, width=820))
    last = page.get_by_role("button", name="Stimulus L")
    last.scroll_into_view_if_needed()
    last.tap()
    expect(slider(page, "L")).to_be_enabled()
    slider(page, "L").tap()
    saved(page)
    assert sitting.current("t12")["score"] == 50


def test_nothing_in_the_page_names_the_hidden_reference(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=4)))
    strips = page.locator(".strip").evaluate_all(
        "all => all.map((one) => one.outerHTML.replaceAll(one.dataset.label, '*'))"
    )
    assert len(set(strips)) == 1, "the strips differ in their letter only"
    names_of_globals = "() => Object.getOwnPropertyNames(window).sort()"
    globals_of_trial = page.evaluate(names_of_globals)
    page.goto("/closed/")
    assert globals_of_trial == page.evaluate(names_of_globals), "no script leaves a global"


def test_training_is_marked_as_training(visit: Visit):
    page = ready(visit(Sitting(n_stimuli=2, kind="training")))
    expect(page.locator(".training-note")).to_contain_text("Scores on this page do not count.")


def test_a_page_without_a_reference_is_taken_by_keyboard(visit: Visit):
    sitting = Sitting(n_stimuli=2, attribute=NATURALNESS_ALONE, require_hundred=False)
    page = ready(visit(sitting))
    expect(page.get_by_role("heading", level=1)).to_have_text("How natural does each voice sound?")
    expect(page.get_by_role("button", name="Reference")).to_have_count(0)
    expect(page.locator("#wave")).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("Ready. 2 stimuli, no reference.")
    assert sitting.fetched == ["/api/audio/t1/", "/api/audio/t2/"]

    for key in ("r", "0"):
        page.keyboard.press(key)
        expect(page.locator("#play")).to_have_text("Play")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("Hear that stimulus")
    expect(page.locator("#help")).not_to_contain_text("reference")
    page.keyboard.press("Escape")

    for label in "AB":
        rate_by_keys(page, label, "PageUp")
    expect(page.locator("#next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Thank you for listening")).to_be_visible()
    assert [sitting.current(token)["score"] for token in ("t1", "t2")] == [60, 60]


def test_a_reference_that_says_another_sentence_is_heard_but_not_drawn(visit: Visit):
    sitting = Sitting(n_stimuli=2, attribute=SPEAKER_SIMILARITY, require_hundred=False)
    page = ready(visit(sitting))
    expect(page.get_by_role("heading", level=1)).to_contain_text("sound like the speaker")
    expect(page.locator("#wave")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Reference")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#hint")).to_have_text("This is the reference. Choose a letter to compare.")
    for label in "AB":
        rate_by_keys(page, label, "PageUp")
    expect(page.locator("#next")).to_be_enabled()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Thank you for listening")).to_be_visible()

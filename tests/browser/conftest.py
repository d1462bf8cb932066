"""A real Chromium, and the made-up site it visits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.site import Sitting, serve

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser per module: its event loop must be gone before others use the database."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of a sitting's site; fails at the end on any script error."""
    errors: list[str] = []
    with ExitStack() as stack:

        def open_page(sitting: Sitting, path: str = "/s/demo/", width: int = 1280) -> Page:
            address = stack.enter_context(serve(sitting))
            context = chromium.new_context(
                base_url=address, viewport={"width": width, "height": 800}, has_touch=width < 1100
            )
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(path)
            return page

        yield open_page
    assert errors == []


@pytest.fixture
def editors_page(chromium, live_server, editor) -> Iterator[Page]:
    """A browser with the editor signed in; script errors and broken policies fail the test."""
    errors: list[str] = []
    context = chromium.new_context(
        base_url=live_server.url, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(reverse("sign-in"))
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("editor-pass-phrase")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Batches and tests")).to_be_visible()
    yield page
    context.close()
    assert [error for error in errors if "status of 400" not in error] == []


@pytest.fixture(scope="module")
def database_beside_the_browser() -> Iterator[None]:
    """Playwright's event loop runs in this thread; Django would refuse to query beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield

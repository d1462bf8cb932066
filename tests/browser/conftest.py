"""A real Chromium, and the made-up site it visits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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

"""Takes the README's pictures of a running site: a trial as a listener meets it, and a report.

make demo                                   # writes var/demo/report/report.html
make run                                    # prints a listener's link
python scripts/screenshots.py LINK var/demo/report/report.html
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
WINDOW = ViewportSize(width=1280, height=800)
REPORT_WINDOW = ViewportSize(width=1280, height=1500)
# Points for A, B, C, ...: made up, to show a page in use.
POINTS = (100, 64, 35, 78)
SETTLE_MS = 700


def main() -> None:
    """Reads the command line and takes both pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("link", help="a listener's link of an open test")
    parser.add_argument("report", type=Path, help="a report.html")
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        picture_trial(browser, options.link, options.out / "trial.png")
        picture_report(browser, options.report, options.out / "report.png")
        browser.close()


def picture_trial(browser: Browser, link: str, path: Path) -> None:
    """Begins a sitting and pictures its training page with some stimuli rated."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(link)
    page.locator("#consent").check()
    page.locator("#begin").click()
    page.locator("#device-headphones").check()
    page.locator("#level-set").check()
    page.locator("#level-continue").click()
    page.wait_for_selector("main[data-phase=ready]")
    for label, points in zip("ABCD", POINTS, strict=True):
        _rate(page, label, points)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=path)
    page.close()


def picture_report(browser: Browser, report: Path, path: Path) -> None:
    """Pictures the top of a report."""
    page = browser.new_page(viewport=REPORT_WINDOW)
    page.goto(report.resolve().as_uri())
    page.screenshot(path=path)
    page.close()


def _rate(page: Page, label: str, points: int) -> None:
    page.keyboard.press(label.lower())
    page.wait_for_selector(f"#slider-{label}:enabled")
    page.keyboard.press("Home")
    for key, times in (("PageUp", points // 10), ("ArrowUp", points % 10)):
        for _ in range(times):
            page.keyboard.press(key)


if __name__ == "__main__":
    main()

"""A real browser for the journeys: Debian's chromium, which reaches this machine and nothing else."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

LAUNCHED_WITH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 740}
PATIENCE = 20_000
"""Milliseconds that a page may take to show what is expected of it, on a machine that has much else to do."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LANGUAGES = {"en": "English", "fr": "Français", "ar": "العربيّة"}


def installed() -> str:
    """Where the browser is; where it is not installed, the one reason for which a journey is skipped."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium: sudo apt-get install chromium")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, started and stopped."""
    path = installed()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(LAUNCHED_WITH))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Site:
    """Pages at an address, and what went wrong in any of them while they were read."""

    browser: Browser
    address: str
    wrong: list[str] = field(default_factory=list)

    def page(self, *, viewport: Any = DESK, locale: str = "en") -> Page:
        """A page of a browser that nobody is signed in to."""
        context = self.browser.new_context(
            base_url=self.address, viewport=viewport, locale=locale, reduced_motion="reduce", color_scheme="light"
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self._heard(told.text))
        page.on("request", lambda request: self._asked(request.url))
        return page

    def sign_in(self, name: str, password: str, **how: Any) -> Page:
        """A page of someone who signed in with name and password, wherever that led."""
        page = self.page(**how)
        page.goto("/")
        page.locator("#id_username").fill(name)
        page.locator("#id_password").fill(password)
        page.get_by_role("main").get_by_role("button").click()
        expect(page.locator("#id_username")).to_have_count(0)
        return page

    def _heard(self, told: str) -> None:
        if "Content Security Policy" in told:
            self.wrong.append(told)

    def _asked(self, address: str) -> None:
        if urlsplit(address).scheme not in ("data", "blob") and not address.startswith(self.address + "/"):
            self.wrong.append(f"a page asked for {address}")


@contextmanager
def reading(address: str) -> Iterator[Site]:
    """A site that is read in a browser; no page of it may fail in a script, break its policy or ask elsewhere."""
    with chromium() as browser:
        site = Site(browser, address)
        yield site
        assert site.wrong == []


def read_in(page: Page, language: str) -> None:
    """Switch the language by the button of the shell."""
    page.get_by_role("banner").get_by_role("button", name=LANGUAGES[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def sign_out(page: Page) -> None:
    """Leave by the account menu."""
    page.locator("summary.ar-account__summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def change_password(page: Page, old: str, new: str) -> None:
    """Fill in and send the form by which people change their own password."""
    page.get_by_label("Your password of now").fill(old)
    page.get_by_label("Password", exact=True).fill(new)
    page.get_by_label("The same password again").fill(new)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("Your password is changed.")


def fill_date(group: Locator, day: Any) -> None:
    """Type a date into its three boxes."""
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label, exact=True).fill(str(value))


def opened(page: Page, summary: str) -> Locator:
    """A fold of the page, opened."""
    fold = page.locator("details").filter(has=page.locator("summary", has_text=re.compile(f"^{re.escape(summary)}$")))
    fold.locator("summary").first.click()
    return fold


def assert_accessible(page: Page) -> None:
    """axe finds nothing against WCAG 2.1 A and AA, and did look."""
    found = Axe().run(page, options={"runOnly": WCAG}).response
    told = [
        (rule["id"], node["html"], node["failureSummary"]) for rule in found["violations"] for node in rule["nodes"]
    ]
    assert told == [], f"{page.url}: {told}"
    assert {"document-title", "html-has-lang", "color-contrast"} <= {rule["id"] for rule in found["passes"]}


def assert_fits(page: Page) -> None:
    """Nothing is wider than the window."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{page.url} scrolls sideways"


def bottom(part: Locator) -> float:
    """How far down the page a part ends, in pixels; it must be there to be seen."""
    expect(part).to_be_visible()
    box = part.bounding_box()
    assert box is not None
    return box["y"] + box["height"]

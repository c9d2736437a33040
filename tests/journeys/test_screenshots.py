"""The README's pictures are taken here, and cannot grow old: what they say is compared with what the pages say now."""

import json
import os
import re
from calendar import month_name
from itertools import groupby

import pytest
from playwright.sync_api import expect

from tests.support.chromium import reading
from tests.support.program import ROOT

pytestmark = pytest.mark.journey

PICTURES = ROOT / "docs" / "pictures"
TAKE = os.environ.get("ARUSHA_PICTURES") == "1"
SAID_IN_THE_WINDOW = """() => {
  const said = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const span = document.createRange()
    span.selectNodeContents(texts.currentNode)
    const box = span.getBoundingClientRect(), shown = texts.currentNode.parentElement.checkVisibility()
    const text = texts.currentNode.textContent.trim()
    if (text && shown && box.width > 1 && box.top < innerHeight) said.push(text)
  }
  return said
}"""


@pytest.fixture(scope="module")
def page(demonstration):
    """A page of the integrity officer of the demonstration."""
    with demonstration.program.served() as address, reading(address) as site:
        yield site.sign_in("integrity", demonstration.password)


def inbox(page, demonstration):
    """The inbox as it opens."""
    page.goto("/findings/")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def finding(page, demonstration):
    """The ring that works with an officer."""
    page.goto(f"/findings/?q={demonstration.flagship['members'][0]}")
    page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.locator("#rows tbody tr")).to_have_count(10)


@pytest.mark.parametrize("show", [inbox, finding], ids=lambda show: show.__name__)
def test_the_picture_shows_what_the_page_shows(page, demonstration, show):
    show(page, demonstration)
    page.evaluate("document.fonts.ready.then(() => true)")
    said = [text for text, _again in groupby(map(without_numbers, page.evaluate(SAID_IN_THE_WINDOW)))]
    assert len(said) > 40
    picture, words = PICTURES / f"{show.__name__}.png", PICTURES / f"{show.__name__}.json"
    if TAKE or not (picture.exists() and words.exists()):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)
        words.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(words.read_text()) == said, f"{picture.name} is old: ARUSHA_PICTURES=1 make test takes it again"
    assert size_of(picture) == (1280, 800)


def without_numbers(text):
    """A text in which dates, numbers and tokens, which another day or machine may give otherwise, are left out."""
    text = re.sub(r"\b[0-9a-f]{16}\b|\b[0-9a-f]{6}\b", "token", text)
    text = re.sub(rf"\b({'|'.join(month_name[1:])})\b", "month", text)
    return re.sub(r"(< )?\d[\d,.e:-]*\d|(< )?\d", "0", text)


def size_of(picture):
    """Width and height of a PNG, as its header tells."""
    header = picture.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")

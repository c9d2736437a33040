"""A traveller looks up how long the wait is, on a phone without JavaScript, in Arabic and in Portuguese."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.chromium import PATIENCE, PHONE, assert_accessible, assert_fits, opened, reading

pytestmark = pytest.mark.journey

WORDS = {
    "ar": ("الانتظار على الحدود", "مستوى الخدمة", "جميع المنافذ الحدودية", "ليست لليوم"),
    "pt": ("Esperas na fronteira", "Nível de serviço", "Todos os postos fronteiriços", "Não é de hoje"),
}


@pytest.fixture(scope="module")
def site(demonstration):
    """The demonstration, served and read in a browser."""
    with demonstration.program.served() as address, reading(address) as site:
        yield site


@pytest.fixture(params=sorted(WORDS))
def traveller(site, request):
    """A phone whose browser asks for the language and runs no JavaScript, with the words that it should see."""
    context = site.browser.new_context(
        base_url=site.address, viewport=PHONE, locale=request.param, java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(3 * PATIENCE)  # the first to ask waits for the forecasts to be made
    yield context.new_page(), request.param, WORDS[request.param]
    context.close()


@pytest.mark.system("W8")
def test_a_traveller_reads_the_waits_and_those_to_come(traveller):
    page, language, (title, level, back, past) = traveller
    page.goto("/waiting-times/")
    assert page.url.endswith(f"/waiting-times/{language}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(past, exact=True)).to_be_visible()
    first = page.get_by_role("rowheader").first.get_by_role("link")
    name = first.inner_text().split()[0]
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    shown = [picture for picture in page.get_by_role("img").all() if picture.is_visible()]
    assert shown and all(0 < picture.bounding_box()["width"] <= PHONE["width"] for picture in shown)
    expect(page.get_by_text(level).first).to_be_visible()
    fold = page.locator("main details").first
    fold.locator("summary").click()
    assert re.search(r"\d+–\d+", fold.inner_text())
    page.get_by_role("link", name=back).click()
    page.get_by_role("navigation").get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.context.cookies() == []


def test_the_page_is_accessible_and_fits_a_phone(site):
    page = site.page(viewport=PHONE)
    for language in ("ar", "en", "es", "fr", "pt"):
        page.goto(f"/waiting-times/{language}/")
        assert_accessible(page)
        assert_fits(page)
        page.get_by_role("rowheader").first.get_by_role("link").click()
        expect(page.locator("main figure").first).to_be_visible()
        assert_accessible(page)
        assert_fits(page)
    page.context.close()


def test_a_program_reads_the_figures_under_their_licence(site):
    page = site.page()
    told = page.request.get("/waiting-times/waiting-times.json")
    assert told.headers["link"].endswith('rel="license"') and told.headers["access-control-allow-origin"] == "*"
    document = told.json()
    assert document["of_the_past"] and {"received", "forecast"} == {hour["kind"] for hour in document["hours"]}
    again = page.request.get("/waiting-times/waiting-times.json", headers={"If-None-Match": told.headers["etag"]})
    assert again.status == 304
    page.context.close()


def test_the_director_withdraws_it_and_nobody_sees_it(site, demonstration):
    page = site.sign_in("director", demonstration.password)
    page.goto("/waiting/board/")
    assert_accessible(page)
    fold = opened(page, "Publish them no longer")
    fold.get_by_label("Reason").fill("The counting changes this week")
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("no longer published")
    assert page.request.get("/waiting-times/en/").status == 404
    fold = opened(page, "Publish waiting times again")
    fold.get_by_label("Reason").fill("It is counted anew")
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("published on these terms")
    assert page.request.get("/waiting-times/en/").status == 200
    page.goto("/waiting/outlook/")
    assert_accessible(page)
    page.context.close()

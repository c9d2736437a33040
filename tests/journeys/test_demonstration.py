"""From the planted ring in the inbox to a closed action and a figure that moved, and who sees nothing of it."""

import re
from calendar import monthrange
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.support.chromium import (
    DESK,
    PHONE,
    assert_accessible,
    assert_fits,
    bottom,
    change_password,
    fill_date,
    opened,
    read_in,
    reading,
)

pytestmark = pytest.mark.journey

TODAY = datetime.now(ZoneInfo("EET")).date()
MONTH_END = TODAY.replace(day=monthrange(TODAY.year, TODAY.month)[1])
TITLE = "Lane of a group that crosses together"
REASON = "Fifty crossings on one lane where four are expected"
QUESTION = "Which lanes did you work on in March, and who assigned them?"
ANSWER = "Those of the roster; the head of shift assigned them."
WHAT = "Draw lanes by lot at the start of each shift"
PAGES = (
    *("/", "/findings/", "/supervision/", "/scorecard/", "/cases/", "/actions/"),
    *("/waiting/", "/record/", "/people/", "/me/", "/notices/"),
)


@pytest.fixture(scope="module")
def site(demonstration):
    """The demonstration, served and read in a browser."""
    with demonstration.program.served() as address, reading(address) as site:
        yield site


@pytest.fixture
def reader(site, demonstration):
    """Sign in as someone of the demonstration: `reader('auditor')` gives their page, in English unless asked."""
    pages = []

    def sign_in(name, language="en"):
        pages.append(site.sign_in(name, demonstration.password))
        if language and pages[-1].locator("html").get_attribute("lang") != language:
            read_in(pages[-1], language)
        return pages[-1]

    yield sign_in
    for page in pages:
        page.context.close()


@pytest.fixture
def ring(demonstration):
    """The planted ring, and the officer it works with."""
    return demonstration.flagship


def open_finding(page, text):
    """Open the most certain finding about someone, in whatever state it is; its address."""
    page.goto(f"/findings/?q={text}")
    page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.locator("#rows")).to_be_visible()
    return page.url


def figure(page, title):
    """A figure of the scorecard as it stands there."""
    page.goto("/scorecard/")
    stat = page.locator(".ar-stat").filter(has=page.get_by_role("link", name=title, exact=True))
    return stat.locator(".ar-stat__value").inner_text()


def status(page, path):
    """The status a page answers with, as the person who reads here."""
    return page.request.get(path, max_redirects=0).status


def test_the_command_says_what_it_found_and_who_may_sign_in(demonstration):
    assert demonstration.sign_ins == [
        *("integrity", "investigator", "analyst", "auditor", "director", "administrator", "officer")
    ]
    assert "crossings: 60,000 rows received: 60,000 accepted, 0 set aside, 0 duplicates" in demonstration.said
    assert len(re.findall(r"^F-\d+-\d", demonstration.said, re.MULTILINE)) == 10
    again = demonstration.program.run("demo", "--rows", 60_000, "--seed", 7).said
    assert again.count("nothing new received since the last run") == 4


def test_the_ring_stands_in_the_inbox_with_its_officer(reader, ring):
    page = reader("integrity")
    page.get_by_role("link", name="Open findings", exact=True).click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    first = page.get_by_role("main").get_by_role("row")
    expect(first.nth(10)).to_be_visible()
    numbers = [first.nth(place).get_by_role("link").inner_text() for place in range(1, 11)]
    page.get_by_label("Search", exact=True).fill(ring["members"][0])
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(f"q={ring['members'][0]}"))
    number = page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link")
    assert number.inner_text() in numbers
    number.click()
    named = page.locator("main table").filter(has=page.get_by_text("Since the first sighting"))
    assert set(named.get_by_role("rowheader").all_inner_texts()) == set(ring["members"])
    other = page.locator("main table").filter(has=page.get_by_text("How sure (q)"))
    other.get_by_role("row").filter(has_text=ring["officer"]).get_by_role("link").click()
    named = page.locator("main table").filter(has=page.get_by_text("Since the first sighting"))
    assert named.get_by_role("rowheader").first.inner_text() == ring["officer"]


def test_a_finding_answers_on_one_screen(reader, ring):
    page = reader("integrity")
    open_finding(page, ring["members"][0])
    assert page.viewport_size == DESK
    sentence = page.locator("main p.ar-lead")
    expect(sentence).to_have_text(re.compile(r"\d"))
    chance = page.get_by_role("img", name="Compared with chance").first
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(10)
    sure = page.locator("dt", has_text="How sure (q)")
    assert max(bottom(part) for part in (sentence, sure, chance, rows.nth(9))) <= DESK["height"]
    expect(page.get_by_role("img", name="Their crossings over time").first).to_be_visible()
    network = page.get_by_role("img", name="Who crosses with whom").first
    expect(network).to_contain_text(ring["officer"])
    tokens = set(rows.get_by_role("rowheader").all_inner_texts())
    assert tokens <= set(ring["members"])
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Showing 11 to 20 of")).to_be_visible()


def test_from_the_officer_on_the_lane_to_a_figure_that_moved(reader, ring, site):
    page = reader("integrity")
    titles = ("Findings disposed of", "Actions verified by another person", "Cases: days from opening to outcome")
    assert [figure(page, title) for title in titles] == ["0", "–", "–"]
    finding = open_finding(page, ring["officer"])
    case = open_case(page, ring)
    work_on_the_case(page, case, ring)
    administrator = reader("administrator")
    password = give_an_account(administrator, ring["officer"])
    answer_the_question(site, ring["officer"], password, (finding, case))
    decide(page, case, ring)
    action = open_action(page, case)
    do_it(reader("investigator", language=""), action)
    verify_it(reader("auditor"), action)
    assert [figure(page, title) for title in titles[:2]] == ["1", "100 %"]
    assert float(figure(page, titles[2]).split()[0]) < 1
    close(page, case)
    assert_nothing_is_seen(reader("officer"), page, finding, case)
    assert_nothing_is_seen(administrator, page, finding, case)


def open_case(page, ring):
    """Open a case from the finding on the page, confirming it; refused first without a reason. Its address."""
    page.get_by_role("main").get_by_role("button", name="Open a case").click()
    page.get_by_label("What the case is about").fill(TITLE)
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert")).to_contain_text("required")
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_label("Dispose of the finding as confirmed too").check()
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert")).to_contain_text("The case is open, and you lead it.")
    subjects = page.locator("main table").filter(has=page.locator("caption", has_text="Subjects"))
    expect(subjects).to_contain_text(ring["officer"])
    assert subjects.locator("tbody tr").count() == 1 + len(ring["members"])
    return page.url


def work_on_the_case(page, case, ring):
    """Write a note, give a task, name a member, put a question; an outcome against the unheard is refused."""
    fold = opened(page, "Write a note")
    fold.get_by_label("Note").fill("Ask for the lane plans of March.")
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The note is added.")
    fold = opened(page, "Give a task")
    fold.get_by_label("What is to be done").fill("Compare lane plans and rosters")
    fold.get_by_label("Who does it").select_option(label="Imani Okello")
    fill_date(fold, MONTH_END)
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The task is given.")
    fold = opened(page, "Put a question to a subject")
    fold.get_by_label("Subject").select_option(index=1)
    fold.get_by_label("The question").fill(QUESTION)
    fill_date(fold, TODAY + timedelta(days=14))
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The question is sent.")
    record_outcome(page, ring)
    expect(page.get_by_role("alert").first).to_contain_text(f"Not yet: {ring['officer']} must be asked first")
    page.goto(case)
    expect(page.get_by_text("There is none yet.")).to_be_visible()


def record_outcome(page, ring):
    """Fill in and send the outcome."""
    fold = opened(page, "Record the outcome")
    fold.get_by_label("Substantiated", exact=True).check()
    fold.get_by_label(ring["officer"]).check()
    fold.get_by_role("textbox", name="Reason").fill("Shifts were swapped to be on the lane")
    fold.get_by_role("button").click()


def give_an_account(page, staff_number):
    """Open an account for a person, as the administrator does; its first password."""
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="People").click()
    page.get_by_label("Name or staff number").fill(staff_number)
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(f"q={staff_number}"))
    page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").first.click()
    page.get_by_role("button", name="Open an account").click()
    password = "first to be changed"
    page.get_by_label("Sign-in name").fill(staff_number)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("The same password again").fill(password)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("alert")).to_contain_text("The account is open.")
    return password


def answer_the_question(site, name, password, hidden):
    """As the officer asked: change the first password, find the question, answer it; see nothing else."""
    page = site.sign_in(name, password)
    expect(page.get_by_role("heading", name="Change my password")).to_be_visible()
    change_password(page, password, "four words of my own")
    page.goto("/")
    page.get_by_role("link", name="A question is put to you.").click()
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("main")).to_contain_text(QUESTION)
    said = page.get_by_role("main").inner_text()
    assert not re.search(rf"C-\d|F-\d|Okello|{TITLE}|{REASON}", said), said
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
    assert [status(page, address) for address in hidden] == [403, 403]
    page.context.close()


def decide(page, case, ring):
    """Read the reply, finish the task, and record the outcome."""
    page.goto(case)
    expect(page.get_by_role("main")).to_contain_text(ANSWER)
    fold = opened(page, "Finish a task")
    fold.get_by_label("What came of it").fill("Plans and rosters differ on eleven days")
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The task is finished.")
    record_outcome(page, ring)
    expect(page.get_by_role("alert")).to_contain_text("The outcome is recorded.")
    expect(page.locator(".ar-panel", has_text="Substantiated").first).to_contain_text(ring["officer"])


def open_action(page, case):
    """Open an action from the case, for the investigator; its address."""
    page.goto(case)
    page.get_by_role("main").get_by_role("button", name="Open an action").click()
    page.get_by_label("What is to be done").fill(WHAT)
    page.get_by_label("Key factor").select_option(index=1)
    page.get_by_label("Who does it").fill("Jean Mbarga")
    fill_date(page.get_by_role("main"), MONTH_END)
    page.get_by_label("The figure it should move").select_option(label="Findings disposed of")
    page.get_by_role("button", name="Open the action").click()
    expect(page.get_by_role("alert")).to_contain_text("The action is open, and its owner is told.")
    return page.url


def do_it(page, action):
    """As its owner, who reads French first: not done without evidence; then done. Nobody verifies their own."""
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    read_in(page, "en")
    page.goto(action)
    assert not re.search(rf"C-\d|{TITLE}", page.get_by_role("main").inner_text())
    fold = opened(page, "It is done")
    fold.get_by_role("button").click()
    expect(page.get_by_role("alert").first).to_contain_text("Add first what shows that it is done")
    page.goto(action)
    fold = opened(page, "Add what shows that it is done")
    fold.get_by_label("What was done, and where it can be seen").fill("Minutes of the draw, from 3 March on")
    fold.get_by_label("File").set_input_files({"name": "draw.txt", "mimeType": "text/plain", "buffer": b"lane 4\n"})
    fold.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("link", name="draw.txt")).to_be_visible()
    opened(page, "It is done").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("waits to be verified by someone else")
    expect(page.locator("summary", has_text="Verify that it is done")).to_have_count(0)


def verify_it(page, action):
    """As the auditor, who did not do it."""
    page.goto(action)
    opened(page, "Verify that it is done").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The action is verified.")


def close(page, case):
    """Close the case; its story is told from the first to the last."""
    page.goto(case)
    opened(page, "Close the case").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("The case is closed.")
    told = page.locator("#happened ~ .ar-timeline").get_by_role("heading").all_inner_texts()
    assert len(told) >= 8, told


def assert_nothing_is_seen(page, leader, finding, case):
    """Neither page nor list nor count tells this person that the finding and the case are there."""
    leader.goto(case)
    number = leader.get_by_role("heading", level=1).inner_text().split()[0]
    private = [finding, case, f"{finding}rows.csv", "/findings/", "/findings.csv", "/cases/", "/scorecard/"]
    private += ["/supervision/", f"/cases/new/?finding={finding.split('/')[-2]}"]
    assert [(path, status(page, path)) for path in private if status(page, path) not in (403, 404)] == []
    menu = page.get_by_role("navigation", name="Main menu").get_by_role("link").all_inner_texts()
    assert {"Inbox", "Cases", "Scorecard", "Supervision"} & set(menu) == set()
    for path in ("/", "/me/", "/notices/", "/actions/", "/actions/?state=all"):
        page.goto(path)
        said = page.locator("body").inner_text()
        assert [word for word in (number, TITLE, REASON, WHAT, "Open findings") if word in said] == [], path


@pytest.fixture
def every_page(reader, ring):
    """A page of the integrity officer, and the addresses of all pages to look at, findings among them."""
    page = reader("integrity")
    found = [open_finding(page, text) for text in (ring["members"][0], ring["officer"])]
    return page, (*PAGES, *found)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_read_by_everyone(every_page, language):
    page, addresses = every_page
    read_in(page, language)
    for address in addresses:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("dir", {"en": "ltr", "ar": "rtl"}[language])
        assert_accessible(page)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_page_fits_a_phone(every_page, language):
    page, addresses = every_page
    read_in(page, language)
    page.set_viewport_size(PHONE)
    for address in addresses:
        page.goto(address)
        assert_fits(page)
    assert_accessible(page)
    menu = page.locator("nav.ar-nav")
    expect(menu.get_by_role("link").first).to_be_hidden()
    menu.get_by_role("button").click()
    expect(menu.get_by_role("button")).to_have_attribute("aria-expanded", "true")
    menu.get_by_role("link").last.click()
    expect(page).to_have_url(re.compile("/people/$"))


LEFT_IN_LATIN = """() => {
  const said = [], texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement
    if (!around.closest('bdi, code, svg, select, script, style')) said.push(texts.currentNode.textContent)
  }
  return said.filter((text) => /[A-Za-z]{4,}/.test(text))
}"""
"""What holds words in Latin letters, outside what is isolated as a code or a name."""


def test_inbox_and_finding_in_arabic(reader, ring):
    page = reader("integrity")
    finding = open_finding(page, ring["members"][0])
    read_in(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url == finding
    sentence = page.locator("main p.ar-lead").inner_text()
    assert re.search("[\u0600-\u06ff]{4,}", sentence), sentence
    left, right = (page.locator("main .ar-panel").nth(place).bounding_box() for place in (1, 0))
    assert left["x"] < right["x"], "the panels are not mirrored"
    assert page.evaluate(LEFT_IN_LATIN) == []
    page.get_by_role("link", name="صندوق الوارد").first.click()
    expect(page.get_by_role("heading", name="صندوق الوارد", level=1)).to_be_visible()
    assert page.evaluate(LEFT_IN_LATIN) == []
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "ar")


def test_the_keyboard_alone_is_enough(reader):
    page = reader("integrity")
    page.goto("/findings/")
    assert tabbed_to(page, "Skip to the main content") == 1
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    listed = page.get_by_role("main").get_by_role("row").get_by_role("rowheader")
    before = listed.all_inner_texts()
    tabbed_to(page, "Counted")
    page.keyboard.press("Enter")
    header = page.get_by_role("columnheader", name="Counted")
    expect(header).to_have_attribute("aria-sort", "ascending")
    counts = [int(text) for text in page.locator("main td[data-label=Counted]").all_inner_texts()]
    assert counts == sorted(counts) and len(set(counts)) > 5
    assert sorted(listed.all_inner_texts()) == sorted(before)
    tabbed_to(page, "Your account: Imani Okello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    tabbed_to(page, "Scorecard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Scorecard", level=1)).to_be_visible()


def tabbed_to(page, text):
    """Press Tab until what has the focus says `text`; how often that was. The focus is seen at each step."""
    for presses in range(1, 80):
        page.keyboard.press("Tab")
        said, seen = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e)
              return [e.textContent.trim(), s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"""
        )
        assert seen, f"no focus is shown on {said!r}"
        if said == text:
            return presses
    raise AssertionError(f"{text!r} is not reached")

"""The pages of actions, as a person uses them; who sees what; the file; the figures."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arusha.conf import clock
from arusha.core.journal.models import Entry
from arusha.flow.actions import actions
from arusha.flow.actions.models import Action
from arusha.flow.cases import outcomes
from arusha.flow.cases.tests.test_pages import LANGUAGES, checked, send
from arusha.flow.cases.tests.world import NOW, TODAY, act, dates, finding, names, offered_form, signed_in
from arusha.flow.scorecard.figures import FIGURES, Period, Value
from arusha.lib.ids import spoken

WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def chief(someone):
    return someone("integrity-officer")


@pytest.fixture
def owner(someone):
    return someone("officer", staff="OFF-1")


def open_(by, owner, what="Rotate lanes", *, at=NOW, due=WEEK, **kwargs) -> Action:
    done = actions.open_action(what, "conduct", owner.person, due, act=act(by, at=at), **kwargs)
    return Action.objects.get(pk=done.id)


def finish(action, owner, at=NOW) -> None:
    actions.add_evidence(action.pk, "done", act=act(owner, at=at))
    actions.finish(action.pk, act=act(owner, at=at))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_in_every_language(world, client, owner, language):
    action = open_(world.lead, owner, figure="actions.overdue", case=world.case.pk)
    finish(action, owner)
    browser = signed_in(client, world.lead, language)
    pages = ["/actions/", "/actions/?state=cancelled", f"/actions/{action.pk}/", "/actions/new/"]
    pages += [
        f"/actions/new/?case={world.case.pk}",
        f"/actions/new/?finding={world.finding.pk}",
        f"/cases/{world.case.pk}/",
    ]
    for url in pages:
        page = browser.get(url)
        assert page.status_code == 200, url
        checked(page, language)


def test_an_action_goes_from_a_finding_to_verified_through_the_pages(chief, owner, someone, client):
    found = finding(("officer", "OFF-7"), key="7")
    url = f"/actions/new/?finding={found.pk}"
    browser = signed_in(client, chief)
    page = browser.get(url)
    once = page.context["form"]["once"].value()
    assert page.context["form"]["factor"].value() == "conduct"
    typed = {
        "do": "open",
        "once": once,
        "what": "Rotate",
        "factor": "conduct",
        "who": "off-1",
        "figure": "actions.overdue",
    }
    assert browser.post(url, typed | {"who": "nobody"} | dates("due", WEEK)).status_code == 409
    assert browser.post(url, typed).status_code == 400
    answer = browser.post(url, typed | dates("due", WEEK))
    action = Action.objects.get()
    assert answer.url == f"/actions/{action.pk}/" and action.finding == found and action.measures.count() == 1
    mine = signed_in(client, owner)
    assert send(mine, answer.url, "done").status_code == 409
    assert send(mine, answer.url, "evidence", text="The roster hangs there").status_code == 302
    assert send(mine, answer.url, "done").status_code == 302
    assert "verify" not in mine.get(answer.url).context["offers"]
    other = signed_in(client, chief)
    assert send(other, answer.url, "back", why="it does not").status_code == 302
    assert send(other, answer.url, "due", why="more time", **dates("due", WEEK + timedelta(days=1))).status_code == 302
    mine = signed_in(client, owner)
    assert send(mine, answer.url, "done").status_code == 302
    assert send(signed_in(client, someone("auditor")), answer.url, "verify").status_code == 302
    action.refresh_from_db()
    assert action.state == "verified"


def test_a_file_shows_that_it_is_done_and_taking_it_is_recorded(chief, owner, client):
    action = open_(chief, owner)
    browser, url = signed_in(client, owner), f"/actions/{action.pk}/"
    file = SimpleUploadedFile("roster.pdf", b"%PDF-1.7")
    assert send(browser, url, "evidence", text="", file=file).status_code == 302
    held = action.evidence.get()
    taken = signed_in(client, chief).get(f"{url}evidence/{held.pk}/")
    assert b"".join(taken.streaming_content) == b"%PDF-1.7" and "roster.pdf" in taken["Content-Disposition"]
    assert Entry.objects.get(act="action.file-taken").by == chief.ref


@pytest.mark.parametrize("origin", ["case", "finding"])
def test_who_sees_an_action(chief, owner, someone, world, client, origin):
    action = open_(world.lead, owner, **{origin: getattr(world, origin).pk})
    url, sees = f"/actions/{action.pk}/", [owner, world.lead, chief, someone("auditor"), someone("head-of-office")]
    for who in sees:
        browser = signed_in(client, who)
        assert browser.get(url).status_code == 200 and browser.get("/actions/").context["page"].count == 1
    for who in (world.subject, world.staff, world.recused, someone("officer"), someone("analyst")):
        browser = signed_in(client, who)
        assert browser.get(url).status_code == browser.post(url, {"do": "due"}).status_code == 404
        for listed in ("/actions/?state=all", "/actions/?owner=OFF-1", "/actions.csv?state=all"):
            page = browser.get(listed)
            text = b"".join(page.streaming_content).decode() if page.streaming else page.text
            assert "Rotate lanes" not in text and "A-1001" not in text


def test_an_action_tells_no_more_of_its_case_than_its_own_words(owner, chief, world, client):
    action = open_(world.lead, owner, case=world.case.pk, finding=world.finding.pk)
    case, found = spoken("C", world.case.number), spoken("F", world.finding.number)
    own = signed_in(client, owner).get(f"/actions/{action.pk}/").text
    assert case not in own and str(world.case.pk) not in own and found not in own and str(world.finding.pk) not in own
    integrity = signed_in(client, chief).get(f"/actions/{action.pk}/").text
    assert case not in integrity and found in integrity
    member = signed_in(client, world.lead).get(f"/actions/{action.pk}/").text
    assert case in member and found in member
    assert "Rotate lanes" in signed_in(client, world.lead).get(f"/cases/{world.case.pk}/").text


def test_values_of_a_figure_are_shown_to_some_roles_only(chief, owner, world, client):
    action = open_(world.investigator, owner, figure="actions.overdue")
    for who, seen in ((chief, True), (owner, False), (world.investigator, False)):
        page = signed_in(client, who).get(f"/actions/{action.pk}/")
        assert ("measures" in page.context) is seen and "Overdue actions" in page.text


def test_the_list_puts_the_late_first_filters_sorts_and_exports(chief, owner, someone, client, monkeypatch):
    other = someone("head-of-office")
    early = open_(chief, other, "=Early", due=TODAY + timedelta(days=20))
    late = open_(chief, owner, "Late", due=TODAY + timedelta(days=2))
    done = open_(chief, owner, "Done", due=TODAY + timedelta(days=1))
    finish(done, owner)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=5))
    browser = signed_in(client, chief)
    spoken_ = {a.what: spoken("A", a.number) for a in (early, late, done)}
    numbers = lambda query: names(browser.get(f"/actions/{query}").context["rows"])  # noqa: E731
    assert numbers("") == [spoken_["Late"], spoken_["Done"], spoken_["=Early"]]
    assert numbers("?state=overdue") == [spoken_["Late"]]
    assert numbers("?state=done") == [spoken_["Done"]]
    assert numbers("?factor=audit") == []
    assert numbers("?owner=OFF-1&sort=-number") == [spoken_["Done"], spoken_["Late"]]
    assert names(signed_in(client, other).get("/actions/?whose=mine").context["rows"]) == [spoken_["=Early"]]
    file = signed_in(client, chief).get("/actions.csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and lines[0].startswith("number,what") and "'=Early" in lines[3]


def test_the_list_costs_the_same_queries_with_one_row_and_with_three(chief, owner, client):
    open_(chief, owner)
    browser = signed_in(client, chief)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/actions/")
        return len(seen)

    one = cost()
    open_(chief, owner)
    open_(chief, chief)
    assert cost() == one


def test_a_refused_form_keeps_what_was_typed(chief, owner, client):
    action = open_(chief, owner)
    browser, url = signed_in(client, chief), f"/actions/{action.pk}/"
    answer = send(browser, url, "due", why="Typed with care", **dates("due", TODAY - timedelta(days=3)))
    assert answer.status_code == 409 and "Typed with care" in answer.text and "has passed already" in answer.text
    stale = offered_form(browser.get(url), "cancel") | {"why": "Typed again"}
    actions.change_due(action.pk, WEEK + timedelta(days=1), act=act(chief))
    answer = browser.post(url, stale)
    assert answer.status_code == 409 and "Typed again" in answer.text
    assert re.search(r"Someone else changed this", answer.text)


def test_from_what_one_may_not_see_no_action_is_opened(owner, world, client):
    browser = signed_in(client, world.outsider)
    assert browser.get(f"/actions/new/?case={world.case.pk}").status_code == 404
    assert browser.get("/actions/new/?case=nonsense").status_code == 404
    assert browser.get("/actions/new/?finding=nonsense").status_code == 404
    assert signed_in(client, owner).get("/actions/new/").status_code == 403


MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def value(name: str, during: Period = MARCH) -> Value:
    return FIGURES[name].over(during)


def test_the_share_done_on_time_counts_those_due_in_the_period(chief, owner):
    assert value("actions.on-time") == Value(None, 0)
    finish(open_(chief, owner), owner)
    finish(open_(chief, owner, due=TODAY + timedelta(days=1)), owner, at=NOW + timedelta(days=3))
    open_(chief, owner)
    open_(chief, owner, due=date(2026, 4, 1))
    actions.cancel(open_(chief, owner).pk, act=act(chief))
    assert value("actions.on-time") == Value(pytest.approx(100 / 3), 3)


def test_overdue_ones_are_those_open_and_late_at_the_end_of_the_period(chief, owner):
    open_(chief, owner)
    finish(open_(chief, owner), owner, at=NOW + timedelta(days=20))
    finish(open_(chief, owner), owner, at=NOW + timedelta(days=40))
    actions.cancel(open_(chief, owner).pk, act=act(chief))
    open_(chief, owner, due=date(2026, 4, 1))
    assert value("actions.overdue") == Value(2.0, 3)
    assert value("actions.overdue", Period(date(2026, 2, 1), date(2026, 3, 1))) == Value(0.0, 0)


def test_the_share_verified_counts_those_done_in_the_period(chief, owner):
    for verified in (True, False):
        action = open_(chief, owner)
        finish(action, owner)
        if verified:
            actions.verify(action.pk, act=act(chief))
    late = open_(chief, owner)
    finish(late, owner, at=NOW + timedelta(days=40))
    assert value("actions.verified") == Value(50.0, 2)


def test_days_to_outcome_are_a_median_of_outcomes_that_stand(world):
    assert value("cases.days-to-outcome") == Value(None, 0)
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead, at=NOW + timedelta(days=6)))
    assert value("cases.days-to-outcome") == Value(6.0, 1)
    outcomes.reopen(world.case.pk, act=act(world.lead, at=NOW + timedelta(days=7)))
    assert value("cases.days-to-outcome") == Value(None, 0)
    assert value("cases.days-to-outcome", Period(date(2026, 2, 1), date(2026, 3, 1))) == Value(None, 0)

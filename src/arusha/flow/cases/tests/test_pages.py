"""The pages, as a person uses them: every form once, what was typed is kept, a look is recorded, a list stays cheap."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support import checking

from arusha.core.journal.models import Entry
from arusha.flow.cases import content, opening, outcomes, replies
from arusha.flow.cases.models import Case, CaseReply
from arusha.flow.cases.tests.world import NOW, TODAY, act, dates, finding, names, offered_form, signed_in
from arusha.lib.ids import spoken

DUE = TODAY + timedelta(days=7)
LANGUAGES = ("en", "fr", "ar")


def address(world) -> str:
    return f"/cases/{world.case.pk}/"


def send(client, url, do, **typed):
    """Load the page, fill one form in, send it."""
    return client.post(url, offered_form(client.get(url), do) | typed)


def full(world):
    """One of everything in the case; gives the reply."""
    case, lead = world.case.pk, act(world.lead)
    content.add_note(case, "She was <b>seen</b> there.", act=lead)
    content.add_task(case, "Ask the bank", world.observer.person, DUE, act=lead)
    officer = world.case.subjects.get(kind="officer")
    replies.invite(case, officer.pk, "Where were you?", DUE, act=lead)
    reply = CaseReply.objects.get()
    replies.reply_to(reply.pk, "At <i>home</i>.", act=act(world.subject))
    outcomes.decide(case, "substantiated", [officer.pk], act=lead)
    return reply


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_in_every_language(world, client, language):
    reply = full(world)
    browser = signed_in(client, world.lead, language)
    pages = [
        "/cases/",
        "/cases/?state=closed",
        "/cases/?q=nothing",
        address(world),
        f"/cases/new/?finding={world.finding.pk}",
    ]
    for url in pages:
        page = browser.get(url)
        assert page.status_code == 200, url
        checked(page, language)
    page = signed_in(client, world.subject, language).get(f"/replies/{reply.pk}/")
    assert page.status_code == 200
    checked(page, language)


def checked(page, language: str) -> None:
    """As every page; and the title is the heading, what was typed stays text, nothing is styled by hand."""
    html = checking.checked(page, language)
    title = re.search(r"<title>(.*?) – ", html, re.S)[1]
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)[1]
    assert re.sub(r"<[^>]+>", "", heading).strip() == title.strip()
    assert "<b>seen" not in html and "<i>home" not in html
    assert "style=" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)


def test_a_case_is_opened_from_a_finding_and_may_confirm_it_at_once(someone, client):
    lead, found = someone("integrity-officer"), finding(("officer", "OFF-1"))
    browser, url = signed_in(client, lead), f"/cases/new/?finding={found.pk}"
    form = browser.get(url).context["form"]
    typed = {"do": "open", "once": form["once"].value(), "title": "Ring", "why": "They met 41 times", "confirm": "on"}
    answer = browser.post(url, typed)
    case = Case.objects.get()
    assert answer.status_code == 302 and answer.url == address_of(case)
    found.refresh_from_db()
    assert found.state == "confirmed" and case.title == "Ring"
    again = browser.post(url, typed)
    assert again.url == address_of(case) and Case.objects.count() == 1


def address_of(case) -> str:
    return f"/cases/{case.pk}/"


def test_without_the_tick_the_finding_stays_open_and_what_was_typed_is_kept_on_refusal(someone, client):
    lead, found = someone("investigator"), finding(("officer", "OFF-1"))
    browser, url = signed_in(client, lead), f"/cases/new/?finding={found.pk}"
    page = browser.get(url)
    assert "confirm" not in page.context["form"].fields  # an investigator disposes of nothing
    bad = browser.post(url, {"do": "open", "once": "k", "title": "Typed with care", "why": "   "})
    assert bad.status_code == 400 and "Typed with care" in bad.text and not Case.objects.exists()
    assert browser.post(url, {"do": "open", "once": "k", "title": "x", "why": "y"}).status_code == 302
    found.refresh_from_db()
    assert found.state == "open"


@pytest.mark.parametrize(
    "query", ["", "?finding=", "?finding=nonsense", "?finding=0190aaaa-0000-7000-8000-000000000000"]
)
def test_a_case_from_nothing_is_not_found(someone, client, query):
    assert signed_in(client, someone("investigator")).get(f"/cases/new/{query}").status_code == 404


def test_every_form_of_the_page_works(world, client, someone):
    browser, url = signed_in(client, world.lead), address(world)
    spare, other = someone("auditor", staff="AUD-1"), finding(("traveller", "T-2"), key="other")
    officer = str(world.case.subjects.get(kind="officer").pk)
    observer = str(world.case.members.get(person=world.observer.person).pk)
    number = spoken("F", other.number)
    steps = [
        ("note", {"text": "A note"}),
        ("task", {"what": "Ask the bank", "owner": world.observer.person, **dates("due", DUE)}),
        ("member", {"who": "aud-1", "member_role": "observer"}),
        ("member_end", {"member": observer, "why": "left"}),
        ("subject", {"subject_kind": "trader", "ref": "TR-9", "why": "its agent"}),
        ("finding", {"number": number}),
        ("ask", {"subject": officer, "question": "Where were you?", **dates("due", DUE)}),
        ("decide", {"outcome": "no-breach", "why": "nothing in it"}),
    ]
    for do, typed in steps:
        answer = send(browser, url, do, **typed)
        assert answer.status_code == 302, (do, answer.context["tried"].form.errors)
    task = str(world.case.tasks.get().pk)
    assert send(browser, url, "task_done", task=task, note="No account").status_code == 302
    for do, typed in (("close", {"why": ""}), ("reopen", {"why": "new rows"})):
        assert send(browser, url, do, **typed).status_code == 302
    assert world.case.members.filter(person=spare.person, until=None).exists()
    case = world.fresh()
    assert case.state == "open" and case.subjects.count() == 5 and case.findings.count() == 2


def test_a_refused_form_is_shown_again_with_what_was_typed_and_why(world, client):
    browser, url = signed_in(client, world.lead), address(world)
    officer = str(world.case.subjects.get(kind="officer").pk)
    answer = send(browser, url, "decide", outcome="substantiated", against=[officer], why="A long and careful reason")
    assert answer.status_code == 409
    assert "A long and careful reason" in answer.text and "must be asked first" in answer.text
    assert re.search(r'<details class="ar-details" open>', answer.text)


def test_a_form_from_before_anothers_change_is_refused_once_and_can_then_be_sent(world, client):
    browser, url = signed_in(client, world.lead), address(world)
    stale = offered_form(browser.get(url), "decide")
    opening.add_subject(world.case.pk, "trader", "TR-1", act=act(world.investigator))
    answer = browser.post(url, stale | {"outcome": "no-breach", "why": "careful"})
    assert answer.status_code == 409 and "Someone else changed this" in answer.text and "TR-1" in answer.text
    assert (
        browser.post(url, offered_form(answer, "decide") | {"outcome": "no-breach", "why": "careful"}).status_code
        == 302
    )


def test_a_form_sent_twice_is_done_once(world, client):
    browser, url = signed_in(client, world.lead), address(world)
    typed = offered_form(browser.get(url), "note") | {"text": "Once"}
    assert browser.post(url, typed).status_code == browser.post(url, typed).status_code == 302
    content.add_task(world.case.pk, "Ask", world.lead.person, DUE, act=act(world.lead))
    done = offered_form(browser.get(url), "task_done") | {"task": str(world.case.tasks.get().pk), "note": "Asked"}
    assert browser.post(url, done).status_code == browser.post(url, done).status_code == 302
    assert world.case.notes.count() == 1


def test_two_may_write_notes_at_the_same_time(world, client):
    url = address(world)
    mine = offered_form(signed_in(client, world.lead).get(url), "note") | {"text": "Mine"}
    content.add_note(world.case.pk, "Theirs", act=act(world.investigator))
    assert client.post(url, mine).status_code == 302 and world.case.notes.count() == 2


def test_what_the_page_does_not_offer_is_refused_without_losing_what_was_typed(world, client):
    browser, url = signed_in(client, world.lead), address(world)
    typed = offered_form(browser.get(url), "task")
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    answer = browser.post(url, typed | {"what": "Typed with care", "owner": world.lead.person, **dates("due", DUE)})
    assert answer.status_code == 409 and "Typed with care" in answer.text
    assert browser.post(url, {"do": "nonsense"}, follow=True).status_code == 200


def test_a_look_is_recorded_once_a_person_and_hour(world, client, monkeypatch):
    from arusha.conf import clock

    looked = Entry.objects.filter(act="case.looked", about=f"case:{world.case.pk}")
    browser = signed_in(client, world.observer)
    for minutes in (0, 10, 29):
        monkeypatch.setattr(clock, "now", lambda m=minutes: NOW + timedelta(minutes=m))
        browser.get(address(world))
    assert looked.count() == 1
    signed_in(client, world.lead).get(address(world))
    assert {e.by for e in looked} == {world.observer.ref, world.lead.ref}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=31))
    signed_in(client, world.observer).get(address(world))
    assert looked.all().count() == 3


def test_nobody_hides_anothers_look_by_using_up_its_key(world, client):
    key = f"looked:{world.case.pk}:{world.observer.person}:{NOW:%Y%m%dT%H}"
    browser = signed_in(client, world.lead)
    typed = offered_form(browser.get(address(world)), "note") | {"once": key, "text": "Clever"}
    assert browser.post(address(world), typed).status_code == 400
    content.add_note(world.case.pk, "Cleverer", act=act(world.lead, once=key))
    assert signed_in(client, world.observer).get(address(world)).status_code == 200
    assert Entry.objects.filter(act="case.looked", by=world.observer.ref).count() == 1


def test_who_looked_is_for_the_lead_and_reasons_stand_in_the_story(world, client):
    signed_in(client, world.observer).get(address(world))
    opening.add_subject(world.case.pk, "trader", "TR-1", act=act(world.lead, why="her brother owns it"))
    page = signed_in(client, world.lead).get(address(world))
    story = page.context["timeline"]
    assert [item["title"] for item in story][:2] == [
        "A subject was added by hand",
        f"{world.recused.name} was named to the case as Investigator",
    ]
    assert story[0]["text"] == "her brother owns it" and story[0]["by"] == world.lead.name
    assert [item["by"] for item in page.context["looks"]] == [world.lead.name, world.observer.name]
    assert signed_in(client, world.observer).get(address(world)).context["looks"] == []


def test_an_erased_reason_is_said_to_be_erased(world, client):
    from django.db import connection as raw

    from arusha.core.journal.guard import acting

    with acting(), raw.cursor() as cursor:
        cursor.execute("DELETE FROM journal_reason")
    page = signed_in(client, world.lead).get(address(world))
    assert "The reason was erased." in page.text


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_and_the_case_cost_the_same_queries_with_one_row_and_with_three(world, client, someone):
    browser = signed_in(client, world.lead)
    browser.get(address(world))
    one, case_one = queries_of(browser, "/cases/"), queries_of(browser, address(world))
    for key in ("a", "b"):
        found = finding(("officer", f"OFF-{key}"), key=key)
        opening.open_case([found.pk], key, act=act(world.lead))
        opening.add_finding(world.case.pk, found.pk, act=act(world.lead))
        content.add_note(world.case.pk, key, act=act(world.lead))
        someone("officer", staff=f"STAFF-{key}")
        opening.add_subject(world.case.pk, "officer", f"STAFF-{key}", act=act(world.lead))
    assert queries_of(browser, "/cases/") == one
    assert queries_of(browser, address(world)) == case_one


def test_the_list_filters_sorts_and_pages(world, client):
    for key in ("b", "c"):
        opening.open_case([finding(("officer", key), key=key).pk], key, act=act(world.lead))
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    browser = signed_in(client, world.lead)
    numbers = names(browser.get("/cases/?sort=number").context["rows"])
    assert [n[:6] for n in numbers] == ["C-1001", "C-1002", "C-1003"]
    assert names(browser.get("/cases/?sort=-number").context["rows"]) == numbers[::-1]
    assert names(browser.get("/cases/?state=decided").context["rows"]) == numbers[:1]
    assert names(browser.get(f"/cases/?q={numbers[2]}").context["rows"]) == numbers[2:]
    assert browser.get("/cases/?q=C-1003-0").context["rows"] == []
    assert browser.get("/cases/?sort=title").status_code == 400


def test_the_reply_page_shows_the_question_takes_one_answer_and_nothing_else(world, client):
    officer = world.case.subjects.get(kind="officer").pk
    replies.invite(world.case.pk, officer, "Where were you on 4 January?", DUE, act=act(world.lead))
    reply = CaseReply.objects.get()
    browser, url = signed_in(client, world.subject), f"/replies/{reply.pk}/"
    page = browser.get(url)
    assert "Where were you on 4 January?" in page.text
    secrets = [
        str(world.case.pk),
        f"C-{world.case.number}",
        f"F-{world.finding.number}",
        world.case.title,
        "U-9",
        "T-1",
    ]
    secrets += [world.lead.name + "<", world.investigator.name + "<", "A thing"]
    assert [secret for secret in secrets if secret in page.text] == []
    assert Entry.objects.filter(act="case.question-read").count() == 1
    browser.get(url)
    assert Entry.objects.filter(act="case.question-read").count() == 1
    assert send(browser, url, "reply", text="  ").status_code == 400
    assert send(browser, url, "reply", text="At home.").status_code == 302
    after = browser.get(url)
    assert "At home." in after.text and after.context["offers"] == {}
    reply.refresh_from_db()
    assert reply.text == "At home." and reply.read_at == NOW


def test_a_subject_may_decline(world, client):
    officer = world.case.subjects.get(kind="officer").pk
    replies.invite(world.case.pk, officer, "Where?", DUE, act=act(world.lead))
    reply = CaseReply.objects.get()
    browser, url = signed_in(client, world.subject), f"/replies/{reply.pk}/"
    assert send(browser, url, "decline").status_code == 400
    assert send(browser, url, "decline", sure="on").status_code == 302
    assert "You declined to answer" in browser.get(url).text


def test_nobody_else_sees_the_reply_page(world, client):
    officer = world.case.subjects.get(kind="officer").pk
    replies.invite(world.case.pk, officer, "Where?", DUE, act=act(world.lead))
    url = f"/replies/{CaseReply.objects.get().pk}/"
    for who in (world.lead, world.outsider, world.staff):
        assert signed_in(client, who).get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302

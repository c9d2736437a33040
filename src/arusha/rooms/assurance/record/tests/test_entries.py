"""The record: who may, what each entry says, what it costs, and that nobody sees an entry about what is not theirs."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.support.checking import checked

from arusha.core.journal import chain
from arusha.core.journal.acts import ACTS, Act
from arusha.core.journal.models import Entry
from arusha.core.people import people
from arusha.core.people.roles import ROLES, System
from arusha.flow.cases.tests.world import NOW, TODAY, act, finding, signed_in
from arusha.flow.inbox import findings
from arusha.lib.ids import spoken
from arusha.rooms.assurance.record import visible, wording

READ = {"integrity-officer", "auditor", "system-administrator"}
LANGUAGES = ("en", "fr", "ar")


def listed(actor, query=""):
    """Acts with what they are about, as that person is shown them."""
    rows = signed_in(Client(), actor).get(f"/record/?{query}").context["page"].items
    return [(entry.act, entry.about) for entry in rows]


@pytest.mark.parametrize("role", ROLES)
def test_the_record_opens_for_its_roles_and_for_no_other(role, someone):
    client = signed_in(Client(), someone(role))
    entry = Entry.objects.first()
    paths = (
        "/record/",
        f"/record/{entry.id}/",
        "/record/verify/",
        "/record/verify_journal.py",
        "/record/journal.pub.pem",
    )
    assert {client.get(path).status_code for path in paths} == ({200} if role in READ else {403})
    reason = client.post(f"/record/{entry.id}/reason/", {"why": "x"}).status_code
    assert reason == (409 if role in {"integrity-officer", "auditor"} else 403)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(language, world):
    chain.chain_new()
    client = signed_in(Client(), world.lead, language)
    checked(client.get("/record/"), language)
    checked(client.get("/record/?act=people.recused&by=nobody"), language)
    checked(client.get("/record/verify/"), language)
    for entry in Entry.objects.filter(about=f"case:{world.case.pk}"):
        checked(client.get(f"/record/{entry.id}/"), language)


def test_the_newest_stands_first_in_words_with_who_and_about_what(world):
    response = signed_in(Client(), world.lead).get("/record/")
    html = checked(response)
    number = spoken("C", world.case.number)
    assert (
        "A member was named to a case" in html
        and f'<a href="/cases/{world.case.pk}/"><span>Case <bdi>{number}</bdi></span></a>' in html
    )
    assert f"<bdi>{world.lead.name}</bdi>" in html and "The program: test" in html
    seqs = [entry.seq for entry in response.context["page"].items]
    assert seqs == sorted(seqs, reverse=True)
    assert [row[0]["text"] for row in response.context["rows"]] == seqs


def test_a_system_administrator_sees_what_was_done_but_neither_bytes_nor_reasons(someone, world):
    client = signed_in(Client(), someone("system-administrator"))
    assert f"case:{world.case.pk}" not in {about for _act, about in listed(someone("system-administrator"))}
    entry = Entry.objects.get(act="people.recused")
    html = checked(client.get(f"/record/{entry.id}/"))
    assert "The stored bytes are open to integrity officers and auditors." in html
    assert "facts" not in html and "Show the reason" not in html
    assert client.post(f"/record/{entry.id}/reason/", {"why": "x"}).status_code == 403


def about_it(world):
    """Everything in the journal that is about the case or its finding, or hangs on one."""
    kept = {f"case:{world.case.pk}", f"finding:{world.finding.pk}"}
    return {about for about in Entry.objects.values_list("about", flat=True) if about in kept}


@pytest.mark.parametrize("who", ["subject", "staff"])
def test_no_subject_sees_an_entry_about_them_not_in_a_list_a_count_a_search_or_an_address(who, world):
    person = getattr(world, who)
    client = signed_in(Client(), person)
    hidden = Entry.objects.filter(about__in=about_it(world))
    assert hidden.count() >= 5
    page = client.get("/record/").context["page"]
    assert not {entry.about for entry in page.items} & about_it(world)
    mine = Entry.objects.exclude(pk__in=hidden).exclude(act__in=visible.HABITS)
    assert page.count == mine.count() == len(page.items)
    for number in (spoken("F", world.finding.number), spoken("C", world.case.number), world.case.pk, world.finding.pk):
        assert client.get(f"/record/?about={number}").context["page"].count == 0, number
    assert client.get("/record/?act=case.opened").context["page"].count == 0
    for entry in hidden:
        assert client.get(f"/record/{entry.id}/").status_code == 404
        assert client.post(f"/record/{entry.id}/reason/", {"why": "mine"}).status_code == 404
    assert not Entry.objects.filter(act="record.reason-read").exists()


def test_a_case_is_recorded_for_its_members_only_and_its_finding_for_those_it_is_not_about(world):
    case, found = f"case:{world.case.pk}", f"finding:{world.finding.pk}"

    def seen(actor):
        return {about for _act, about in listed(actor)} & {case, found}

    assert seen(world.lead) == seen(world.observer) == {case, found}
    assert seen(world.outsider) == {found}
    assert seen(world.subject) == seen(world.staff) == set()


def test_bytes_that_name_something_hidden_are_not_shown(world):
    other = finding(("officer", "OFF-1"), key="other")
    findings.dispose(other.pk, "duplicate", duplicate_of=world.finding.pk, act=act(world.lead))
    entry = Entry.objects.get(act="finding.disposed")
    assert str(world.finding.pk) in bytes(entry.body).decode()
    subject = signed_in(Client(), world.subject)
    html = checked(subject.get(f"/record/{entry.id}/"))
    assert str(world.finding.pk) not in html and "they also name something" in html
    assert subject.post(f"/record/{entry.id}/reason/", {"why": "x"}).status_code == 409
    assert str(world.finding.pk) in checked(signed_in(Client(), world.outsider).get(f"/record/{entry.id}/"))


def test_what_no_table_knows_is_shown_to_nobody(world, monkeypatch):
    monkeypatch.setattr(visible, "open_tables", lambda: {})
    monkeypatch.setattr(visible, "guarded_tables", lambda: {})
    assert set(visible.entries(world.lead)) == set()


def test_habits_are_ones_own(world, someone):
    other = someone("auditor")
    client = signed_in(Client(), other)
    client.post("/language/", {"language": "fr"})
    chosen = ("people.language-chosen",)
    assert chosen[0] in {act for act, _about in listed(other)}
    assert chosen[0] not in {act for act, _about in listed(world.lead)}


def test_the_filters_narrow_by_act_person_thing_and_day(world):
    later = NOW + timedelta(days=40)
    findings.dispose(world.finding.pk, "explained", act=act(world.lead, at=later))
    number = spoken("F", world.finding.number)
    acts = {act for act, _about in listed(world.lead, f"about={number}")}
    assert acts == {"finding.sighted", "finding.disposed"}
    assert {about for _act, about in listed(world.lead, "act=people.recused")} == {f"person:{world.recused.person}"}
    assert listed(world.lead, f"since={(TODAY + timedelta(days=1)).isoformat()}") == [
        ("finding.disposed", f"finding:{world.finding.pk}")
    ]
    assert not listed(world.lead, f"until={(TODAY - timedelta(days=1)).isoformat()}")
    by_lead = {act for act, _about in listed(world.lead, f"by={world.lead.name}")}
    assert by_lead == {"case.opened", "case.member-named", "finding.disposed"}
    assert not {"case.opened"} & {act for act, _about in listed(world.lead, "by=system")}
    assert listed(world.lead, "by=nobody-here") == [] and listed(world.lead, "about=F-1-1") == []


def test_the_list_costs_the_same_with_one_row_and_with_three(someone):
    client = signed_in(Client(), someone("auditor"))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/record/?act=finding.sighted").status_code == 200
        return len(queries)

    finding(("officer", "OFF-1"))
    before = cost()
    finding(("officer", "OFF-2"), key="two")
    finding(("officer", "OFF-3"), key="three")
    assert cost() == before


def test_every_act_of_the_ground_and_the_inbox_has_words_in_every_language():
    ours = [name for name in ACTS if name.split(".")[0] in ("people", "notice", "finding", "run", "record")]
    assert len(ours) >= 20
    for language in LANGUAGES:
        with translation.override(language):
            assert [name for name in ours if wording.said(name) == name] == [], language
            assert [kind for kind in ("finding", "person", "unit", "case") if wording.kind_said(kind) == kind] == []


def test_an_act_without_words_is_shown_by_its_name():
    assert wording.said("nothing.known") == "nothing.known"


def test_the_page_of_an_entry_shows_the_very_bytes_its_digest_and_its_link(world):
    entry = Entry.objects.get(act="case.opened")
    client, url = signed_in(Client(), world.lead), f"/record/{entry.id}/"
    assert "not yet chained" in checked(client.get(url))
    chain.chain_new()
    response = client.get(url)
    html = checked(response)
    assert response.context["stored"]["body"].value() == bytes(entry.body).decode()
    assert json.loads(response.context["stored"]["body"].value())["act"] == "case.opened"
    assert bytes(entry.digest).hex() in html and "not yet chained" not in html


def test_a_person_reads_no_entry_of_many_by_guessing(someone):
    people.add_units([("U-5", "A", "UTC", None), ("U-6", "B", "UTC", None)], act=Act(by=System("test"), at=NOW))
    assert ("people.units-added", "units:many") in listed(someone("auditor"))
    assert (
        signed_in(Client(), someone("auditor")).get("/record/01900000-0000-7000-8000-000000000000/").status_code == 404
    )

"""The pages: what is kept for how long, a term by two people, a hold, an erasure; who sees what."""

import pytest

from arusha.core.retention import erasures, holds
from arusha.core.retention.models import Erasure, Hold, Term
from arusha.flow.cases.tests.world import act, dates, signed_in
from arusha.lib.ids import spoken
from arusha.rooms.assurance.retention.tests.closed import LATER, closed

SORT = "/retention/sorts/case/"


def said(page) -> str:
    return page.content.decode()


def test_a_term_is_proposed_and_decided_on_its_page(world, client, someone):
    closed(world)
    proposer, second = signed_in(client, someone("auditor")), someone("head-of-office")
    assert "without end" in said(proposer.get("/retention/"))
    asked = {"do": "propose", "once": "k1", "months": "36", "basis": "Archives Act 4", "why": "as the Act says"}
    assert "less than or equal to 1200" in said(proposer.post(SORT, asked | {"months": "2000"}))
    assert proposer.post(SORT, asked).status_code == 302
    page = said(proposer.get(SORT))
    assert "0 things were past it" in page and "Put it in force" not in page
    other = signed_in(client, second)
    term = Term.objects.get()
    decided = {"do": "agree", "once": "k2", "why": "agreed", "version": term.version}
    assert other.post(SORT, decided).status_code == 302
    assert "3 years" in said(other.get("/retention/")) and Term.objects.get().state == "in-force"


def test_a_hold_is_placed_and_lifted_by_page_and_hidden_from_its_subject(world, client):
    case = closed(world)
    lead = signed_in(client, world.lead)
    typed = {"do": "place", "once": "k1", "kind": "case", "ref": spoken("C", case.number), "matter": "Court 7/26",
             "why": "the prosecutor asked", **dates("review", LATER.date())}  # fmt: skip
    wrong = lead.post("/retention/holds/new/", typed | {"ref": ""})
    assert wrong.status_code == 400 and "Say which one" in said(wrong) and "Court 7/26" in said(wrong)
    assert lead.post("/retention/holds/new/", typed).status_code == 302
    hold = Hold.objects.get()
    page = f"/retention/holds/{hold.pk}/"
    assert "Court 7/26" in said(lead.get(page)) and "H-1-" in said(lead.get("/retention/"))
    subject = signed_in(client, world.subject)
    assert subject.get(page).status_code == 404 and "H-1-" not in said(subject.get("/retention/"))
    other = signed_in(client, world.outsider)
    lifted = {"do": "lift", "once": "k2", "why": "it is over", "version": hold.version}
    assert other.post(page, lifted).status_code == 302 and Hold.objects.get().lifted_at is not None


def test_an_erasure_is_asked_for_decided_and_listed_by_number(world, client, someone):
    case = closed(world)
    asker = signed_in(client, someone("hr-officer", "auditor"))
    typed = {"do": "ask", "once": "k1", "kept": "case", "named": spoken("C", case.number), "why": "court order 12"}
    assert "Nothing is known" in said(asker.post("/retention/erasures/new/", typed | {"named": "C-7-7"}))
    assert asker.post("/retention/erasures/new/", typed).status_code == 302
    row = Erasure.objects.get()
    page = f"/retention/erasures/{row.pk}/"
    assert "Erase it now" not in said(asker.get(page))
    other = signed_in(client, someone("head-of-office"))
    assert "Erase it now" in said(other.get(page))
    assert other.post(page, {"do": "erase", "once": "k2", "why": "right", "version": row.version}).status_code == 302
    assert erasures.number_of(row) in said(other.get("/retention/erasures/"))
    file = b"".join(other.get("/retention/erasures.csv").streaming_content).decode("utf-8-sig")
    assert file.splitlines()[1].startswith(f"{erasures.number_of(row)},case,{case.pk},decision,,done,")
    assert "No erasure fits" in said(other.get("/retention/erasures/?state=declined"))


def test_the_pages_of_what_is_gone_still_open(world, client, someone):
    case = closed(world)
    done = erasures.ask("case", spoken("C", case.number), act=act(someone("hr-officer")))
    erasures.carry_out(done.id, act=act(someone("head-of-office")))
    found = erasures.ask("finding", spoken("F", world.finding.number), act=act(someone("hr-officer")))
    erasures.carry_out(found.id, act=act(someone("head-of-office")))
    lead = signed_in(client, world.lead)
    assert "Erased on 2 March 2026" in said(lead.get(f"/cases/{case.pk}/"))
    for page in (f"/findings/{world.finding.pk}/", "/findings/?state=any", "/cases/", "/record/", "/"):
        answered = lead.get(page)
        assert answered.status_code == 200 and "T-1" not in said(answered), page


@pytest.mark.parametrize("role", ["officer", "analyst", "publisher"])
def test_others_are_turned_away(reader, role):
    for page in ("/retention/", SORT, "/retention/holds/new/", "/retention/erasures/", "/retention/erasures.csv"):
        assert reader(role).get(page).status_code == 403


def test_what_waits_for_a_person_is_on_their_start_page(world, client, someone):
    case = closed(world)
    erasures.ask("case", spoken("C", case.number), act=act(someone("hr-officer")))
    holds.place("officer", "OFF-5", "Court", LATER.date(), act=act(world.lead))
    head = said(signed_in(client, someone("head-of-office")).get("/"))
    assert "Erasures to decide" in head and "Legal holds" not in head

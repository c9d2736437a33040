"""One decision for several findings: one act each, all or told which not and why, nothing twice, and undone again."""

import re

import pytest

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.flow.inbox import findings, several
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import NOW, group, officer, see
from arusha.lib.ids import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return [see(group(f"a{n}", f"b{n}", q=0.01 * (n + 1))) for n in range(3)]


def hidden(page):
    """What the form of a page carries along."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: [value for key, value in found if key == name] for name, _value in found}


def look(client, what, rows, **more):
    """The page that says what will happen to each."""
    return client.post("/findings/several/", {"do": what, "finding": [f.pk for f in rows], **more})


def carry_out(client, page, **more):
    form = hidden(page.content.decode()) | more
    form.pop("csrfmiddlewaretoken", None)
    return client.post("/findings/several/done/", form)


def test_each_gets_its_own_entry_and_the_form_sent_again_does_nothing(signed_in, three):
    client = signed_in("integrity-officer")
    page = look(client, "dispose", three)
    assert page.content.decode().count("It will be disposed of.") == 3
    for _ in range(2):
        done = carry_out(client, page, disposal="explained", why="one tour company")
        assert done.status_code == 200 and "3 findings: done." in done.content.decode()
    assert {f.state for f in Finding.objects.all()} == {"explained"} and {f.version for f in Finding.objects.all()} == {
        2
    }
    entries = Entry.objects.filter(act="finding.disposed")
    assert {e.about for e in entries} == {f"finding:{f.pk}" for f in three} and entries.count() == 3


def test_two_people_at_once_and_the_second_is_told_who_and_when_and_nothing_is_lost(signed_in, three):
    first, second = signed_in("integrity-officer"), signed_in("integrity-officer")
    seen = look(second, "dispose", three)
    carry_out(first, look(first, "dispose", three[:1]), disposal="explained", why="a family")
    done = carry_out(second, seen, disposal="confirmed", why="the lane plan")
    text = done.content.decode()
    assert done.status_code == 409 and "2 findings: done." in text and "1 finding was left as it is" in text
    assert f"<bdi>{first.actor.name}</bdi> changed it on" in text and "it is now: Explained." in text
    assert [Finding.objects.get(pk=f.pk).state for f in three] == ["explained", "confirmed", "confirmed"]


def test_one_at_a_time_is_told_who_was_there_before_too(signed_in, three):
    first, second = signed_in("integrity-officer"), signed_in("integrity-officer")
    findings.dispose(three[0].pk, "explained", act=Act(by=first.actor, at=NOW, why="x"))
    answer = second.post(
        f"/findings/{three[0].pk}/dispose/", {"disposal": "confirmed", "why": "y", "version": 1, "once": "k"}
    )
    assert answer.status_code == 409 and first.actor.name in answer.content.decode()


def test_who_may_not_dispose_learns_when_but_not_who(signed_in, someone, three):
    io, analyst = someone("integrity-officer"), someone("analyst")
    findings.dispose(three[0].pk, "explained", act=Act(by=io, at=NOW, why="x"))
    told = several.who_last(analyst, [three[0].pk])[three[0].pk]
    assert io.name not in told and "Changed on 2 March 2026" in told.replace("March 2, 2026", "2 March 2026")
    assert io.name in several.who_last(io, [three[0].pk])[three[0].pk]


def test_what_cannot_be_done_is_said_before_and_left_out(signed_in, three):
    client = signed_in("integrity-officer")
    findings.dispose(three[1].pk, "explained", act=Act(by=client.actor, at=NOW, why="x"))
    page = look(client, "dispose", three).content.decode()
    assert "1 of them cannot be done" in page and "already disposed of" in page
    assert sorted(hidden(page)["finding"]) == sorted([str(three[0].pk), str(three[2].pk)])


def test_all_that_match_and_no_more_than_the_most(signed_in, three, monkeypatch):
    monkeypatch.setattr(several, "MOST", 2)
    client = signed_in("integrity-officer")
    other = see(group("z", "y", marks=("household",)))
    page = client.post("/findings/several/", {"do": "dispose", "all": "1", "asked": "state=open&marks=without"})
    text = page.content.decode()
    assert hidden(text)["finding"] == [str(three[0].pk), str(three[1].pk)] and "More match than 2" in text
    assert str(other.pk) not in text


def test_nobody_handles_what_is_about_them(signed_in, three):
    mine = see(officer("OFF-5", "m"))
    client = signed_in("integrity-officer", staff="OFF-5")
    page = look(client, "dispose", [mine, three[0]]).content.decode()
    assert spoken("F", mine.number) not in page and hidden(page)["finding"] == [str(three[0].pk)]
    form = {"do": "dispose", "finding": [mine.pk], "seen": f"{mine.pk}:1", "disposal": "explained", "why": "x"}
    assert client.post("/findings/several/done/", form).status_code == 400
    mine.refresh_from_db()
    assert mine.state == "open"


@pytest.mark.parametrize("role", ["auditor", "investigator"])
def test_readers_without_the_role_are_refused_each(signed_in, three, role):
    client = signed_in(role)
    assert "several/" not in client.get("/findings/").content.decode()
    page = look(client, "dispose", three).content.decode()
    assert "Nothing can be done" in page and "You are not allowed" in page
    form = {"do": "dispose", "finding": [f.pk for f in three], "disposal": "explained", "why": "x", "once": "k"}
    assert client.post("/findings/several/done/", form).status_code == 409
    assert {f.state for f in Finding.objects.all()} == {"open"}


def test_it_is_undone_where_nobody_changed_it_since(signed_in, three):
    client = signed_in("integrity-officer")
    done = carry_out(client, look(client, "dispose", three), disposal="explained", why="a tour")
    other = three[0].pk
    findings.reopen(other, act=Act(by=client.actor, at=NOW, why="looked again"))
    findings.dispose(other, "confirmed", act=Act(by=client.actor, at=NOW, why="it is one"))
    undone = carry_out(client, done, why="the wrong filter")
    assert undone.status_code == 409 and "2 findings: done." in undone.content.decode()
    assert [Finding.objects.get(pk=f.pk).state for f in three] == ["confirmed", "open", "open"]


def test_assigning_several_tells_the_person(signed_in, someone, three):
    from arusha.core.notices.models import Notice

    client, to = signed_in("analyst"), someone("investigator")
    done = carry_out(client, look(client, "assign", three), person=to.person)
    assert done.status_code == 200 and Notice.objects.filter(person=to.person).count() == 3
    assert {str(f.assigned_to_id) for f in Finding.objects.all()} == {to.person}


def test_one_case_for_several_is_an_address_and_too_many_are_refused(signed_in, three, monkeypatch):
    client = signed_in("integrity-officer")
    answer = look(client, "case", three)
    assert answer["Location"] == "/cases/new/?" + "&".join(f"finding={f.pk}" for f in three)
    monkeypatch.setattr(several, "CASE_MOST", 2)
    assert look(client, "case", three)["Location"].startswith("/findings/")


def test_nothing_chosen_leads_back_to_the_same_list_with_a_word(signed_in):
    client = signed_in("integrity-officer")
    answer = client.post("/findings/several/", {"do": "dispose", "asked": "state=any"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/findings/?state=any" and "Choose findings" in answer.content.decode()


def test_what_was_typed_is_kept_when_the_reason_is_missing(signed_in, three):
    client = signed_in("integrity-officer")
    page = carry_out(client, look(client, "dispose", three), disposal="explained", why=" ")
    assert page.status_code == 400 and len(hidden(page.content.decode())["finding"]) == 3
    assert {f.state for f in Finding.objects.all()} == {"open"}

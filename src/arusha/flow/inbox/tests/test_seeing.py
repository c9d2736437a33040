"""Who sees a finding: nobody it is about, not even in a count; and what a page costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people import people
from arusha.core.people.models import Person
from arusha.core.people.roles import System
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import NOW, group, officer, see
from arusha.lib.ids import spoken

pytestmark = pytest.mark.django_db


def test_the_integrity_officer_sees_it(signed_in):
    finding = see(group("a", "b", "c"))
    page = signed_in("integrity-officer").get("/findings/").content.decode()
    assert spoken("F", finding.number) in page and f"/findings/{finding.pk}/" in page


def test_an_officer_without_the_role_does_not_come_in(signed_in):
    finding = see(group("a"))
    client, one = signed_in("officer"), f"/findings/{finding.pk}/"
    for path in ("/findings/", "/findings.csv", one, f"{one}rows.csv"):
        assert client.get(path).status_code == 403, path
    for path in (f"{one}dispose/", f"{one}reopen/", f"{one}assign/"):
        assert client.post(path).status_code == 403, path


def test_whoever_is_not_signed_in_is_asked_to():
    answer = Client().get("/findings/")
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("how", ["officer", "unit", "unit-below", "recused"])
def test_no_subject_sees_it_in_any_way(signed_in, how):
    """Not in the list, not in a count, not by its address, not in the file, not by search; and may not act on it."""
    client = signed_in("integrity-officer", "analyst", staff="OFF-7")
    other = see(officer("OFF-8", "p", "q"))
    if how == "officer":
        mine = see(officer("OFF-7", "a", "b"))
    elif how == "unit":
        mine = see(officer("x", "a"))
        set_subject(mine, "unit", "U-1")
    elif how == "unit-below":
        people.add_units([("U-0", "Region", "UTC", None)], act=Act(by=System("t"), at=NOW))
        mine = see(officer("x", "a"))
        set_subject(mine, "unit", "U-0")
        put_below("U-1", "U-0")
    else:
        person = Person.objects.get(pk=client.actor.person)
        act = Act(by=client.actor, at=NOW, why="a cousin")
        people.recuse(person.pk, "traveller", "a", NOW.date(), act=act)
        mine = see(officer("OFF-9", "a"))
    number = spoken("F", mine.number)
    for path in (
        "/findings/",
        "/findings/?state=open",
        f"/findings/?q={number}",
        "/findings/?q=OFF-7",
        "/findings.csv",
    ):
        answer = client.get(path)
        page = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # The number that was searched for stands in its own field and addresses again, but leads nowhere.
        assert str(mine.pk).encode() not in page and f">{number}<".encode() not in page, path
        assert path.endswith(number) or number.encode() not in page, path
    assert client.get(f"/findings/{mine.pk}/").status_code == 404
    assert client.get(f"/findings/{mine.pk}/rows.csv").status_code == 404
    assert client.post(f"/findings/{mine.pk}/assign/", {"person": client.actor.person}).status_code == 404
    assert "Showing 1 of 1" in client.get("/findings/?state=open").content.decode()
    assert number not in client.get(f"/findings/{other.pk}/").content.decode()
    assert client.get("/supervision/").content.decode().count(number) == 0
    actor = fresh(client)
    assert list(Finding.objects.visible_to(actor)) == [other]
    with pytest.raises(Refused) as refused:
        findings.dispose(mine.pk, "explained", act=Act(by=actor, at=NOW, why="nothing to see"))
    assert refused.value.rule == "not-allowed"


def fresh(client):
    from arusha.core.people.actors import actor_of

    return actor_of(Person.objects.get(pk=client.actor.person), NOW.date())


def set_subject(finding, kind, ref):
    from arusha.core.journal.guard import acting

    with acting():
        finding.subjects.filter(place=0).update(kind=kind, ref=ref)


def put_below(unit, above):
    from arusha.core.journal.guard import acting
    from arusha.core.people.models import Unit

    with acting():
        Unit.objects.filter(code=unit).update(parent=Unit.objects.get(code=above))


def test_the_list_costs_the_same_with_one_row_and_with_three(signed_in):
    client = signed_in("integrity-officer")
    see(group("a", "b"))
    costs = []
    for more in ((), (("c", "d"), ("e", "f"))):
        for members in more:
            see(group(*members))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/findings/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_list_and_finding_in_each_language(signed_in, language):
    finding = see(group("a", "b", "c"))
    client = signed_in("integrity-officer", language=language)
    for path in ("/findings/", f"/findings/{finding.pk}/", "/supervision/", "/scorecard/", "/scorecard/findings.days/"):
        page = client.get(path)
        text = page.content.decode()
        assert page.status_code == 200 and f'lang="{language}"' in text
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text


def test_a_finding_that_a_later_run_does_not_find_says_so(signed_in):
    run, later = uuid4(), NOW + timedelta(days=1)
    gone, still = see(group("a", "b", run=run)), see(group("c", "d", run=run))
    client = signed_in("integrity-officer")
    assert "Not found again" not in client.get(f"/findings/{gone.pk}/").content.decode()
    see(group("c", "d"), at=later)
    page = client.get(f"/findings/{gone.pk}/").content.decode()
    assert "Not found again" in page and "by the run of 2026-03-03 09:30" in page
    assert "Not found again" not in client.get(f"/findings/{still.pk}/").content.decode()


def test_a_run_that_goes_on_after_a_kill_is_one_run(signed_in):
    run = uuid4()
    first = see(group("a", "b", run=run))
    see(group("c", "d", run=run), at=NOW + timedelta(hours=2))
    page = signed_in("integrity-officer").get(f"/findings/{first.pk}/").content.decode()
    assert "Not found again" not in page


def test_disposing_on_the_page_keeps_what_was_typed_when_refused(signed_in):
    finding = see(group("a", "b"))
    client = signed_in("integrity-officer")
    address = f"/findings/{finding.pk}/dispose/"
    refused = client.post(address, {"disposal": "watching", "why": "the roster is missing", "once": "k1"})
    assert refused.status_code == 409 and "the roster is missing" in refused.content.decode()
    assert "Give a day to watch until" in refused.content.decode()
    done = client.post(address, {"disposal": "explained", "why": "a family", "once": "k2", "version": finding.version})
    finding.refresh_from_db()
    assert done.status_code == 302 and finding.state == "explained"


def test_the_same_form_sent_twice_disposes_once(signed_in):
    finding = see(group("a", "b"))
    client = signed_in("integrity-officer")
    form = {"disposal": "explained", "why": "a family", "once": "k", "version": finding.version}
    for _ in range(2):
        assert client.post(f"/findings/{finding.pk}/dispose/", form).status_code == 302
    finding.refresh_from_db()
    assert finding.version == 2


def test_what_was_decided_before_about_the_same_subjects(signed_in):
    client = signed_in("integrity-officer")
    before = see(group("a", "b"))
    findings.dispose(before.pk, "explained", act=Act(by=client.actor, at=NOW, why="x"))
    after = see(group("a", "y", "z"))
    page = client.get(f"/findings/{after.pk}/").content.decode()
    assert "What was decided before" in page and spoken("F", before.number) in page


def test_ordinary_groups_are_told_of_and_shown_on_request(signed_in):
    ordinary, telling = see(group("a", "b", marks=("household",))), see(group("c", "d"))
    client = signed_in("integrity-officer")
    usual, all_of_them = client.get("/findings/").content.decode(), client.get("/findings/?state=open").content.decode()
    assert spoken("F", ordinary.number) not in usual and "1 open finding is not shown" in usual
    assert spoken("F", telling.number) in usual and spoken("F", ordinary.number) in all_of_them


def test_an_address_made_by_hand_is_refused_in_words(signed_in):
    client = signed_in("integrity-officer")
    answer = client.get("/findings/?sort=secret")
    assert answer.status_code == 400 and "secret" in answer.content.decode()
    assert client.get("/findings/?page=-1").status_code == 400


def test_assigning_tells_the_person(signed_in, someone):
    from arusha.core.notices.models import Notice

    finding = see(group("a", "b"))
    investigator = someone("investigator")
    client = signed_in("integrity-officer")
    client.post(reverse("findings-assign", args=[finding.pk]), {"person": investigator.person})
    notice = Notice.objects.get()
    assert str(notice.person_id) == investigator.person and notice.url == f"/findings/{finding.pk}/"

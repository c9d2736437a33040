"""The start page and the notices; and the errand of a first run, from an empty installation to the inbox."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.support.checking import checked
from tests.support.fixtures import NOW, TODAY

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.notices.models import Notice
from arusha.core.people.models import Account, Person
from arusha.core.people.roles import System
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.sightings import Seen, sight
from arusha.flow.inbox.signals import SIGNALS, SameKey, Signal
from arusha.lib.factors import Factor
from arusha.lib.ids import spoken
from arusha.rooms.staff.people.tests.conftest import PASSWORD
from arusha.ui import waiting_list


@pytest.fixture(autouse=True)
def _signal(monkeypatch):
    declared = Signal(
        "test-signal", Factor.CONDUCT, SameKey("key"), {"thing": "A thing"}, {"thing": ("officer", "officer")}
    )
    monkeypatch.setitem(SIGNALS, "test-signal", declared)


def a_finding(key, *subjects):
    seen = Seen(
        signal="test-signal",
        kind="thing",
        subjects=subjects or (("officer", "OFF-99"),),
        reasons=[{"reason": "seen-together", "times": 41}],
        support=41,
        first_at=NOW,
        last_at=NOW,
        key=key,
    )
    return Finding.objects.get(pk=sight(seen, act=Act(by=System("test"), at=NOW)).id)


def assign(finding, to, by):
    findings.assign(finding.pk, to.person, act=Act(by=by, at=NOW))


def test_what_is_assigned_waits_with_its_first_five_and_the_count(someone, browser):
    chief, me = someone("integrity-officer"), someone("investigator")
    mine = [a_finding(f"k{n}") for n in range(7)]
    for finding in mine:
        assign(finding, me, chief)
    a_finding("other")
    client = browser(me)
    shown = client.get("/").context["waiting"]
    assert [(str(part.label), part.count, len(part.items)) for part in shown] == [
        ("Notices you have not read", 7, 5),
        ("Findings assigned to you", 7, 5),
    ]
    html = checked(client.get("/"))
    assert spoken("F", mine[0].number) in html and "See all 7" in html


def test_numbers_are_for_those_who_read_findings_and_count_only_what_they_may_see(someone, browser):
    a_finding("one", ("officer", "OFF-1"))
    a_finding("two")

    def numbers(*roles, staff=None):
        return [n.value for n in browser(someone(*roles, staff=staff)).get("/").context["numbers"]]

    assert numbers("integrity-officer") == ["2", "2"]
    assert numbers("integrity-officer", staff="OFF-1") == ["1", "1"]
    assert numbers("officer") == []


def test_a_finding_that_comes_to_be_about_its_reader_waits_no_longer(someone, browser):
    chief, me = someone("integrity-officer"), someone("investigator", staff="OFF-1")
    finding = a_finding("one")
    assign(finding, me, chief)
    client = browser(me)
    assert f"/findings/{finding.pk}/" in client.get("/").content.decode()
    a_finding("one", ("officer", "OFF-1"), ("officer", "OFF-99"))
    page = client.get("/")
    assert f"/findings/{finding.pk}/" not in page.content.decode()
    assert [str(part.label) for part in page.context["waiting"]] == ["Notices you have not read"]


def test_nothing_that_waits_is_said_so(someone, browser):
    assert "Nothing waits for you" in checked(browser(someone("officer")).get("/"))


def test_each_folder_declares_what_waits_in_its_order(monkeypatch):
    monkeypatch.setattr(waiting_list, "_WAITS", {})
    waiting_list.waits(place=30)(lambda actor, on: [waiting_list.Waiting("later", 1, "/")])

    @waiting_list.waits(place=10)
    def first(actor, on):
        return [waiting_list.Waiting("first", 2, "/"), waiting_list.Waiting("nothing", 0, "/")]

    assert [part.label for part in waiting_list.waiting_for(None, TODAY)] == ["first", "later"]


def test_a_notice_is_opened_read_once_and_leads_on(someone, browser):
    chief, me = someone("integrity-officer"), someone("investigator")
    finding = a_finding("one")
    assign(finding, me, chief)
    notice, client = Notice.objects.get(), browser(me)
    html = checked(client.get("/notices/"))
    assert str(finding.number) in html and "New" in html and "Mark all as read" in html
    for _time in range(2):
        assert client.post(f"/notices/{notice.pk}/").url == f"/findings/{finding.pk}/"
    notice.refresh_from_db()
    assert notice.read_at == NOW and Entry.objects.filter(act="notice.read").count() == 1
    assert "Mark all as read" not in checked(client.get("/notices/"))


def test_a_notice_is_not_opened_by_another_nor_by_following_a_link(someone, browser):
    chief, me = someone("integrity-officer"), someone("investigator")
    assign(a_finding("one"), me, chief)
    url = f"/notices/{Notice.objects.get().pk}/"
    assert browser(chief).post(url).status_code == 404 and browser(me).get(url).status_code == 405
    assert "No notices" in checked(browser(chief).get("/notices/"))
    assert Notice.objects.get().read_at is None


def test_all_notices_are_read_together_and_only_ones_own(someone, browser):
    chief, me, other = someone("integrity-officer"), someone("investigator"), someone("investigator")
    for n, to in enumerate((me, me, other)):
        assign(a_finding(f"k{n}"), to, chief)
    assert browser(me).post("/notices/read/").url == "/notices/"
    assert Notice.objects.filter(read_at=None).count() == 1


def test_notices_and_start_page_cost_the_same_with_one_row_and_with_three(someone, browser):
    chief, me = someone("integrity-officer"), someone("investigator")
    client = browser(me)

    def cost():
        told = []
        for path in ("/notices/", "/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            told.append(len(queries))
        return told

    assign(a_finding("k0"), me, chief)
    before = cost()
    assign(a_finding("k1"), me, chief)
    assign(a_finding("k2"), me, chief)
    assert cost() == before


def test_the_errand_of_a_first_run(db):
    from arusha.conf.commands.installing import first_account

    first_account("administrator", PASSWORD, "UTC", NOW)
    client = Client()
    assert client.post("/sign-in/", {"username": "administrator", "password": PASSWORD}).url == "/"
    checked(client.get("/"))
    unit = {"code": "NB", "name": "North Bridge", "above": "HQ", "zone": "UTC"}
    assert client.post("/people/units/add/", unit).status_code == 302
    person = {"name": "Amina Said", "staff_number": "OFF-11", "unit": "NB", "title": "Integrity officer"}
    assert client.post("/people/add/", person).status_code == 302
    page = f"/people/{Person.objects.get(name='Amina Said').pk}/"
    role = {"role": "integrity-officer", "since_day": TODAY.day, "since_month": TODAY.month, "since_year": TODAY.year}
    assert client.post(f"{page}grant/", role).status_code == 302
    account = {"username": "amina", "language": "en", "password": "a first password", "again": "a first password"}
    assert client.post(f"{page}account/", account).status_code == 302
    hers = Client()
    assert hers.post("/sign-in/", {"username": "amina", "password": "a first password"}).url == "/"
    assert hers.get("/").url == "/me/password/"
    changed = {"old": "a first password", "password": "only I know this", "again": "only I know this"}
    assert hers.post("/me/password/", changed).status_code == 302
    assert "Inbox" in checked(hers.get("/")) and "No findings yet" in hers.get("/findings/").content.decode()
    assert Account.objects.get(username="amina").person.name == "Amina Said"

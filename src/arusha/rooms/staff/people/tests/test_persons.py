"""Persons, units, postings and roles: who may, what is asked again, what is shown."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.checking import checked
from tests.support.fixtures import NOW, TODAY

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.people import people
from arusha.core.people.models import Grant, Person, Post, Posting, Unit
from arusha.core.people.roles import ROLES, System

LANGUAGES = ("en", "fr", "ar")
MANAGE = {"system-administrator", "hr-officer"}
SEE = MANAGE | {"head-of-office", "integrity-officer"}
SYSTEM = Act(by=System("test"), at=NOW)


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def pages_of(person, grant):
    one = f"/people/{person}/"
    listed = {"/people/": SEE, "/people.csv": SEE}
    managed = dict.fromkeys(("/people/add/", "/people/units/", "/people/units/add/", one, f"{one}post/"), MANAGE)
    administered = (f"{one}grant/", f"/people/roles/{grant}/end/", f"{one}account/")
    return listed | managed | dict.fromkeys(administered, {"system-administrator"})


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_for_its_roles_and_for_no_other(role, someone, browser):
    other = someone("officer", staff="OFF-1")
    client = browser(someone(role))
    grant = Grant.objects.get(person=other.person).pk
    for path, roles in pages_of(other.person, grant).items():
        assert client.get(path).status_code == (200 if role in roles else 403), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(language, someone, administrator, browser):
    other = someone("officer", staff="OFF-1")
    client = browser(administrator, language)
    browser(other)
    grant = Grant.objects.get(person=other.person).pk
    renew, close = (f"/people/{other.person}/account/{word}/" for word in ("renew", "close"))
    for path in {*pages_of(other.person, grant), renew, close, "/people/?q=nobody"} - {"/people.csv"}:
        html = checked(client.get(path), language)
        assert "Person 1" in html or "units" in path or "add" in path or "nobody" in path


def test_whoever_only_sees_the_list_gets_no_way_to_change_it(someone, browser):
    other = someone("officer", staff="OFF-1")
    html = checked(browser(someone("head-of-office")).get("/people/"))
    assert "Person 1" in html and f"/people/{other.person}/" not in html and "/people/add/" not in html


def test_the_list_narrows_by_name_number_role_and_unit_with_those_below(someone, administrator, browser):
    people.add_units([("U-2", "Team", "UTC", "U-1"), ("U-3", "Harbour", "UTC", None)], act=SYSTEM)
    someone("auditor", staff="OFF-7", at_unit="U-2")
    someone("officer", at_unit="U-3")
    client = browser(administrator)

    def shown(query):
        return [str(row[0]["text"]) for row in client.get(f"/people/?{query}").context["rows"]]

    name = "<bdi>Person {}</bdi>".format
    assert shown("") == [name(1), name(2), name(3)]
    assert shown("q=person 2") == shown("q=off-7") == shown("role=auditor") == [name(2)]
    assert shown("unit=U-1") == [name(1), name(2)]
    assert shown("unit=U-3&sort=-name") == [name(3)]
    assert shown("sort=-unit") == [name(3), name(2), name(1)]
    assert client.get("/people/?sort=weight").status_code == 400


def test_the_list_costs_the_same_with_one_row_and_with_three(someone, administrator, browser):
    client = browser(administrator)

    def cost(path):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = ("/people/", "/people/units/")
    before = [cost(path) for path in paths]
    people.add_units([("U-2", "Team", "UTC", "U-1"), ("U-3", "Harbour", "UTC", "U-2")], act=SYSTEM)
    someone("auditor", staff="OFF-7", at_unit="U-2")
    someone("officer", "analyst", at_unit="U-3")
    assert [cost(path) for path in paths] == before


def test_a_file_of_persons_runs_nothing_in_a_spreadsheet(administrator, browser):
    people.add_persons([("=HYPERLINK(1)", "OFF-2", "U-1", "Officer")], act=SYSTEM)
    response = browser(administrator).get("/people.csv")
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [(row["name"], row["units"], row["roles"]) for row in rows] == [
        ("'=HYPERLINK(1)", "U-1", ""),
        ("Person 1", "U-1", "system-administrator"),
    ]


def test_a_person_is_added_with_unit_and_post(someone, browser):
    typed = {"name": "Amina Said", "staff_number": "OFF-5", "unit": "U-1", "title": "Shift leader"}
    client = browser(someone("hr-officer"))
    response = client.post("/people/add/", typed | {"once": "k"}, follow=True)
    person = Person.objects.get(staff_number="OFF-5")
    assert response.redirect_chain[0][0] == f"/people/{person.pk}/"
    assert "Shift leader" in checked(response)
    assert client.post("/people/add/", typed | {"once": "k"}).url == f"/people/{person.pk}/"  # a second click
    assert Entry.objects.filter(act="people.persons-added", about=f"person:{person.pk}").count() == 1


def test_a_taken_staff_number_is_refused_and_what_was_typed_is_kept(someone, browser):
    someone("officer", staff="OFF-5")
    typed = {"name": "Amina Said", "staff_number": "OFF-5", "unit": "U-1", "title": "Shift leader"}
    response = browser(someone("hr-officer")).post("/people/add/", typed)
    html = checked(response)
    assert response.status_code == 409 and "There is already a person with the number OFF-5." in html
    assert 'value="Amina Said"' in html and 'value="Shift leader"' in html
    assert not Person.objects.filter(name="Amina Said").exists()


def test_a_unit_is_added_below_another_and_a_taken_code_is_refused(administrator, browser):
    client = browser(administrator)
    typed = {"code": "U-2", "name": "Lane team", "above": "U-1", "zone": "Africa/Dar_es_Salaam"}
    assert "Lane team" in checked(client.post("/people/units/add/", typed, follow=True))
    assert Unit.objects.get(code="U-2").parent.code == "U-1"
    again = client.post("/people/units/add/", typed)
    assert again.status_code == 409 and "There is already a unit U-2." in checked(again)
    assert client.post("/people/units/add/", typed | {"code": "U-3", "zone": "Moon/Base"}).status_code == 400


def test_posting_ends_the_posting_of_now_the_day_before(someone, browser):
    people.add_units([("U-2", "Harbour", "UTC", None)], act=SYSTEM)
    other = someone("officer")
    client, url = browser(someone("hr-officer")), f"/people/{other.person}/post/"
    since = TODAY + timedelta(days=3)
    typed = {"unit": "U-2", "title": "Officer"}
    assert client.post(url, typed | day("since", TODAY)).status_code == 409  # it began today
    assert (
        client.post(url, {"unit": "U-1", "title": "Officer"} | day("since", since)).status_code == 409
    )  # the very same
    assert client.post(url, typed | day("since", since)).status_code == 302
    held = (
        Posting.objects.filter(person=other.person).order_by("since").values_list("post__unit__code", "since", "until")
    )
    assert list(held) == [("U-1", TODAY, since - timedelta(days=1)), ("U-2", since, None)]
    assert Post.objects.filter(unit__code="U-2", title="Officer").count() == 1


def test_a_role_is_given_and_ended_with_a_reason(someone, administrator, browser):
    other, client = someone(), browser(administrator)
    given = client.post(f"/people/{other.person}/grant/", {"role": "auditor"} | day("since", TODAY))
    grant = Grant.objects.get(person=other.person)
    assert given.status_code == 302 and (grant.role, grant.since, grant.until) == ("auditor", TODAY, None)
    end = f"/people/roles/{grant.pk}/end/"
    assert client.post(end, day("until", TODAY)).status_code == 400  # no reason
    assert client.post(end, day("until", TODAY) | {"why": "moved", "version": 1}).status_code == 302
    grant.refresh_from_db()
    assert grant.until == TODAY and "moved" not in str(bytes(Entry.objects.latest("seq").body))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"role": "officer"}, "The person has this role then already."),
        ({"role": "auditor"} | day("until", TODAY - timedelta(days=1)), "The last day is before the first."),
    ],
)
def test_a_role_that_is_held_or_ends_before_it_begins_is_refused(typed, said, someone, administrator, browser):
    other = someone("officer")
    response = browser(administrator).post(f"/people/{other.person}/grant/", typed | day("since", TODAY))
    assert response.status_code == 409 and said in checked(response)
    assert Grant.objects.filter(person=other.person).count() == 1


def test_nobody_gives_a_role_to_themselves(administrator, browser):
    client, mine = browser(administrator), f"/people/{administrator.person}/"
    assert f"{mine}grant/" not in client.get(mine).content.decode()
    response = client.post(f"{mine}grant/", {"role": "integrity-officer"} | day("since", TODAY))
    assert response.status_code == 409 and "Nobody gives a role to themselves" in checked(response)
    assert Grant.objects.count() == 1


def test_the_last_system_administrator_stays(someone, administrator, browser):
    client = browser(administrator)
    grant = Grant.objects.get(person=administrator.person)
    typed = day("until", TODAY) | {"why": "leaving"}
    response = client.post(f"/people/roles/{grant.pk}/end/", typed)
    assert response.status_code == 409 and "the last system administrator" in checked(response)
    browser(someone("system-administrator"))
    assert client.post(f"/people/roles/{grant.pk}/end/", typed).status_code == 302


def test_only_the_person_sees_what_they_recuse_from(someone, administrator, browser):
    other = someone("integrity-officer")
    people.recuse(other.person, "trader", "TR-SECRET", TODAY, act=Act(by=other, at=NOW, why="my brother's"))
    html = checked(browser(administrator).get(f"/people/{other.person}/"))
    assert "1 recusal is in force." in html and "TR-SECRET" not in html and "brother" not in html
    assert "recusal" not in checked(browser(someone("hr-officer")).get(f"/people/{other.person}/"))
    assert "TR-SECRET" in checked(browser(other).get("/me/"))


def test_someone_who_does_not_exist_is_not_found(administrator, browser):
    client, nobody = browser(administrator), "01900000-0000-7000-8000-000000000000"
    for path in (f"/people/{nobody}/", f"/people/{nobody}/post/", f"/people/roles/{nobody}/end/"):
        assert client.get(path).status_code == 404

"""The pages of tokens and of machines."""

import re

import pytest
from django.test import Client
from tests.support.fixtures import NOW

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.models import Account, Person, Token
from arusha.core.people.roles import System

SYSTEM = Act(by=System("test"), at=NOW, why="because")


@pytest.fixture
def signed_in(someone, monkeypatch, settings):
    """A browser of a new person with roles."""
    from arusha.conf import clock

    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def make(*roles):
        actor = someone(*roles)
        people.open_account(actor.person, f"u-{actor.person[-12:]}", "long-enough-pass-1", act=SYSTEM)
        client = Client()
        client.force_login(Account.objects.get(person=actor.person), "arusha.conf.sign_in.Accounts")
        client.actor = actor
        return client

    return make


def form(scopes, day=5, once="key-1", **more):
    last = {"until_day": str(day), "until_month": "3", "until_year": "2026"}
    return {"name": "Nightly extract", "scopes": scopes, "once": once, **last, **more}


def shown(page):
    found = re.search(r"arusha_[\w-]{43}", page.content.decode())
    return found[0] if found else None


def test_a_token_is_shown_once_and_opens_what_was_chosen(signed_in):
    browser = signed_in("integrity-officer")
    made = browser.post("/me/tokens/new/", form(["findings:read", "me:read"]))
    text = shown(made)
    assert text and made.headers["Cache-Control"] == "no-store"
    told = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()
    assert (told["id"], told["scopes"]) == (browser.actor.person, ["findings:read", "me:read"])
    again = browser.post("/me/tokens/new/", form(["findings:read", "me:read"]))
    assert shown(again) is None and Token.objects.count() == 1
    page = browser.get("/me/").content.decode()
    assert "Nightly extract" in page and text not in page and "2 March 2026" in page  # the day of its last use


def test_only_scopes_that_the_person_may_are_offered_and_taken(signed_in):
    browser = signed_in("officer")
    page = browser.get("/me/tokens/new/").content.decode()
    assert "actions:read" in page and "findings:read" not in page
    refused = browser.post("/me/tokens/new/", form(["findings:read"]))
    assert refused.status_code == 400 and not Token.objects.exists()


@pytest.mark.parametrize(("day", "status"), [(1, 409), (2, 200)])
def test_a_token_has_a_last_day_that_is_not_over(signed_in, day, status):
    assert signed_in("officer").post("/me/tokens/new/", form(["me:read"], day)).status_code == status


def test_a_token_lasts_a_year_at_most(signed_in):
    far = form(["me:read"], until_year="2027", until_month="4")
    assert signed_in("officer").post("/me/tokens/new/", far).status_code == 409


def test_a_token_is_ended_by_its_person_or_an_administrator_and_nobody_else(signed_in):
    owner, other, administrator = signed_in("officer"), signed_in("officer"), signed_in("system-administrator")
    texts = [shown(owner.post("/me/tokens/new/", form(["me:read"], once=f"key-{n}"))) for n in range(2)]
    first, second = Token.objects.order_by("id")
    address = f"/me/tokens/{first.pk}/revoke/"
    assert other.post(address, {"once": "a"}).status_code == 404
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {texts[0]}"}).status_code == 200
    assert owner.post(address, {"once": "b"}).status_code == 302
    assert administrator.post(f"/me/tokens/{second.pk}/revoke/", {"once": "c"}).status_code == 302
    assert Token.objects.filter(revoked_at=None).count() == 0
    for text in texts:
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_an_administrator_makes_tokens_for_machines_and_for_no_person(signed_in, someone):
    administrator, person = signed_in("system-administrator"), someone("integrity-officer")
    assert administrator.get(f"/people/{person.person}/tokens/new/").status_code == 404
    administrator.post("/people/machines/add/", {"name": "Declarations extract", "once": "m"})
    machine = Person.objects.get(machine=True)
    assert administrator.get(f"/people/{machine.pk}/tokens/new/").content.decode().count("me:read") > 0
    people.grant(machine.pk, "analyst", NOW.date(), act=SYSTEM)
    text = shown(administrator.post(f"/people/{machine.pk}/tokens/new/", form(["findings:read"])))
    headers = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/findings", headers=headers).status_code == 200
    assert administrator.post(f"/people/{machine.pk}/account/", {"username": "m"}).status_code in (400, 409)
    ended = administrator.post(f"/people/{machine.pk}/end/", {"why": "replaced", "once": "e"})
    assert ended.status_code == 302
    assert Client().get("/api/v1/findings", headers=headers).status_code == 401

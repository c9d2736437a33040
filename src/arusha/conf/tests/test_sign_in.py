"""Signing in: for whom, until when, and where to."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client, RequestFactory
from tests.support.fixtures import NOW, TODAY

from arusha.conf import clock
from arusha.conf import sign_in as sign_in_module
from arusha.conf.middleware import request_of_a_person
from arusha.core.journal.acts import Act
from arusha.core.journal.guard import WriteOutsideAct, acting
from arusha.core.people import people
from arusha.core.people.models import Account, Unit
from arusha.core.people.roles import System

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def account(someone):
    """An account of an officer."""

    def make(**more):
        people.open_account(someone("officer").person, "amina", PASSWORD, act=Act(by=System("test"), at=NOW), **more)
        return Account.objects.get()

    return make


def sign_in(onward="", client=None):
    client = client or Client()
    told = {"username": "amina", "password": PASSWORD, "next": onward}
    return client.post("/sign-in/", told)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/findings/?q=F-1001-4", "/findings/?q=F-1001-4"),
        ("", "/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_whoever_signs_in_stays_here(account, wanted, goes):
    account()
    assert sign_in(wanted).url == goes


@pytest.mark.parametrize(("demonstration", "status"), [(True, 302), (False, 400)])
def test_a_demonstration_account_opens_a_demonstration_only(account, settings, demonstration, status):
    account(demo=True)
    settings.ARUSHA_DEMO = demonstration
    assert sign_in().status_code == status


@pytest.mark.parametrize(("days", "status"), [(0, 302), (1, 400)])
def test_an_account_is_good_until_the_end_of_its_last_day(account, monkeypatch, days, status):
    ended(account(), TODAY)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=days))
    assert sign_in().status_code == status


def test_who_is_signed_in_when_the_account_ends_is_out_the_next_day(account, monkeypatch):
    client = Client()
    ended(account(), TODAY)
    sign_in(client=client)
    assert client.get("/me/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    assert client.get("/me/").status_code == 302


def ended(account, day):
    """End it by its date alone; the act that closes an account takes the password too."""
    with acting():
        Account.objects.filter(pk=account.pk).update(until=day)


@pytest.fixture
def _unguarded(unit):
    """Without the guard that every test has."""
    wrappers = connection.execute_wrappers[:]
    connection.execute_wrappers.clear()
    yield
    connection.execute_wrappers.extend(wrappers)


@pytest.mark.usefixtures("_unguarded")
def test_a_page_that_writes_outside_an_act_is_stopped(unit):
    def page(request):
        Unit.objects.update(name="Elsewhere")

    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}
    with pytest.raises(WriteOutsideAct), transaction.atomic():
        request_of_a_person(page)(request)
    assert Unit.objects.get(code=unit).name == "North Bridge"


@pytest.mark.parametrize("address", ["/sign-in/?next=%00", "/findings/%00/", "/persons/?q=a%00b"])
def test_an_address_with_a_character_that_no_database_takes_is_refused(account, address):
    client = Client()
    account()
    sign_in(client=client)
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("near", "told", "https", "taken"),
    [
        ("127.0.0.1", "203.0.113.7", True, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", True, "203.0.113.7"),  # the first is what the client claims
        ("127.0.0.1", "nonsense", True, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7", False, "127.0.0.1"),
        ("192.0.2.1", "203.0.113.7", True, "192.0.2.1"),
    ],
)
def test_lock_outs_go_by_the_address_that_the_proxy_saw(settings, near, told, https, taken):
    settings.SESSION_COOKIE_SECURE = https
    request = RequestFactory().get("/", REMOTE_ADDR=near, HTTP_X_FORWARDED_FOR=told)
    assert sign_in_module.address(request) == taken
    assert settings.AXES_CLIENT_IP_CALLABLE == "arusha.conf.sign_in.address"

"""A clock that stands still, quick passwords, and a browser for anyone."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.support.fixtures import NOW

from arusha.conf import clock
from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.models import Account
from arusha.core.people.roles import System

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _ground(monkeypatch, settings):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def one_moment(monkeypatch):
    """What Django itself asks the clock for, such as whether an account has ended, is asked of the same moment."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def browser():
    """`browser(actor, "fr")` is a client signed in as that person, reading that language."""

    def signed_in(actor, language="en"):
        account = Account.objects.filter(person=actor.person).first()
        if account is None:
            act = Act(by=System("test"), at=NOW)
            people.open_account(actor.person, f"user-{actor.person[-12:]}", PASSWORD, act=act)
            account = Account.objects.get(person=actor.person)
        client = Client()
        client.force_login(account, backend="arusha.conf.sign_in.Accounts")
        session = client.session
        session["language"] = language
        session.save()
        return client

    return signed_in


@pytest.fixture
def administrator(someone):
    return someone("system-administrator")

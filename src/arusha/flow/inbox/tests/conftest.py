"""Browsers of people, for the tests of the inbox."""

import pytest
from django.test import Client

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.models import Account
from arusha.core.people.roles import System
from arusha.flow.inbox.tests.seen import NOW

BACKEND = "arusha.conf.sign_in.Accounts"


@pytest.fixture
def signed_in(someone):
    """A signed-in browser of a new person with roles; `.actor` is who they are."""

    def make(*roles, staff=None, language="en", at_unit="U-1"):
        actor = someone(*roles, staff=staff, at_unit=at_unit)
        act = Act(by=System("test"), at=NOW)
        people.open_account(actor.person, f"user{actor.name[-1]}", "a long password", language=language, act=act)
        client = Client()
        client.force_login(Account.objects.get(person=actor.person), backend=BACKEND)
        client.actor = actor
        return client

    return make
